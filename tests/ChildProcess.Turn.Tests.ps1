# Only as many children come up at a time as the processors can bring up; the others wait for their turn.
Describe 'A start''s turn' {
    BeforeAll {
        . $PSScriptRoot/common.ps1

        # One that was started ahead needs no turn.
        Set-ProcOption -SpareProcessCount 0
        $places = [Math]::Max(2, [Math]::Floor([Environment]::ProcessorCount * 3 / 2))

        # An engine that never comes up.
        $stuck = Join-Path $TestDrive pwsh-stuck
        Set-Content $stuck "#!/bin/sh`nexec sleep 1000"
        & chmod +x $stuck
        function Start-Stuck([int] $Count = $places) {
            1..$Count | ForEach-Object { Start-ChildProcess -EnginePath $stuck -Daemon { } }
        }
    }

    AfterEach {
        Clear-ProcSession
    }

    It 'comes when a child that came up is gone' {
        $all = @(Start-Stuck)
        $shell = New-Shell "Start-ChildProcess -Name next { 'started' } | Receive-ChildProcess -Wait"
        try {
            $running = $shell.BeginInvoke()
            $running.AsyncWaitHandle.WaitOne(2000) | Should -BeFalse
            $all[0] | Stop-ChildProcess -Force
            $shell.EndInvoke($running) | Should -Be 'started'
        } finally {
            Remove-Shell $shell
        }
    }

    It 'is waited for by <Command>, and the wait can be stopped' -TestCases @(
        @{ Command = "Start-ChildProcess { 1 }" }
        @{ Command = "(New-ChildProcess -Name later { 1 }).Start()" }
        @{ Command = "Start-ProcManager" }
        @{ Command = "1 | Invoke-ProcPool { 1 }" }
    ) {
        # First, for a place is lent for some seconds.
        $shell = New-Shell '1'
        $null = $shell.Invoke()
        $shell.Commands.Clear()
        $null = $shell.AddScript($Command)
        $null = Start-Stuck
        $before = @(Get-ChildProcess).Count
        try {
            $running = $shell.BeginInvoke()
            $running.AsyncWaitHandle.WaitOne(1500) | Should -BeFalse
            $shell.Stop()
            Wait-Until { $shell.InvocationStateInfo.State -eq 'Stopped' }
            @(Get-ChildProcess | Where-Object State -EQ Running).Count | Should -Be $before
        } finally {
            Remove-Shell $shell
        }
    }

    It 'is not lost with a child that is removed before its start' {
        foreach ($i in 1..($places + 1)) {
            $removed = New-ChildProcess { }
            $removed.Dispose()
            { $removed.Start() } | Should -Throw
            $removed.IsAlive | Should -BeFalse
        }

        # Nobody waits for its end, for it has none.
        $removed.Dispose()
        $removed.StopJob()
        Start-ChildProcess { 'started' } | Receive-ChildProcess -Wait | Should -Be 'started'
    }

    It 'is taken by children''s children too, and never waited for by who holds it' {
        # Each of these is past its start when it starts its own.
        $result = 1..8 | Invoke-ProcPool -ThrottleLimit 4 { $n = $_; Start-ChildProcess { $using:n } | Receive-ChildProcess -Wait }
        $result | Should -Be (1..8)
    }

    It 'a child''s child waits for the session''s turn' {
        $null = Start-Stuck ($places - 1)
        $child = Start-ChildProcess -ArgumentList $stuck {
            param($stuck)
            'up'
            Start-ChildProcess -EnginePath $stuck -Daemon { } | ForEach-Object ProcessId
            Start-ChildProcess { 'grandchild' } | Receive-ChildProcess -Wait
        }
        Wait-Until { $child.IsAlive -and @(Receive-ChildProcess $child -Keep).Count -ge 2 }
        (Receive-ChildProcess $child -Keep)[0] | Should -Be 'up'
        Stop-Process -Id (Receive-ChildProcess $child -Keep)[1] -Force
        @(Receive-ChildProcess $child -Wait)[-1] | Should -Be 'grandchild'
    }

    It 'lets a pipeline have its first results before all workers are there' {
        $started = New-ProcValue 0
        $first = 1..200 | Invoke-ProcPool -ThrottleLimit 200 -Unordered { $v = $using:started; $null = $v.Increment(); $_; Start-Sleep 600 } | Select-Object -First 3
        @($first).Count | Should -Be 3
        $started.Value | Should -BeLessThan 100
    }
}
