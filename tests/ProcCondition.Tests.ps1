Describe 'A condition' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $commands = 'ProcConcurrency.Commands'
    }

    AfterEach {
        Clear-ProcSession
    }

    It 'hands work from one process to another' {
        $condition = New-ProcCondition -Name more
        $work = New-ProcList
        $consumer = Start-ChildProcess {
            $condition = $using:condition
            $work = $using:work
            foreach ($i in 1..3) {
                Use-ProcLock $condition {
                    Wait-ProcCondition $condition -Until { $work.Count -gt 0 }
                    "did $($work.RemoveAt(0))"
                }
            }
        }
        foreach ($i in 1..3) {
            Use-ProcLock $condition {
                $null = $work.Add("item $i")
                Send-ProcCondition $condition
            }
        }

        $consumer | Receive-ChildProcess -Wait | Should -Be 'did item 1', 'did item 2', 'did item 3'
    }

    It 'wakes those of several whose lock is held, and tells of the others' {
        $theirs, $mine = 'a', 'b' | ForEach-Object { New-ProcCondition -Name "several-$_" }
        Use-ProcLock $mine {
            Send-ProcCondition several-* -PassThru -ErrorVariable failed -ErrorAction SilentlyContinue | Should -Be $mine
            $failed.FullyQualifiedErrorId | Should -Be "LockNotHeld,$commands.SendProcConditionCommand"
            $theirs, $mine | Send-ProcCondition -PassThru -ErrorAction SilentlyContinue | Should -Be $mine
        }
        Enter-ProcLock $mine
        $theirs, $mine | Exit-ProcLock -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed | Should -HaveCount 1
        { Exit-ProcLock $mine } | Should -Throw -ErrorId 'LockNotHeld,*'
    }

    It 'gives the lock up while it waits, and has it again after' {
        $lock = New-ProcLock -Recursive
        $condition = New-ProcCondition $lock -Name gate
        $waiter = Start-ChildProcess {
            $c = $using:condition
            $c.Lock.Enter()
            $c.Lock.Enter()
            Wait-ProcCondition $c
            $c.Lock.Exit()
            "held: $($c.Lock.IsHeld)"
            $c.Lock.Exit()
        }
        Wait-Until { (Get-ProcObject gate).Waiters -eq 1 }
        Use-ProcLock $lock { Send-ProcCondition gate }
        $waiter | Receive-ChildProcess -Wait | Should -Be 'held: True'
        $lock.IsHeld | Should -BeFalse
    }

    It 'wakes as many as it is told to, first those that came first' {
        $condition = New-ProcCondition -Name queue
        $order = New-ProcList
        foreach ($i in 1..4) {
            $null = Start-ChildProcess { param($i) Use-ProcLock $using:condition { Wait-ProcCondition $using:condition; $null = ($using:order).Add($i) } } -ArgumentList $i
            Wait-Until { (Get-ProcObject queue).Waiters -eq $i }
        }

        Use-ProcLock $condition { Send-ProcCondition $condition -Count 2 }
        Wait-Until { $order.Count -eq 2 }
        $order.ToArray() | Should -Be 1, 2
        Use-ProcLock $condition { Send-ProcCondition $condition -All }
        Get-ChildProcess | Wait-ChildProcess | Out-Null
        $order.Count | Should -Be 4
    }

    It 'wakes those of several conditions, also by a pattern' {
        $conditions = 'ready 1', 'ready 2', 'ready 3' | ForEach-Object { New-ProcCondition -Name $_ }
        foreach ($one in $conditions) {
            $null = Start-ChildProcess { Use-ProcLock $using:one { Wait-ProcCondition $using:one } }
            Wait-Until { (Get-ProcObject $one.Name).Waiters -eq 1 }
        }
        $conditions[0, 1] | Enter-ProcLock
        Send-ProcCondition $conditions -All -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors.FullyQualifiedErrorId | Should -Be "LockNotHeld,$commands.SendProcConditionCommand"
        Exit-ProcLock $conditions[0, 1]
        Use-ProcLock $conditions[2] { Send-ProcCondition 'ready [3]' }
        Get-ChildProcess | Wait-ChildProcess -Timeout 60 | ForEach-Object ExitCode | Should -Be 0, 0, 0
    }

    It 'WaitTimeout: comes back with the lock held' {
        $condition = New-ProcCondition
        Enter-ProcLock $condition
        { Wait-ProcCondition $condition -Timeout 0.02 } | Should -Throw -ErrorId "WaitTimeout,$commands.WaitProcConditionCommand"
        { Wait-ProcCondition $condition -Until { $false } -Timeout 0.02 } | Should -Throw -ErrorId "WaitTimeout,$commands.WaitProcConditionCommand"
        $condition.Lock.IsHeld | Should -BeTrue
        Wait-ProcCondition $condition -Until { $true } -Timeout 0
        Exit-ProcLock $condition
    }

    It 'LockNotHeld: is used by who holds the lock only' {
        $condition = New-ProcCondition
        { Wait-ProcCondition $condition } | Should -Throw -ErrorId "LockNotHeld,$commands.WaitProcConditionCommand"
        { Send-ProcCondition $condition } | Should -Throw -ErrorId "LockNotHeld,$commands.SendProcConditionCommand"
    }

    It 'a wake-up that meets a dead process goes to the next' {
        $condition = New-ProcCondition -Name wake
        $first = Start-ChildProcess { Use-ProcLock $using:condition { Wait-ProcCondition $using:condition; 'first' } }
        Wait-Until { (Get-ProcObject wake).Waiters -eq 1 }
        $second = Start-ChildProcess { Use-ProcLock $using:condition { Wait-ProcCondition $using:condition; 'second' } }
        Wait-Until { (Get-ProcObject wake).Waiters -eq 2 }

        # Woken, the first waits for the lock, which we hold until it is dead.
        Enter-ProcLock $condition
        Send-ProcCondition $condition
        Stop-ChildProcess $first -Force
        $first | Wait-ChildProcess | Out-Null
        Exit-ProcLock $condition
        $second | Receive-ChildProcess -Wait | Should -Be 'second'
    }

    It 'a wake-up whose receiver has the lock, and dies before it could use it, goes to the next' {
        $condition = New-ProcCondition -Name wake
        $work = New-ProcList
        $block = { param($work) Use-ProcLock wake { Wait-ProcCondition wake -Until { $work.Count -gt 0 }; $work.RemoveAt(0) } }
        $first = Start-ChildProcess $block -ArgumentList $work
        Wait-Until { (Get-ProcObject wake).Waiters -eq 1 }
        $second = Start-ChildProcess $block -ArgumentList $work
        Wait-Until { (Get-ProcObject wake).Waiters -eq 2 }

        # Stopped, it is given the lock and the wake-up, and never comes to see either.
        Suspend-Id $first.ProcessId
        Use-ProcLock $condition {
            $null = $work.Add('item')
            Send-ProcCondition $condition
        }
        $condition.Lock.IsHeld | Should -BeTrue
        Stop-ChildProcess $first -Force
        Wait-Until { $second.Output.Count }
        $second | Receive-ChildProcess -Wait -WarningAction SilentlyContinue | Should -Be 'item'
    }

    It 'warns who has the lock back from a process that died with it, before it looks, and of each once' {
        $condition = New-ProcCondition -Name left
        $log = New-ProcList
        $waiters = { Use-ProcLock left { Wait-ProcCondition left; 'went on' } },
        { Use-ProcLock left { Wait-ProcCondition left -Until { $null = ($using:log).Add(1); ($using:log).Count -gt 2 }; 'went on' } }
        foreach ($block in $waiters) {
            $log.Clear()
            $waiter = Start-ChildProcess $block
            Wait-Until { (Get-ProcObject left).Waiters -eq 1 }
            $killers = foreach ($i in 1..($waiters.IndexOf($block) + 1)) {
                $killer = Start-ChildProcess { Use-ProcLock left { Send-ProcCondition left; Stop-Process -Id $PID -Force } }
                $killer | Wait-ChildProcess -Timeout 60
                Wait-Until { $waiter.State -ne 'Running' -or (Get-ProcObject left).Waiters -eq 1 }
            }
            $waiter | Receive-ChildProcess -Wait -WarningVariable warned -WarningAction SilentlyContinue | Should -Be 'went on'
            $warned | Should -HaveCount $killers.Count
            $killers | ForEach-Object { $warned -match "left behind by .*\b$($_.ProcessId)\b.*half done" | Should -HaveCount 1 }
        }
        $condition.Lock.IsHeld | Should -BeFalse
    }

    It 'leaves a lock whose warning is an error as it found it, and the next is warned' {
        $condition = New-ProcCondition -Name strict
        $waiter = Start-ChildProcess { Use-ProcLock strict { Wait-ProcCondition strict -WarningAction Stop } }
        Wait-Until { (Get-ProcObject strict).Waiters -eq 1 }
        Start-ChildProcess { Use-ProcLock strict { Send-ProcCondition strict; Stop-Process -Id $PID -Force } } | Wait-ChildProcess -Timeout 60
        $waiter | Wait-ChildProcess -Timeout 60
        $waiter.State | Should -Be Failed
        Use-ProcLock $condition { } -WarningVariable warned -WarningAction SilentlyContinue
        $warned | Should -Match 'half done'
    }

    It 'a wait that never leaves the lock keeps what its entry told, and does not warn of it again' {
        $condition = New-ProcCondition
        Start-ChildProcess { Use-ProcLock $using:condition { Stop-Process -Id $PID -Force } } | Wait-ChildProcess
        Enter-ProcLock $condition -WarningVariable warned -WarningAction SilentlyContinue
        $warned | Should -HaveCount 1
        { Wait-ProcCondition $condition -Timeout 0 -WarningVariable again -WarningAction SilentlyContinue } | Should -Throw -ErrorId 'WaitTimeout,*'
        $condition.Wait(0) | Should -BeFalse
        $again | Should -BeNullOrEmpty
        $condition.Lock.WasAbandoned | Should -BeTrue
        Exit-ProcLock $condition
    }

    It 'opened by its name it has the lock that it was made over' {
        $made = New-ProcCondition (New-ProcLock) -Name over
        $opened = New-ProcCondition (New-ProcLock) -Name over
        $opened.Lock.Id | Should -Be $made.Lock.Id
    }
}
