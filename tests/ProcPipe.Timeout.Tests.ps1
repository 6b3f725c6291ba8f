Describe 'Send-ProcPipe -Timeout' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $late = 'WaitTimeout,ProcConcurrency.Commands.SendProcPipeCommand'

        function Start-Send([string] $Script) {
            $shell = New-Shell $Script
            $shell.Runspace.SessionStateProxy.SetVariable('pipe', $a)
            $shell.Runspace.SessionStateProxy.SetVariable('bytes', [byte[]]::new(20MB))
            $output = [Management.Automation.PSDataCollection[psobject]]::new()
            $running = $shell.BeginInvoke([Management.Automation.PSDataCollection[psobject]]::new(), $output)
            @{ Shell = $shell; Running = $running; Output = $output }
        }
    }

    It 'WaitTimeout: there is no room, and nothing of the message is sent: <Timeout>' -TestCases @(
        @{ Timeout = 0 }
        @{ Timeout = 0.05 }
        @{ Timeout = New-TimeSpan -Milliseconds 150 }
    ) {
        $a, $b = New-ProcPipe
        $text = 'x' * 1000
        $count = 0
        while ($a.TrySend($text, 0)) { $count++ }
        $record = { Send-ProcPipe $a $text -Timeout $Timeout } | Should -Throw -ErrorId $late -PassThru
        $record.Exception | Should -BeOfType ([TimeoutException])
        $record.TargetObject.Id | Should -Be $a.Id
        { Send-ProcPipe $a -Bytes ([byte[]]::new(20MB)) -Timeout $Timeout } | Should -Throw -ErrorId $late
        $count | Should -BeGreaterThan 10
        foreach ($n in 1..$count) { $b.Receive().Length | Should -Be 1000 }
        Test-ProcPipe $b | Should -BeFalse
        Send-ProcPipe $a 'after' -Timeout $Timeout
        Receive-ProcPipe $b -Timeout 30 | Should -Be 'after'
    }

    It 'room that comes in time is used' {
        $a, $b = New-ProcPipe
        while ($a.TrySend('x' * 1000, 0)) { }
        $send = Start-Send 'Send-ProcPipe $pipe last -Timeout 60'
        try {
            do { $last = Receive-ProcPipe $b -Timeout 30 } until ($last -eq 'last')
            $send.Shell.EndInvoke($send.Running)
        } finally {
            Remove-Shell $send.Shell
        }
    }

    It 'a message that was begun is sent whole, however long that takes' {
        $a, $b = New-ProcPipe
        $send = Start-Send 'Send-ProcPipe $pipe -Bytes $bytes -Timeout 0; ''sent'''
        try {
            Wait-Until { $b.Poll() }
            $send.Running.IsCompleted | Should -BeFalse
            (Receive-ProcPipe $b -Timeout 60).Length | Should -Be 20MB
            $send.Shell.EndInvoke($send.Running)
            $send.Output | Should -Be 'sent'
        } finally {
            Remove-Shell $send.Shell
        }
    }

    It 'holds for the wait behind another message too, <What>' -TestCases @(
        @{ What = 'that is being sent'; Stop = $false }
        @{ What = 'whose sender was stopped'; Stop = $true }
    ) {
        $a, $b = New-ProcPipe
        $send = Start-Send 'Send-ProcPipe $pipe -Bytes $bytes'
        try {
            Wait-Until { $b.Poll() }
            if ($Stop) { $send.Shell.Stop() }
            { Send-ProcPipe $a 'too late' -Timeout 0 } | Should -Throw -ErrorId $late
            { Send-ProcPipe $a 'too late' -Timeout 0.05 } | Should -Throw -ErrorId $late
            (Receive-ProcPipe $b -Timeout 60).Length | Should -Be 20MB
            Send-ProcPipe $a 'next' -Timeout 30
            Receive-ProcPipe $b -Timeout 60 | Should -Be 'next'
        } finally {
            Remove-Shell $send.Shell
        }
    }

    It 'Ctrl-C ends the wait, and nothing of the message is sent' {
        $a, $b = New-ProcPipe
        $count = 0
        while ($a.TrySend('x' * 1000, 0)) { $count++ }
        $send = Start-Send '''begun''; Send-ProcPipe $pipe stopped -Timeout 600'
        try {
            Wait-Until { $send.Output.Count -gt 0 }
            Start-Sleep -Milliseconds 50
            $send.Shell.Stop()
        } finally {
            Remove-Shell $send.Shell
        }
        @(while (Test-ProcPipe $b) { Receive-ProcPipe $b }).Count | Should -Be $count
    }

    It 'PipeClosed: the other end closes during the wait' {
        $a, $b = New-ProcPipe
        while ($a.TrySend('x' * 1000, 0)) { }
        $send = Start-Send 'try { Send-ProcPipe $pipe more -Timeout 600 } catch { $_.FullyQualifiedErrorId }'
        try {
            $b.Close()
            $send.Shell.EndInvoke($send.Running)
            $send.Output | Should -Be 'PipeClosed,ProcConcurrency.Commands.SendProcPipeCommand'
        } finally {
            Remove-Shell $send.Shell
        }
    }
}

Describe 'An end of a pipe that nobody came to use' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
    }

    AfterEach {
        Get-ChildProcess | Remove-Job -Force
    }

    It 'closes where the child that was given it <What>' -TestCases @(
        @{ What = 'ended before it could'; Start = { Start-ChildProcess { } -ArgumentList $theirs -EnginePath "$TestDrive/pwsh" } }
        @{ What = 'ended without'; Start = { Start-ChildProcess { } -ArgumentList $theirs } }
        @{ What = 'was killed while it started'; Start = { $child = Start-ChildProcess { } -ArgumentList $theirs; Stop-ChildProcess $child -Force; $child } }
    ) {
        Set-Content "$TestDrive/pwsh" '#!/bin/sh', 'exit 9'
        & chmod +x "$TestDrive/pwsh"
        $mine, $theirs = New-ProcPipe
        . $Start | Wait-ChildProcess -Timeout 60 | Out-Null
        { Receive-ProcPipe $mine -Timeout 30 } | Should -Throw -ErrorId 'PipeClosed,ProcConcurrency.Commands.ReceiveProcPipeCommand'
    }

    It 'stays open while it is still here to be given to another' {
        $mine, $theirs = New-ProcPipe
        Start-ChildProcess { } | Wait-ChildProcess | Out-Null
        Send-ProcPipe $mine 'hello'
        Start-ChildProcess { Receive-ProcPipe $using:theirs } | Receive-ChildProcess -Wait | Should -Be 'hello'
    }
}
