Describe 'An event' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $commands = 'ProcConcurrency.Commands'
    }

    AfterEach {
        Get-ChildProcess | Remove-Job -Force
    }

    It 'lets through once it is set, until it is reset' {
        $event1 = New-ProcEvent
        $event1.IsSet | Should -BeFalse
        Set-ProcEvent $event1
        $event1.IsSet | Should -BeTrue
        Wait-ProcEvent $event1
        $event1 | Reset-ProcEvent
        { Wait-ProcEvent $event1 -Timeout 0.02 } | Should -Throw -ErrorId "WaitTimeout,$commands.WaitProcEventCommand"
        $event1.Wait(0) | Should -BeFalse
        (New-ProcEvent -Set).IsSet | Should -BeTrue
    }

    It 'wakes everybody that waits, in every process' {
        $event1 = New-ProcEvent -Name starting-gun
        $runners = 1..3 | ForEach-Object { Start-ChildProcess { Wait-ProcEvent starting-gun; 'off' } }
        Wait-Until { (Get-ProcObject starting-gun).Waiters -eq 3 }
        Set-ProcEvent $event1
        $runners | Receive-ChildProcess -Wait | Should -Be 'off', 'off', 'off'
        Remove-ProcObject starting-gun
    }

    It 'forgets a waiter that dies' {
        $event1 = New-ProcEvent -Name forgetful
        $waiter = Start-ChildProcess { Wait-ProcEvent forgetful }
        Wait-Until { (Get-ProcObject forgetful).Waiters -eq 1 }
        Stop-ChildProcess $waiter -Force
        Wait-Until { (Get-ProcObject forgetful).Waiters -eq 0 }
        Remove-ProcObject forgetful
    }

    It 'is a timeout that says what was waited for' {
        $event1 = New-ProcEvent -Name named
        $record = { Wait-ProcEvent $event1 -Timeout 0 } | Should -Throw -ErrorId "WaitTimeout,$commands.WaitProcEventCommand" -PassThru
        $record.TargetObject | Should -Be $event1
        "$record" | Should -BeLike "*'named'*"
        Remove-ProcObject named
    }
}
