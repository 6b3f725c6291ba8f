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
