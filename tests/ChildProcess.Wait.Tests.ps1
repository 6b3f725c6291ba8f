Describe 'Waiting, listing and stopping' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
    }

    AfterEach {
        Get-ChildProcess | Remove-Job -Force
    }

    It 'Wait-ChildProcess writes processes as they end' {
        $slow = Start-ChildProcess -Name slow { param($go) while (-not (Test-Path $go)) { Start-Sleep -Milliseconds 50 } } -ArgumentList "$TestDrive/go"
        $quick = Start-ChildProcess -Name quick { }
        $names = Wait-ChildProcess $slow, $quick | ForEach-Object {
            $_.Name
            Set-Content "$TestDrive/go" ''
        }
        $names | Should -Be 'quick', 'slow'
    }

    It '-Any returns with the first' {
        $slow = Start-ChildProcess { Start-Sleep 600 }
        $quick = Start-ChildProcess { }
        Wait-ChildProcess $slow, $quick -Any | Should -Be $quick
        $slow.IsAlive | Should -BeTrue
    }

    It '-Timeout takes <Value> and is an error that names the process' -TestCases @(
        @{ Value = 0 }
        @{ Value = 0.05 }
        @{ Value = New-TimeSpan -Milliseconds 50 }
        @{ Value = '0:00:00.05' }
    ) {
        $process = Start-ChildProcess -Name slow { Start-Sleep 600 }
        Wait-ChildProcess $process -Timeout $Value -ErrorVariable errors -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $errors[0].FullyQualifiedErrorId | Should -Be 'WaitTimeout,ProcConcurrency.Commands.WaitChildProcessCommand'
        $errors[0].Exception | Should -BeOfType ([TimeoutException])
        $errors[0].TargetObject | Should -Be $process
    }

    It 'refuses the timeout <Value>' -TestCases @(@{ Value = -2 }, @{ Value = 'soon' }, @{ Value = [double]::NaN }) {
        $process = Start-ChildProcess { }
        { Wait-ChildProcess $process -Timeout $Value } | Should -Throw -ErrorId 'ParameterArgumentTransformationError,ProcConcurrency.Commands.WaitChildProcessCommand'
    }

    It '-Timeout -1 is no limit' {
        $process = Start-ChildProcess { 'here' }
        $process | Receive-ChildProcess -Timeout -1 | Should -Be 'here'
        $process | Wait-ChildProcess -Timeout ([Threading.Timeout]::InfiniteTimeSpan) | Should -Be $process
        "$process" | Should -Be $process.Name
    }

    It 'takes the ids of jobs and of processes, and states' {
        $running = Start-ChildProcess { 'up'; Start-Sleep 600 }
        $ended = Start-ChildProcess { 'end' } | Wait-ChildProcess
        Get-ChildProcess -Id $running.Id | Should -Be $running
        Get-ChildProcess $running.Id | Should -Be $running
        Get-ChildProcess -ProcessId $running.ProcessId, $ended.ProcessId | Should -Be $running, $ended
        Get-ChildProcess -State Completed | Should -Be $ended
        Wait-ChildProcess -Id $ended.Id | Should -Be $ended
        Receive-ChildProcess -State Completed, Failed | Should -Be 'end'
        Get-ChildProcess -Id 987654, $ended.Id -ErrorVariable missing -ErrorAction SilentlyContinue | Should -Be $ended
        Get-ChildProcess -ProcessId 987654 -ErrorVariable +missing -ErrorAction SilentlyContinue
        $missing.FullyQualifiedErrorId | Should -Be (@('ProcessNotFound,ProcConcurrency.Commands.GetChildProcessCommand') * 2)
        Stop-ChildProcess -ProcessId $running.ProcessId -PassThru -Force | Wait-ChildProcess | Should -Be $running
    }

    It 'AmbiguousProcessId: of two machines that have a process of one id neither is meant by that alone' {
        $children = 1..2 | ForEach-Object { Start-ChildProcess { 'up'; Start-Sleep 600 } }
        Wait-Until { $children[0].Output.Count -and $children[1].Output.Count }
        $link = $children[0].GetType().GetField('_link', 'NonPublic, Instance')
        $own = $link.GetValue($children[1])
        $link.SetValue($children[1], $link.GetValue($children[0]))
        try {
            $id = $children[0].ProcessId
            { Get-ChildProcess -ProcessId $id -ErrorAction Stop } | Should -Throw -ErrorId 'AmbiguousProcessId,*'
            { Stop-ChildProcess $id -Force -ErrorAction Stop } | Should -Throw -ErrorId 'AmbiguousProcessId,*'
            { [pscustomobject] @{ ProcessId = "$id" } | Stop-ChildProcess -Force -ErrorAction Stop } | Should -Throw -ErrorId 'AmbiguousProcessId,*'
            $children.IsAlive | Should -Be $true, $true
        } finally {
            $link.SetValue($children[1], $own)
        }
    }

    It 'stops all that run, and says nothing of those that have ended: <How>' -TestCases @(
        @{ How = 'by the pipeline'; Stop = { Get-ChildProcess | Stop-ChildProcess -Force } }
        @{ How = 'by a pattern'; Stop = { Stop-ChildProcess many-* -Force } }
        @{ How = 'by state'; Stop = { Stop-ChildProcess -State Running, Completed -Force } }
    ) {
        $ended = Start-ChildProcess -Name many-1 { } | Wait-ChildProcess
        $running = Start-ChildProcess -Name many-2 { Start-Sleep 600 }
        $ErrorActionPreference = 'Stop'
        & $Stop
        (Wait-ChildProcess $running).ExitCode | Should -Be -9
        $ended.ExitCode | Should -Be 0
    }

    It 'finds processes by name, wildcard, id and object' {
        $one = Start-ChildProcess -Name alpha { }
        $two = Start-ChildProcess -Name beta { Start-Sleep 600 }
        Get-ChildProcess alpha | Should -Be $one
        Get-ChildProcess *a | Should -Be $one, $two
        Get-ChildProcess $two.ProcessId | Should -Be $two
        Wait-ChildProcess alpha | Out-Null
        Get-ChildProcess -Alive | Should -Be $two
        (Get-ChildProcess -Current).Name | Should -Be 'MainProcess'
        (Get-ChildProcess -Current).ProcessId | Should -Be $PID
    }

    It 'works with the job cmdlets' {
        $process = Start-ChildProcess -Name job { 1; 2 }
        (Get-Job -Name job).Id | Should -Be $process.Id
        Wait-Job $process | Should -Be $process
        Receive-Job $process -Keep | Should -Be 1, 2
        Receive-Job $process | Should -Be 1, 2
        $process.HasMoreData | Should -BeFalse
        Remove-Job $process
        Get-ChildProcess | Should -BeNullOrEmpty
    }

    It 'Get-Job finds it by <What>, once' -TestCases @(
        @{ What = 'nothing'; With = { @{} } }
        @{ What = 'id'; With = { @{ Id = $process.Id } } }
        @{ What = 'instance id'; With = { @{ InstanceId = $process.InstanceId } } }
        @{ What = 'name'; With = { @{ Name = 'find*' } } }
        @{ What = 'command'; With = { @{ Command = '*needle*' } } }
        @{ What = 'state'; With = { @{ State = 'Completed' } } }
        @{ What = 'filter'; With = { @{ Filter = @{ Name = 'findme'; State = 'Completed' } } } }
    ) {
        $process = Start-ChildProcess -Name findme { 'needle' } | Wait-ChildProcess
        $other = New-ChildProcess -Name other { }
        $named = & $With
        $found = Get-Job @named | Where-Object { $named.Count -gt 0 -or $_.Name -ne 'other' }
        $found | Should -Be $process
        $other.JobStateInfo.State | Should -Be 'NotStarted'
    }

    It 'Stop-Job stops and waits' {
        $process = Start-ChildProcess { Start-Sleep 600 }
        Stop-Job $process
        $process.JobStateInfo.State | Should -Be 'Stopped'
        $process.IsAlive | Should -BeFalse
    }
}

Describe 'A child process as a job' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
    }

    AfterEach {
        Get-ChildProcess | Remove-Job -Force
    }

    It 'has a child job with its streams, and the reason where it failed' {
        $failed = Start-ChildProcess { Write-Verbose v -Verbose; Write-Progress -Activity act; throw [IO.FileNotFoundException]::new('gone') }
        $exited = Start-ChildProcess { Write-Error 'not why'; exit 3 }
        $killed = Start-ChildProcess { Stop-Process -Id $PID -Force }
        $done = Start-ChildProcess { 1; Write-Error 'no end' }
        $running = Start-ChildProcess { Start-Sleep 600 }
        $running.HasMoreData, $running.ChildJobs[0].HasMoreData | Should -Be $true, $true
        $null = Wait-Job $failed, $exited, $killed, $done
        $streams = $failed.ChildJobs[0]
        $streams.State | Should -Be 'Failed'
        "$($streams.Verbose.ReadAll())" | Should -Be 'v'
        $streams.Progress.ReadAll()[0].Activity | Should -Be 'act'
        $streams.Error[0].Exception.Message | Should -Be 'gone'
        $streams.JobStateInfo.Reason.Message | Should -Be 'gone'
        $failed.JobStateInfo.Reason | Should -Be $streams.JobStateInfo.Reason
        $exited.JobStateInfo.Reason.Message | Should -BeLike '*exit code 3*'
        $killed.JobStateInfo.Reason | Should -BeOfType ([ProcConcurrency.WorkerCrashedException])
        $done.ChildJobs[0].JobStateInfo.Reason | Should -BeNullOrEmpty
        $failed | Receive-Job -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors.Count | Should -Be 1
    }

    It 'is received by Receive-Job <With>' -TestCases @(
        @{ With = '-Wait -WriteEvents'; Expected = '2', 'JobStateEventArgs', 'JobStateEventArgs' }
        @{ With = '-Wait -WriteJobInResults'; Expected = 'ChildProcess', '2' }
        @{ With = '-Wait -NoRecurse'; Expected = @() }
        @{ With = '-Location localhost'; Expected = @('2') }
        @{ With = '-Location elsewhere'; Expected = @() }
    ) {
        $process = Start-ChildProcess { 1 + 1 }
        if ($With -notmatch 'Wait') { $null = Wait-Job $process }
        $results = Invoke-Expression "Receive-Job -Job `$process $With"
        @($results | ForEach-Object { if ($_ -is [int]) { "$_" } else { $_.GetType().Name } }) | Should -Be $Expected
        $process | Receive-Job -Keep | Should -Be @(if ($Expected -notcontains '2') { 2 })
        $process | Receive-Job | Should -Be @(if ($Expected -notcontains '2') { 2 })
        $process.HasMoreData, $process.ChildJobs[0].HasMoreData | Should -Be $false, $false
    }

    It 'is received, removed and done with by Receive-Job -AutoRemoveJob' {
        $session = Start-Session -OutputPath "$TestDrive/auto" 'Start-ChildProcess { 1; 2 } | Receive-Job -Wait -AutoRemoveJob; "left: $(@(Get-ChildProcess).Count)"'
        try {
            $session.WaitForExit(120000) | Should -BeTrue
            Get-Content "$TestDrive/auto" | Should -Be '1', '2', 'left: 0'
        } finally {
            if (-not $session.HasExited) {
                $session.Kill($true)
            }
        }
    }

    It 'the first of a session are ChildProcess-1 and ChildProcess-2' {
        $script = "Import-Module '$PSScriptRoot/../ProcConcurrency.psd1'; 1..2 | ForEach-Object { (New-ChildProcess { }).Name }"
        Invoke-Engine -Command $script | Should -Be 'ChildProcess-1', 'ChildProcess-2'
    }

    It 'is known to the child by the name that it got before its start: <What>' -TestCases @(
        @{ What = 'a block'; With = @{ ScriptBlock = { (Get-ChildProcess -Current).Name } } }
        @{ What = 'a class'; With = @{ Type = $null } }
    ) {
        class WhoAmI { [void] Run() { Write-Information (Get-ChildProcess -Current).Name } }
        if ($What -eq 'a class') { $With = @{ Type = [WhoAmI] } }
        $process = New-ChildProcess @With
        $process.Name = 'renamed before'
        $process.Start()
        $process | Receive-ChildProcess -Wait 6>&1 | Should -Be 'renamed before'
    }

    It 'has the session''s AuthKey, as a secure string that compares and joins it' {
        $process = Start-ChildProcess { Send-ProcPipe (Connect-ProcPipe $args[0] -AuthKey (Get-ChildProcess -Current).AuthKey) 'in' } -ArgumentList (
            $listener = New-ProcListener -AuthKey (Get-ChildProcess -Current).AuthKey).Address
        try {
            $pipe = Receive-ProcListener $listener -Timeout 60
            Receive-ProcPipe $pipe -Timeout 60 | Should -Be 'in'
            $process.AuthKey | Should -BeOfType ([securestring])
            $process.AuthKey -eq (Get-ChildProcess -Current).AuthKey | Should -BeTrue
            "$listener" | Should -Be "Listener '$($listener.Address)'"
            $process | Format-List | Out-String | Should -Not -Match '(?m)^AuthKey'
        } finally {
            Close-ProcListener $listener
        }
    }

    It 'gets another name before its start, as long as nobody has it and cmdlets can find it' {
        $null = New-ChildProcess { } -Name taken
        $other = New-ChildProcess { } -Name other
        { $other.Name = 'taken' } | Should -Throw '*taken*'
        { $other.Name = 'a*' } | Should -Throw '*a`**'
        { $other.Name = '' } | Should -Throw
        $other.Name = 'OTHER'
        $other.Name = 'better'
        (Get-ChildProcess better).InstanceId | Should -Be $other.InstanceId
        @(Get-ChildProcess).Name | Should -Be 'taken', 'better'
        $other | Start-ChildProcess | Wait-ChildProcess | Out-Null
        { $other.Name = 'late' } | Should -Throw '*after it was started*'
    }

    It 'run here, shows its errors, and throws what ends it' {
        $script = "Import-Module '$PSScriptRoot/../ProcConcurrency.psd1'; (New-ChildProcess { 'out'; Write-Error 'shown' }).Run()"
        Invoke-Engine -Command $script | Should -Be 'out'
        Get-Content "$TestDrive/err.txt" -Raw | Should -BeLike '*shown*'
        { (New-ChildProcess { throw 'ended' }).Run() } | Should -Throw '*ended*'
    }

    It '-Command takes an alias whose module is not loaded yet' {
        $script = "Import-Module '$PSScriptRoot/../ProcConcurrency.psd1'; (Start-ChildProcess -Command gci -ArgumentList '$PSScriptRoot/common.ps1' | Receive-ChildProcess -Wait).Name"
        Invoke-Engine -Command $script | Should -Be 'common.ps1'
    }

    It 'carries $using:env:NAME' {
        $env:PROCCONCURRENCY_CARRIED = 'here'
        try {
            Start-ChildProcess { "$using:env:PROCCONCURRENCY_CARRIED ${using:env:PROCCONCURRENCY_NOT}." } -Environment @{ PROCCONCURRENCY_CARRIED = $null } |
                Receive-ChildProcess -Wait | Should -Be 'here .'
        } finally {
            $env:PROCCONCURRENCY_CARRIED = $null
        }
    }

    It 'completes a name with special characters so that it can be run' {
        foreach ($name in "it's", 'a$b') {
            $null = New-ChildProcess { } -Name $name
        }

        (TabExpansion2 'Get-ChildProcess it' 19).CompletionMatches.CompletionText | Should -Be "'it''s'"
        (TabExpansion2 'Get-ChildProcess a' 18).CompletionMatches.CompletionText | Should -Be '''a$b'''
    }

    It 'EngineNotFound: a bare name is looked for on PATH' {
        New-Item "$TestDrive/bin" -ItemType Directory | Out-Null
        Set-Content "$TestDrive/bin/pwsh-of-test" '#!/bin/sh', 'exit 7'
        & chmod +x "$TestDrive/bin/pwsh-of-test"
        $path = $env:PATH
        try {
            $env:PATH = "$path$([IO.Path]::PathSeparator)$TestDrive/bin"
            $process = Start-ChildProcess { } -EnginePath pwsh-of-test | Wait-ChildProcess
            $process.ExitCode | Should -Be 7
        } finally {
            $env:PATH = $path
        }

        { Start-ChildProcess { } -EnginePath pwsh-of-nobody } | Should -Throw '*on PATH*' -ErrorId 'EngineNotFound,ProcConcurrency.Commands.StartChildProcessCommand'
    }
}
