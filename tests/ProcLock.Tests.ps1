Describe 'A lock' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $commands = 'ProcConcurrency.Commands'
    }

    AfterEach {
        Clear-ProcSession
    }

    Context 'entering and leaving' {
        It 'is held between Enter-ProcLock and Exit-ProcLock' {
            $lock = New-ProcLock
            $lock.IsHeld | Should -BeFalse
            Enter-ProcLock $lock
            $lock.IsHeld | Should -BeTrue
            $lock | Exit-ProcLock
            $lock.IsHeld | Should -BeFalse
        }

        It 'LockRecursion: is not entered twice by its holder' {
            $lock = New-ProcLock
            Enter-ProcLock $lock
            { Enter-ProcLock $lock } | Should -Throw -ErrorId "LockRecursion,$commands.EnterProcLockCommand"
            $record = { $lock.Enter() } | Should -Throw -PassThru
            $record.Exception.InnerException | Should -BeOfType ([Threading.LockRecursionException])
        }

        It 'is entered again with -Recursive, and left as often' {
            $lock = New-ProcLock -Recursive
            $lock.IsRecursive | Should -BeTrue
            Enter-ProcLock $lock
            Enter-ProcLock $lock
            Exit-ProcLock $lock
            $lock.IsHeld | Should -BeTrue
            Exit-ProcLock $lock
            $lock.IsHeld | Should -BeFalse
            Enter-ProcLock $lock
            Enter-ProcLock $lock
            Exit-ProcLock $lock -Count 2
            $lock.IsHeld | Should -BeFalse
        }

        It 'LockNotHeld: is not left by one who does not hold it' {
            $lock = New-ProcLock
            { Exit-ProcLock $lock } | Should -Throw -ErrorId "LockNotHeld,$commands.ExitProcLockCommand"
            $other = Start-ChildProcess { ($using:lock).Enter(); 'in'; Start-Sleep 600 }
            Wait-Until { $other.Output.Count }
            { Exit-ProcLock $lock } | Should -Throw "*$($other.Name)*"
        }

        It 'is left with others, and they are left where it can''t be' {
            $one, $two, $three = 1..3 | ForEach-Object { New-ProcLock }
            $one, $three | Enter-ProcLock
            Exit-ProcLock $one, $two, nowhere, $three -ErrorVariable errors -ErrorAction SilentlyContinue
            $errors.FullyQualifiedErrorId | Should -Be "LockNotHeld,$commands.ExitProcLockCommand", "ObjectNotFound,$commands.ExitProcLockCommand"
            $one.IsHeld, $three.IsHeld | Should -Be $false, $false

            # One whose lock has to be asked for first, too.
            Remove-ProcObject ($gone = New-ProcCondition)
            Enter-ProcLock $one
            Exit-ProcLock $gone, $one -ErrorVariable errors -ErrorAction SilentlyContinue
            $errors.FullyQualifiedErrorId | Should -BeLike '*,*ExitProcLockCommand'
            $one.IsHeld | Should -BeFalse
        }

        It 'WaitTimeout: waits no longer than -Timeout' {
            $lock = New-ProcLock
            $other = Start-ChildProcess { ($using:lock).Enter(); 'in'; Start-Sleep 600 }
            Wait-Until { $other.Output.Count }
            { Enter-ProcLock $lock -Timeout 0 } | Should -Throw -ErrorId "WaitTimeout,$commands.EnterProcLockCommand"
            { Enter-ProcLock $lock -Timeout 0.05 } | Should -Throw -ExceptionType ([TimeoutException])
            $lock.TryEnter() | Should -BeFalse
            $lock.TryEnter(0.05) | Should -BeFalse
        }

        It 'says who held it all the time' {
            $lock = New-ProcLock
            $holder = Start-ChildProcess -Name holder { ($using:lock).Enter(); 'in'; Start-Sleep 600 }
            Wait-Until { $holder.Output.Count }
            $says = "Waiting for $lock took longer than {0}: 'holder' ($($holder.ProcessId)) holds it.*"
            { Enter-ProcLock $lock -Timeout 0.05 } | Should -Throw ($says -f '0.05 seconds')
            $seen = Start-ChildProcess { try { Enter-ProcLock $using:lock -Timeout 1 } catch { "$_" } } | Receive-ChildProcess -Wait
            $seen | Should -BeLike ($says -f '1 second')
            { Enter-ProcLock $lock -Timeout 0 } | Should -Throw "*longer than 0 seconds. Wait*"
        }

        It 'is another one''s for another runspace of the same process' {
            $null = New-ProcLock -Name other
            Enter-ProcLock other
            $shell = New-Shell '(New-ProcLock -Name other).TryEnter(0); (New-ProcLock).TryEnter(0)'
            try {
                $shell.Invoke() | Should -Be $false, $true
            } finally {
                Remove-Shell $shell
            }

            Exit-ProcLock other
        }
    }

    Context 'Use-ProcLock' {
        It 'holds the lock while the block runs, in the caller''s scope, and streams its output' {
            $lock = New-ProcLock
            $seen = 0
            $output = Use-ProcLock $lock { $seen = 1; $lock.IsHeld; 'second' }
            $output | Should -Be $true, 'second'
            $seen | Should -Be 1
            $lock.IsHeld | Should -BeFalse
            $first = Use-ProcLock $lock { 1; 2; 3 } | Select-Object -First 1
            $first | Should -Be 1
            $lock.IsHeld | Should -BeFalse
        }

        It 'leaves on <What>' -TestCases @(
            @{ What = 'an error'; Block = { throw 'bad' } }
            @{ What = 'return'; Block = { return } }
            @{ What = 'break'; Block = { break } }
            @{ What = 'continue'; Block = { continue } }
        ) {
            $lock = New-ProcLock
            foreach ($once in 1) {
                try { Use-ProcLock $lock $Block } catch { "$_" | Should -Be 'bad' }
            }

            $lock.IsHeld | Should -BeFalse
        }

        It 'break leaves the caller''s loop' {
            $lock = New-ProcLock
            $seen = foreach ($i in 1..5) { Use-ProcLock $lock { if ($i -eq 3) { break }; $i } }
            $seen | Should -Be 1, 2
        }

        It 'takes a lock by its name' {
            $null = New-ProcLock -Name printer
            Use-ProcLock printer { (Get-ProcObject printer).Owner } | Should -BeLike "*($PID)*"
        }

        It 'leaves when the pipeline is stopped' {
            $lock = New-ProcLock -Name stopped
            $shell = New-Shell 'Use-ProcLock stopped { while ($true) { Start-Sleep -Milliseconds 50 } }'
            try {
                $null = $shell.BeginInvoke()
                Wait-Until { $lock.IsHeld }
                $shell.Stop()
                Wait-Until { -not $lock.IsHeld }
            } finally {
                Remove-Shell $shell
            }
        }
    }

    Context 'waiting' {
        It 'a stopped wait ends, and does not get the lock: <Name>' -TestCases @(
            @{ Name = 'of the cmdlet'; Script = 'Enter-ProcLock wanted' }
            @{ Name = 'of the method'; Script = '$lock = New-ProcLock -Name wanted; $lock.Enter()' }
        ) {
            $lock = New-ProcLock -Name wanted
            Enter-ProcLock $lock
            $shell = New-Shell $Script
            try {
                $null = $shell.BeginInvoke()
                Wait-Until { (Get-ProcObject wanted).Waiters -eq 1 }
                $shell.Stop()
                (Get-ProcObject wanted).Waiters | Should -Be 0
            } finally {
                Remove-Shell $shell
            }

            Exit-ProcLock $lock
            $lock.IsHeld | Should -BeFalse
        }

        It 'is first come, first served' {
            $lock = New-ProcLock -Name line
            $order = New-ProcList
            Enter-ProcLock $lock
            foreach ($i in 1..4) {
                $null = Start-ChildProcess { param($i) Use-ProcLock line { ($using:order).Add($i) } } -ArgumentList $i
                Wait-Until { (Get-ProcObject line).Waiters -eq $i }
            }

            Exit-ProcLock $lock
            Get-ChildProcess | Wait-ChildProcess | Out-Null
            $order.ToArray() | Should -Be 1, 2, 3, 4
        }
    }

    Context 'a holder that dies' {
        It 'leaves it to the next waiter, with a warning that names it and its exit code' {
            $lock = New-ProcLock -Name left
            $holder = Start-ChildProcess -Name holder { Enter-ProcLock left; 'in'; Start-Sleep 600 }
            Wait-Until { $holder.Output.Count }
            $waiter = Start-ChildProcess { Enter-ProcLock left; 'got it' }
            Wait-Until { (Get-ProcObject left).Waiters -eq 1 }
            Stop-ChildProcess $holder -Force
            $waiter | Receive-ChildProcess -Wait -WarningVariable warnings -WarningAction SilentlyContinue | Should -Be 'got it'
            "$warnings" | Should -BeLike "*'holder' ($($holder.ProcessId))*exit code -9*"
        }

        It 'is told by WasAbandoned and AbandonedBy, once' {
            $lock = New-ProcLock
            Start-ChildProcess -Name quitter { ($using:lock).Enter(); exit 3 } | Wait-ChildProcess | Out-Null
            Enter-ProcLock $lock -WarningAction SilentlyContinue
            $lock.WasAbandoned | Should -BeTrue
            $lock.AbandonedBy.Name | Should -Be 'quitter'
            $lock.AbandonedBy.ExitCode | Should -Be 3
            Exit-ProcLock $lock
            Enter-ProcLock $lock
            $lock.WasAbandoned | Should -BeFalse
            Exit-ProcLock $lock
        }

        It 'is not held by one who makes an error of the warning, and is told to the next' {
            $lock = New-ProcLock
            Start-ChildProcess -Name quitter { ($using:lock).Enter(); exit 3 } | Wait-ChildProcess | Out-Null
            { Use-ProcLock $lock { throw 'the block ran' } -WarningAction Stop } | Should -Throw -ErrorId "ActionPreferenceStop,$commands.UseProcLockCommand"
            $lock.IsHeld | Should -BeFalse
            { Enter-ProcLock $lock -WarningAction Stop } | Should -Throw -ErrorId "ActionPreferenceStop,$commands.EnterProcLockCommand"
            $lock.IsHeld | Should -BeFalse
            Use-ProcLock $lock { 'the block' } -WarningVariable warnings -WarningAction SilentlyContinue | Should -Be 'the block'
            "$warnings" | Should -BeLike "*'quitter'*"
        }

        It 'is noticed for a grandchild too' {
            $lock = New-ProcLock
            $parent = Start-ChildProcess { $lock = $using:lock; $p = Start-ChildProcess -Name deep { ($using:lock).Enter(); exit 7 }; $p | Wait-ChildProcess | Out-Null; 'done' }
            $parent | Receive-ChildProcess -Wait | Should -Be 'done'
            $lock.TryEnter(10) | Should -BeTrue
            $lock.AbandonedBy.Name | Should -Be 'deep'
            $lock.AbandonedBy.ExitCode | Should -Be 7
        }
    }

    Context 'names and mistakes' {
        It 'NameInUse: a name belongs to one kind' {
            $null = New-ProcLock -Name taken
            (New-ProcLock -Name TAKEN).Id | Should -Be (Get-ProcObject taken).Id
            { New-ProcEvent -Name taken } | Should -Throw -ErrorId "NameInUse,$commands.NewProcEventCommand"
        }

        It 'ObjectNotFound: a name that nobody gave' {
            { Enter-ProcLock nothing } | Should -Throw -ErrorId "ObjectNotFound,$commands.EnterProcLockCommand"
        }

        It 'WrongKind: something that cannot be entered' {
            { Enter-ProcLock (New-ProcEvent) } | Should -Throw -ErrorId "WrongKind,$commands.EnterProcLockCommand"
        }

        It 'ObjectGone: a lock that was removed; who waits for it is told' {
            $lock = New-ProcLock -Name gone
            Enter-ProcLock $lock
            $waiter = Start-ChildProcess { Enter-ProcLock gone }
            Wait-Until { (Get-ProcObject gone).Waiters -eq 1 }
            Remove-ProcObject gone
            $waiter | Receive-ChildProcess -Wait -ErrorVariable errors -ErrorAction SilentlyContinue
            $errors[0].FullyQualifiedErrorId | Should -BeLike 'ObjectGone*'
            { Exit-ProcLock $lock } | Should -Throw -ErrorId "ObjectGone,$commands.ExitProcLockCommand"
        }

        It 'an error of the block is what the caller sees, also where the lock can''t be left any more' {
            $lock = New-ProcLock
            { Use-ProcLock $lock { Remove-ProcObject $lock; throw 'mine' } } | Should -Throw 'mine'
            { Use-ProcLock $lock { } } | Should -Throw -ErrorId "ObjectGone,$commands.UseProcLockCommand"
        }

        It 'a time limit below 0 is none, but for -1 and .NET''s own word for no limit' {
            $lock = New-ProcLock
            { $lock.TryEnter(-2) } | Should -Throw '*0 or more*'
            $lock.TryEnter(-1) | Should -BeTrue
            $lock.Exit()
            $lock.TryEnter([Threading.Timeout]::InfiniteTimeSpan) | Should -BeTrue
            $lock.Exit()
        }

        It 'completes names' {
            $null = New-ProcLock -Name completable
            (TabExpansion2 'Enter-ProcLock compl' 20).CompletionMatches.CompletionText | Should -Contain 'completable'
        }
    }
}
