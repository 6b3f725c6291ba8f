Describe 'A semaphore' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $commands = 'ProcConcurrency.Commands'
    }

    AfterEach {
        Get-ChildProcess | Remove-Job -Force
    }

    It 'has as many places as it was given' {
        $semaphore = New-ProcSemaphore 2
        Enter-ProcLock $semaphore
        Enter-ProcLock $semaphore
        $semaphore.CurrentCount | Should -Be 0
        { Enter-ProcLock $semaphore -Timeout 0 } | Should -Throw -ErrorId "WaitTimeout,$commands.EnterProcLockCommand"
        Exit-ProcLock $semaphore -Count 2
        $semaphore.CurrentCount | Should -Be 2
    }

    It 'grows by more releases, unless it is -Bounded: SemaphoreOverRelease' {
        $open = New-ProcSemaphore 0
        Exit-ProcLock $open
        $open.CurrentCount | Should -Be 1
        $bounded = New-ProcSemaphore 1 -Bounded
        $bounded.IsBounded | Should -BeTrue
        { Exit-ProcLock $bounded } | Should -Throw -ErrorId "SemaphoreOverRelease,$commands.ExitProcLockCommand"
        $bounded.CurrentCount | Should -Be 1
    }

    It 'lets no more through than it has places' {
        $semaphore = New-ProcSemaphore 2
        $inside = New-ProcValue 0
        $most = New-ProcValue 0
        1..6 | Invoke-ProcPool -ThrottleLimit 4 {
            Use-ProcLock $using:semaphore {
                $now = ($using:inside).Increment()
                $null = ($using:most).Update({ param($most) [Math]::Max($most, $now) })
                Start-Sleep -Milliseconds 20
                $null = ($using:inside).Increment(-1)
            }
        }

        $inside.Value | Should -Be 0
        $most.Value | Should -BeIn 1, 2
        $semaphore.CurrentCount | Should -Be 2
    }

    It 'gets a place back that a dead process held through Use-ProcLock' {
        $semaphore = New-ProcSemaphore 1
        $holder = Start-ChildProcess { Use-ProcLock $using:semaphore { 'in'; Start-Sleep 600 } }
        Wait-Until { $holder.Output.Count }
        $semaphore.CurrentCount | Should -Be 0
        Stop-ChildProcess $holder -Force
        $semaphore.TryEnter(30) | Should -BeTrue
    }

    It 'gets no place back that a dead process took by a bare Enter; another one may give it' {
        $semaphore = New-ProcSemaphore 1
        Start-ChildProcess { Enter-ProcLock $using:semaphore } | Wait-ChildProcess | Out-Null
        $semaphore.CurrentCount | Should -Be 0
        Exit-ProcLock $semaphore
        $semaphore.CurrentCount | Should -Be 1
    }

    It 'never has more places than it began with, though one that was held came back before' {
        $semaphore = New-ProcSemaphore 1 -Bounded
        $null = 1 | Invoke-ProcPool -ErrorVariable failed -ErrorAction SilentlyContinue {
            $semaphore = $using:semaphore
            Use-ProcLock $semaphore { Exit-ProcLock $semaphore }
        }
        $failed.FullyQualifiedErrorId | Should -BeLike 'SemaphoreOverRelease,*'
        $semaphore.CurrentCount | Should -Be 1

        $holder = Start-ChildProcess { Use-ProcLock $using:semaphore { 'in'; Start-Sleep 600 } }
        Wait-Until { $holder.Output.Count }
        Exit-ProcLock $semaphore
        Stop-ChildProcess $holder -Force
        $holder | Wait-ChildProcess -Timeout 60
        $semaphore.CurrentCount | Should -Be 1
    }

    It 'refuses a negative count' {
        { New-ProcSemaphore -1 } | Should -Throw -ErrorId "ParameterArgumentValidationError,$commands.NewProcSemaphoreCommand"
    }
}
