Describe 'Callbacks of tasks' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $pool = New-ProcPool 2
    }

    AfterAll {
        Clear-ProcSession
    }

    BeforeEach {
        $global:called = [Collections.ArrayList]::new()
    }

    It 'run while a cmdlet of ours waits, with the result as $_ and first argument' {
        $tasks = 1..3 | Submit-ProcTask -Pool $pool { 10 * $_ } -Callback { param($r) $global:called.Add("$_ $r") }
        $null = Wait-ProcTask $tasks
        Wait-Until { $global:called.Count -eq 3 }
        $global:called | Sort-Object | Should -Be '10 10', '20 20', '30 30'
    }

    It 'run between two statements' {
        $task = Submit-ProcTask -Pool $pool { 'x' } -Callback { $global:called.Add($_) }
        $clock = [Diagnostics.Stopwatch]::StartNew()
        while ($global:called.Count -eq 0 -and $clock.Elapsed.TotalSeconds -lt 30) { Start-Sleep -Milliseconds 50 }
        $global:called | Should -Be 'x'
        $task.IsCompleted | Should -BeTrue
    }

    # What each waits for comes by the callback, while it waits.
    It 'run while <Name> waits' -ForEach @(
        @{ Name = 'Receive-ProcQueue'; Wait = { Receive-ProcQueue $queue -Timeout 60 }; Callback = { Send-ProcQueue $queue $_ } }
        @{ Name = 'Receive-ProcPipe'; Wait = { Receive-ProcPipe $here -Timeout 60 }; Callback = { Send-ProcPipe $there $_ } }
        @{ Name = 'Wait-ProcEvent'; Wait = { Wait-ProcEvent $signal -Timeout 60; 'now' }; Callback = { Set-ProcEvent $signal } }
        @{ Name = 'Wait-ChildProcess'; Wait = { $null = Wait-ChildProcess $child 60; 'now' }; Callback = { Set-ProcEvent $signal } }
        @{ Name = 'Receive-ChildProcess'; Wait = { Receive-ChildProcess $child -Wait -Timeout 60 }; Callback = { Set-ProcEvent $signal } }
        @{ Name = 'Receive-ProcListener'; Wait = { (Receive-ProcListener $listener -Timeout 60).Receive() }; Callback = { (Connect-ProcPipe $listener.Address).Send('now') } }
        @{ Name = 'Invoke-ProcPool'; Wait = { 1 | Invoke-ProcPool { $null = Wait-ProcEvent $using:signal; 'now' } -Timeout 60 }; Callback = { Set-ProcEvent $signal } }
    ) {
        $queue, $signal = (New-ProcQueue), (New-ProcEvent)
        $here, $there = New-ProcPipe
        $listener = if ($Name -eq 'Receive-ProcListener') { New-ProcListener }
        $child = if ($Name -like '*-ChildProcess') { Start-ChildProcess { $null = Wait-ProcEvent $using:signal; 'now' } }
        $null = Submit-ProcTask -Pool $pool { 'now' } -Callback $Callback
        try {
            & $Wait | Should -Be 'now'
        } finally {
            ${listener}?.Close()
        }
    }

    It 'that throw, break or exit end no wait, nor the loop or session around it' {
        $queue = New-ProcQueue
        $Error.Clear()
        $got = foreach ($block in { Send-ProcQueue $queue 1; throw 'after it' }, { Send-ProcQueue $queue 2; break }, { Send-ProcQueue $queue 3; exit 4 }) {
            $null = Submit-ProcTask -Pool $pool { 'now' } -Callback $block
            Receive-ProcQueue $queue -Timeout 60 -ErrorAction Stop
        }
        $got | Should -Be 1, 2, 3
        @($Error.FullyQualifiedErrorId) -like 'CallbackFailed*' | Should -HaveCount 1
    }

    It 'can''t use the end of a pipe at which their session waits, and may use the other' {
        $here, $there = New-ProcPipe
        $null = Submit-ProcTask -Pool $pool { 'now' } -Callback {
            try { Receive-ProcPipe $here -Timeout 60 } catch { Send-ProcPipe $there $_.FullyQualifiedErrorId }
        }
        Receive-ProcPipe $here -Timeout 60 | Should -BeLike 'LockRecursion,*'
    }

    It 'run in the runspace that submitted their tasks, which may wait for others meanwhile' {
        $signal, $module = (New-ProcEvent), (Get-Module ProcConcurrency).Path
        $task = Submit-ProcTask -Pool $pool { 'now' } -Callback { $global:called.Add("$([runspace]::DefaultRunspace.Id)") }
        $done = 1 | ForEach-Object -Parallel {
            Import-Module $using:module
            $null = Wait-ProcTask $using:task
            $null = Wait-ProcEvent $using:signal -Timeout 0.5 -ErrorAction Ignore
            'done'
        }
        $done | Should -Be 'done'
        Wait-Until { $global:called.Count -eq 1 }
        $global:called | Should -Be "$([runspace]::DefaultRunspace.Id)"
    }

    It 'run one at a time: one that waits lets no other run' {
        $go, $never = "$TestDrive/together", (New-ProcEvent)
        $tasks = 1, 2 | Submit-ProcTask -Pool $pool -ArgumentList $go { while (-not (Test-Path $args[1])) { Start-Sleep -Milliseconds 50 } } -Callback {
            $global:called.Add('begins')
            # Then both are over, so that the other one's waits.
            $null = Wait-ProcTask $tasks
            try { Wait-ProcEvent $never -Timeout 0.3 } catch [TimeoutException] { }
            $global:called.Add('ends')
        }
        Set-Content $go ''
        Wait-Until { $global:called.Count -eq 4 }
        $global:called | Should -Be 'begins', 'ends', 'begins', 'ends'
    }

    It 'may wait for the task that Invoke-ProcTask waits for, and stop it' {
        $began, $go, $held = (New-ProcEvent), (New-ProcEvent), (New-ProcEvent)

        # Each is called back when the other runs: else that might be before there is another.
        $null = Submit-ProcTask -Pool $pool { $null = Wait-ProcEvent $using:began -Timeout 60 } -Callback {
            Set-ProcEvent $go
            $global:called.Add((Get-ProcTask mine | Wait-ProcTask -Timeout 60).Status)
        }
        Invoke-ProcTask -Pool $pool -Name mine { Set-ProcEvent $using:began; $null = Wait-ProcEvent $using:go -Timeout 60; 'done' } | Should -Be 'done'
        Reset-ProcEvent $began
        $null = Submit-ProcTask -Pool $pool { $null = Wait-ProcEvent $using:began -Timeout 60 } -Callback {
            Get-ProcTask other | Stop-Job
            $global:called.Add((Get-ProcTask other).Status)
        }
        Invoke-ProcTask -Pool $pool -Name other { Set-ProcEvent $using:began; $null = Wait-ProcEvent $using:held } -ErrorAction SilentlyContinue -ErrorVariable wrong
        $wrong.FullyQualifiedErrorId | Should -Be 'TaskCanceled,ProcConcurrency.Commands.InvokeProcTaskCommand'
        $global:called | Should -Be 'Done', 'Canceled'
    }

    It 'may close and wait for their own pool' {
        $own = New-ProcPool 1
        $task = Submit-ProcTask -Pool $own { 'now' } -Callback { Close-ProcPool $own; Wait-ProcPool $own -Timeout 60; $global:called.Add($own.State) }
        $null = Wait-ProcTask $task
        Wait-Until { $global:called.Count -eq 1 }
        $global:called | Should -Be 'Ended'
    }

    It 'of errors get the error' {
        $task = Submit-ProcTask -Pool $pool { throw 'oh' } -Callback { $global:called.Add('wrong') } -ErrorCallback { $global:called.Add("$_") }
        $null = Wait-ProcTask $task
        Wait-Until { $global:called.Count -eq 1 }
        $global:called | Should -Be 'oh'
    }

    It 'that throw are errors, and the others run' {
        $tasks = 1..3 | Submit-ProcTask -Pool $pool { $_ } -Callback { if ($_ -eq 2) { throw 'in a callback' }; $global:called.Add($_) }
        $Error.Clear()
        $null = Wait-ProcTask $tasks -ErrorAction SilentlyContinue
        Wait-Until { $global:called.Count -eq 2 }
        Wait-Until { @($Error | Where-Object FullyQualifiedErrorId -like 'CallbackFailed*').Count -eq 1 }
    }

    It 'run in our cmdlets alone where the session''s language is constrained' {
        $shell = New-Shell {
            $ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'
            $task = Submit-ProcTask { 7 } -Callback { $global:n = $_ }
            $null = Wait-ProcTask $task
            $n
            Get-ProcPool | Stop-ProcPool
        }
        try {
            $shell.Invoke() | Should -Be 7
            $shell.Streams.Error | Should -BeNullOrEmpty
        } finally {
            Remove-Shell $shell
        }
    }

    It 'have all run when Wait-ProcPool returns' {
        $own = New-ProcPool 2
        1..20 | Submit-ProcTask -Pool $own { $_ } -Callback { $global:called.Add($_) } | Out-Null
        Close-ProcPool $own
        Wait-ProcPool $own
        $global:called.Count | Should -Be 20
    }

    It 'run again between two statements when their runspace was reset' {
        $shell = New-Shell '$null = Submit-ProcTask { 1 } -Callback { $global:n = $_ } | Wait-ProcTask'
        try {
            $null = $shell.Invoke()
            $shell.Runspace.ResetRunspaceState()
            $shell.Commands.Clear()
            $null = $shell.AddScript('$null = Submit-ProcTask { 2 } -Callback { $global:n = $_ }; for ($i = 0; $n -ne 2 -and $i -lt 2400; $i++) { Start-Sleep -Milliseconds 50 }; $n')
            $shell.Invoke() | Should -Be 2
        } finally {
            Remove-Shell $shell
        }
    }

    # The waiting cmdlet ends by the first callback; the second is asked for while the first still runs.
    It 'that come while another runs have their turn after it' {
        $own, $queue, $second = (New-ProcPool 1), (New-ProcQueue), @{}
        $null = Submit-ProcTask -Pool $own { 1 } -Callback {
            $second.Task = Submit-ProcTask -Pool $own { 2 } -Callback { $global:called.Add('second') }
            while (-not $second.Task.IsCompleted) { Start-Sleep -Milliseconds 20 }
            foreach ($i in 1..20) { Start-Sleep -Milliseconds 20 }
            Send-ProcQueue $queue 'sent'
            $global:called.Add('first')
        }
        $queue | Receive-ProcQueue -Timeout 60 | Should -Be 'sent'
        for ($i = 0; $global:called.Count -lt 2 -and $i -lt 2400; $i++) { Start-Sleep -Milliseconds 50 }
        $global:called | Should -Be 'first', 'second'
    }

    # Another runspace that calls a block of a busy one has the engine look there for events, on its own thread.
    It 'come though another runspace calls the session''s blocks' {
        $own, $block, $go = (New-ProcPool 1), { $null = 1 }, (New-ProcEvent)
        $other = [powershell]::Create().AddScript('param($block, $go) while (-not $go.IsSet()) { $block.Invoke(); [Threading.Thread]::Sleep(10) }').AddArgument($block).AddArgument($go)
        $calling = $other.BeginInvoke()
        try {
            foreach ($n in 1..3) {
                $task = Submit-ProcTask -Pool $own { 1 } -Callback { $global:called.Add($n) }
                # One statement that the session is busy with: it calls no callback.
                while (-not $task.IsCompleted) { [Threading.Thread]::Sleep(700) }
                for ($i = 0; $global:called.Count -lt $n -and $i -lt 2400; $i++) { Start-Sleep -Milliseconds 50 }
                $global:called.Count | Should -Be $n
            }
        } finally {
            Set-ProcEvent $go
            $null = $other.EndInvoke($calling)
            $other.Dispose()
        }
    }

    # A callback that submits the next task, as who keeps some in flight does, and so on for ever.
    It 'that never end hold up neither a wait nor the script' {
        $own, $over = (New-ProcPool 2), @{ Is = $false; Count = 0 }
        $next = { $over.Count++; if (-not $over.Is) { $null = Submit-ProcTask -Pool $own { 1 } -Callback $next } }
        try {
            $null = 1..8 | Submit-ProcTask -Pool $own { $_ } -Callback $next
            $null = Submit-ProcTask -Pool $own { 1 } | Wait-ProcTask
            Submit-ProcTask -Pool $own { Start-Sleep 60 } | Wait-ProcTask -Timeout 0.5 -ErrorAction SilentlyContinue -ErrorVariable late
            $late.FullyQualifiedErrorId | Should -BeLike 'WaitTimeout,*'
            1..3 | Invoke-ProcPool { $_ } | Should -Be 1, 2, 3

            $here, $there = New-ProcPipe
            $child = Start-ChildProcess { param($end) [Threading.Thread]::Sleep(500); Send-ProcPipe $end 'from a child' } -ArgumentList $there
            $here | Receive-ProcPipe -Timeout 60 | Should -Be 'from a child'
            $null = $child | Wait-ChildProcess -Timeout 60

            $finished = New-ProcPool 1
            $null = Submit-ProcTask -Pool $finished { 1 } -Callback { $over.Finished = $_ }
            Close-ProcPool $finished
            Wait-ProcPool $finished -Timeout 60 -ErrorAction Stop
            $over.Finished | Should -Be 1
            $count = $over.Count
            for ($i = 0; $over.Count -lt $count + 20 -and $i -lt 24000; $i++) { Start-Sleep -Milliseconds 5 }
            $over.Count | Should -BeGreaterThan $count
        } finally {
            $over.Is = $true
            Stop-ProcPool $own
        }
    }

    It 'keep no runspace in memory once their task is over' {
        $own = New-ProcPool 1 -Name kept
        function Get-Closed {
            $shell = New-Shell '$null = Submit-ProcTask -Pool kept { 1 } -Callback { $x = $_ } | Wait-ProcTask'
            $null = $shell.Invoke()
            $closed = [WeakReference]::new($shell.Runspace)
            Remove-Shell $shell
            Write-Output -NoEnumerate $closed
        }

        $closed = 1..3 | ForEach-Object { Get-Closed }
        Wait-Until { [GC]::Collect(); [GC]::WaitForPendingFinalizers(); @($closed | Where-Object IsAlive).Count -le 1 }
        Stop-ProcPool $own
    }

    # The event manager of a runspace that is reset or closed would run there what it has been asked for, on the thread that does it. A
    # runspace that a callback runs in can't be reset, and says so.
    It 'hang no runspace that is reset or closed while they come, and end no session' {
        $session = Start-Session -OutputPath "$TestDrive/reset" -Script @'
$state = [initialsessionstate]::CreateDefault2()
$state.ImportPSModule((Get-Module ProcConcurrency).Path)
$pool = New-ProcPool 2 -Name of-all
foreach ($i in 1..60) {
    # A crowded machine: the threads that the engine would leave its events to are late.
    foreach ($n in 1..(Get-Random 40)) {
        $null = [Threading.Tasks.Task]::Run([Action] [Delegate]::CreateDelegate([Action], [Threading.Tasks.Task]::Delay(2 * $n), 'Wait'))
    }
    $shell = [powershell]::Create($state)
    $null = $shell.AddScript('$tasks = 1..100 | Submit-ProcTask -Pool of-all { $_ } -Callback { $null = $_ }; if (Get-Random 2) { $null = $tasks | Wait-ProcTask } else { [Threading.Thread]::Sleep((Get-Random 60)) }').Invoke()
    if ($i % 2) { try { $shell.Runspace.ResetRunspaceState() } catch { } }
    $shell.Runspace.Dispose()
    $shell.Dispose()
}
Stop-ProcPool of-all
'done'
'@
        Wait-Until { $session.HasExited } -TimeoutSeconds 300
        Get-Content "$TestDrive/reset" | Should -Be 'done'
    }
}
