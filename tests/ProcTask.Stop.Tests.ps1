Describe 'Stopping tasks of a pool' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $pool = New-ProcPool 2

        # A task that runs by now, and goes on until it is ended.
        function Start-Endless([hashtable] $With = @{}) {
            $task = Submit-ProcTask -Pool $pool { Start-Sleep 600 } @With
            Wait-Until { $task.Status -eq 'Running' }
            $task
        }
    }

    AfterAll {
        Clear-ProcSession
    }

    It 'one that waits never runs; of one that runs the worker is ended' {
        $one = New-ProcPool 1
        $file = "$TestDrive/never"
        $running = Submit-ProcTask -Pool $one { Start-Sleep 600 }
        $waiting = Submit-ProcTask -Pool $one { Set-Content $args[0] '' } -ArgumentList $file
        $third = Submit-ProcTask -Pool $one { $PID }
        Wait-Until { $running.Status -eq 'Running' }
        Stop-ProcTask $waiting -WhatIf
        $waiting.Status | Should -Not -Be 'Canceled'
        Stop-ProcTask $waiting
        Stop-ProcTask $running
        Receive-ProcTask $third | Should -Not -Be $running.ProcessId
        $running.Status, $waiting.Status | Should -Be 'Canceled', 'Canceled'
        Receive-ProcTask $running -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors.FullyQualifiedErrorId | Should -BeLike 'TaskCanceled,*'
        Test-Path $file | Should -BeFalse
        Test-Gone $running.ProcessId | Should -BeTrue
        Stop-ProcTask $running
        Stop-ProcPool $one
    }

    It 'is not what the end of a wait for it does: by <Wait>' -TestCases @(
        @{ Wait = 'Wait-ProcTask $task' }
        @{ Wait = 'Receive-ProcTask $task' }
        @{ Wait = 'Wait-ProcPool $closed' }
    ) {
        $closed = New-ProcPool 1
        $task = Submit-ProcTask -Pool $closed { Start-Sleep 600 }
        Close-ProcPool $closed
        Wait-Until { $task.Status -eq 'Running' }
        $shell = New-Shell "`$task, `$closed, `$begun = `$args`nNew-Item `$begun`n$Wait"
        try {
            $begun = "$TestDrive/begun-$(Get-Random)"
            $null = $shell.AddArgument($task).AddArgument($closed).AddArgument($begun).BeginInvoke()
            Wait-Until { Test-Path $begun }
            $shell.Stop()
            $shell.InvocationStateInfo.State | Should -Be Stopped
        } finally {
            Remove-Shell $shell
        }
        $task.Status | Should -Be Running
        Stop-ProcPool $closed
    }

    It 'Wait-ProcTask tells after -Timeout which are not over, and writes the others' {
        $done = Submit-ProcTask -Pool $pool { 1 }
        $null = Wait-ProcTask $done
        $never = Start-Endless
        Wait-ProcTask $never, $done -Timeout 0.3 -ErrorVariable errors -ErrorAction SilentlyContinue | Should -Be $done
        $errors.FullyQualifiedErrorId | Should -BeLike 'WaitTimeout,*'
        $errors.TargetObject | Should -Be $never
        $never | Wait-ProcTask -Any -Timeout 0.1 -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        Receive-ProcTask $never, $done -Timeout 0.3 -ErrorVariable errors -ErrorAction SilentlyContinue | Should -Be 1
        $errors.FullyQualifiedErrorId | Should -BeLike 'WaitTimeout,*'
        Stop-ProcTask $never
    }

    It 'Invoke-ProcTask tries again, and takes an array by name as one input' {
        $file = "$TestDrive/tried"
        Invoke-ProcTask -Pool $pool { Add-Content $args[0] x; if (@(Get-Content $args[0]).Count -lt 2) { throw 'not yet' }; 'at last' } -ArgumentList $file -RetryCount 1 -RetryDelay 0.01 -Priority 3 |
            Should -Be 'at last'
        Submit-ProcTask -Pool $pool { $_.Count } -InputObject 1, 2 | Receive-ProcTask | Should -Be 2
    }

    It 'Invoke-ProcTask writes what its task wrote, and ends it after -Timeout' {
        Invoke-ProcTask -Pool $pool { 1; 2 } | Should -Be 1, 2
        Invoke-ProcTask -Pool $pool { Start-Sleep 600 } -Timeout 0.3 -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors.FullyQualifiedErrorId | Should -BeLike 'WaitTimeout,*'
        Wait-Until { $pool.Running -eq 0 }
    }

    It 'Stop-Job returns when the task is over, with nothing left of its worker' {
        $task = Start-Endless
        Stop-Job $task
        $task.State, $task.Status, $task.IsCompleted | Should -Be 'Stopped', 'Canceled', $true
        Test-Gone $task.ProcessId | Should -BeTrue
        Remove-Job $task -ErrorAction Stop
        Get-ProcTask | Should -Not -Contain $task
        Stop-Job (Wait-ProcTask (Submit-ProcTask -Pool $pool { 1 }))
    }

    It 'Get-Job finds one that runs among those that do' {
        $task = Start-Endless
        Get-Job -State Running | Should -Contain $task
        Get-Job -Filter @{ State = 'Running' } | Should -Contain $task
        Get-Job -State NotStarted | Should -Not -Contain $task
        Stop-Job $task
        Get-Job -State Stopped | Should -Contain $task
    }

    It 'Stop-Job works in a callback, too' {
        $script:other = Start-Endless
        $script:states = [Collections.ArrayList]::new()
        $null = Submit-ProcTask -Pool $pool { 1 } -Callback { Stop-Job $other; $states.Add($other.State) } | Wait-ProcTask
        Wait-Until { $states.Count -eq 1 }
        $states | Should -Be 'Stopped'
    }

    It 'what hears of a task''s end may stop another' {
        $other, $go = (Start-Endless), "$TestDrive/end"
        $task = Submit-ProcTask -Pool $pool { while (-not (Test-Path $args[0])) { Start-Sleep -Milliseconds 50 } } -ArgumentList $go
        # Not a script block, for it has to run on the thread that tells of the end, which has no runspace.
        $parameters = [Linq.Expressions.ParameterExpression[]]([object], [Management.Automation.JobStateEventArgs] |
            ForEach-Object { [Linq.Expressions.Expression]::Parameter($_) })
        $stop = [Linq.Expressions.Expression]::Call([Linq.Expressions.Expression]::Constant($other), $other.GetType().GetMethod('StopJob', [type[]]@()))
        $task.add_StateChanged([Linq.Expressions.Expression]::Lambda([EventHandler[Management.Automation.JobStateEventArgs]], $stop, $parameters).Compile())
        Set-Content $go ''
        Wait-ProcTask $task, $other -Timeout 60 -ErrorAction Stop | Should -Be $task, $other
        $other.Status | Should -Be 'Canceled'
    }

    It 'what hears that a task runs may wait for its end' {
        $script:go = "$TestDrive/heard"
        $script:heard = [Collections.ArrayList]::new()
        $script:task = Submit-ProcTask -Pool $pool { while (-not (Test-Path $args[0])) { Start-Sleep -Milliseconds 50 } } -ArgumentList $go
        $script:listener = [EventHandler[Management.Automation.JobStateEventArgs]] {
            $task.remove_StateChanged($listener)
            Set-Content $go ''
            $heard.Add([Threading.SpinWait]::SpinUntil({ $task.IsCompleted }, 60000))
        }
        $task.add_StateChanged($listener)
        Wait-Until { $task.Status -eq 'Running' }
        $null = Get-Job -State Running
        $heard | Should -Be $true
        ($task | Wait-ProcTask).State | Should -Be 'Completed'
        Get-Job -State Running | Should -Not -Contain $task
    }

    It 'a pool goes on, and ends, though the job of a task that ran was removed by <How>' -ForEach @(
        @{ How = 'Remove-Job'; Remove = { Remove-Job $task -Force } }
        @{ How = 'Dispose'; Remove = { $task.Dispose() } }
    ) {
        $script:called = [Collections.ArrayList]::new()
        $own = New-ProcPool 1
        $task = Submit-ProcTask -Pool $own { Start-Sleep 600 } -ErrorCallback { $called.Add($_.FullyQualifiedErrorId) }
        $waits = Submit-ProcTask -Pool $own { 2 }
        Wait-Until { $task.Status -eq 'Running' }
        & $Remove
        Get-ProcTask | Should -Not -Contain $task
        Get-Job | Should -Not -Contain $task
        Wait-ProcTask $task -Timeout 60 -ErrorAction Stop | Should -Be $task
        Receive-ProcTask $waits | Should -Be 2
        Close-ProcPool $own
        Wait-ProcPool $own -Timeout 60 -ErrorAction Stop
        $own.State | Should -Be 'Ended'
        Get-ProcTask | Should -Not -Contain $task
        $called | Should -BeLike 'TaskCanceled*'
    }

    It 'Invoke-ProcTask ends its task where another''s callback ends its wait' {
        $go = "$TestDrive/fails"
        # The callback can't come before the second task runs, for which Invoke-ProcTask waits by then.
        $null = Submit-ProcTask -Pool $pool -ArgumentList $go -Callback { throw 'in a callback' } {
            while (-not (Test-Path $args[0])) { Start-Sleep -Milliseconds 50 }
        }
        { Invoke-ProcTask -Pool $pool { Set-Content $args[0] ''; Start-Sleep 600 } -ArgumentList $go -ErrorAction Stop } | Should -Throw -ErrorId 'CallbackFailed*'
        Wait-Until { $pool.Running -eq 0 }
    }

    It 'Invoke-ProcTask ends its task though the stop comes before there is one' {
        # An input that waits while it is encoded, and says so.
        $entered, $go = [Threading.ManualResetEvent]::new($false), [Threading.ManualResetEvent]::new($false)
        $wait = [Linq.Expressions.Expression]::Call([Threading.WaitHandle].GetMethod('SignalAndWait', [type[]]([Threading.WaitHandle], [Threading.WaitHandle])),
            [Linq.Expressions.Expression]::Constant($entered), [Linq.Expressions.Expression]::Constant($go))
        $slow = [Lazy[bool]]::new([Linq.Expressions.Expression]::Lambda([Func[bool]], $wait).Compile())
        $shell = New-Shell 'Invoke-ProcTask -Pool $args[0] { Start-Sleep 600 } -InputObject $args[1]'
        try {
            $null = $shell.AddArgument($pool).AddArgument($slow)
            $null = $shell.BeginInvoke()
            $entered.WaitOne(60000) | Should -BeTrue
            $null = $shell.BeginStop($null, $null)
            Wait-Until { $shell.InvocationStateInfo.State -eq 'Stopping' }
            $null = $go.Set()
            Wait-Until { $shell.InvocationStateInfo.State -eq 'Stopped' }
            Wait-Until { $pool.Running + $pool.Waiting -eq 0 }
        } finally {
            $null = $go.Set()
            Remove-Shell $shell
        }
    }

    It 'a session that ends says how many tasks it drops: <Count> where it <Does>' -Skip:$IsWindows -TestCases @(
        @{ Count = 2; Does = 'does no more'; Rest = ''; Says = '2 tasks that were not over*Wait-ProcTask*' }
        @{ Count = 1; Does = 'has stopped one'; Rest = '$tasks[0] | Stop-ProcTask; $null = $tasks[0] | Wait-ProcTask'; Says = 'A task that was not over*Wait-ProcTask*' }
        @{ Count = 0; Does = 'has removed the module'; Rest = 'Remove-Module ProcConcurrency'; Says = $null }
        @{ Count = 0; Does = 'is ended by a signal'; Rest = '& kill -TERM $PID; Start-Sleep 600'; Says = $null }
    ) {
        $session = Start-Session -OutputPath "$TestDrive/dropped" @"
Submit-ProcTask { 'done' } | Receive-ProcTask
`$tasks = 1..2 | ForEach-Object { Submit-ProcTask { Start-Sleep 600 } }
$Rest
"@
        $session.WaitForExit()
        $first, $rest = @(Get-Content "$TestDrive/dropped")
        $first | Should -Be 'done'
        $rest | Should -BeLike $Says
    }
}
