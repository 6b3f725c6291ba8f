# Each wait that there is, stopped by Ctrl-C or whoever else ends a pipeline. One that did not end would hang here.
Describe 'A wait' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
    }

    AfterEach {
        Clear-ProcSession
    }

    It 'ends when it is stopped, and leaves nothing of it: <Script>' -TestCases @(
        @{ Script = 'Enter-ProcLock lock' }
        @{ Script = 'Use-ProcLock lock { }' }
        @{ Script = '(New-ProcLock -Name lock).TryEnter(600)' }
        @{ Script = 'Enter-ProcLock semaphore -Timeout 600' }
        @{ Script = 'Use-ProcLock semaphore { }' }
        @{ Script = '(New-ProcSemaphore 0 -Name semaphore).Enter()' }
        @{ Script = 'Wait-ProcEvent event' }
        @{ Script = '(New-ProcEvent -Name event).Wait(600)' }
        @{ Script = 'Use-ProcLock condition { Wait-ProcCondition condition }' }
        @{ Script = 'Use-ProcLock condition { Wait-ProcCondition condition -Until { $false } -Timeout 600 }' }
        @{ Script = '$c = New-ProcCondition -Name condition; $c.Lock.Enter(); $c.Wait()' }
        @{ Script = 'Wait-ProcBarrier barrier' }
    ) {
        $lock = New-ProcLock -Name lock
        Enter-ProcLock $lock
        $semaphore = New-ProcSemaphore 0 -Name semaphore
        $null = New-ProcEvent -Name event
        $condition = New-ProcCondition -Name condition
        $barrier = New-ProcBarrier 2 -Name barrier
        $shell = New-Shell $Script
        try {
            $null = $shell.BeginInvoke()
            Wait-Until { Get-ProcObject | Where-Object Waiters }
            $shell.Stop()
            Get-ProcObject | Where-Object Waiters | Should -BeNullOrEmpty
        } finally {
            Remove-Shell $shell
        }

        # What comes next gets it.
        Exit-ProcLock $lock
        $lock.IsHeld | Should -BeFalse
        Exit-ProcLock $semaphore
        $semaphore.CurrentCount | Should -Be 1
        $condition.Lock.IsHeld | Should -BeFalse
        $barrier.IsBroken | Should -Be ($Script -like '*barrier*')
    }
}
