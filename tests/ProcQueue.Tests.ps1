Describe 'A queue' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $commands = 'ProcConcurrency.Commands'
    }

    AfterEach {
        Clear-ProcSession
    }

    Context 'items' {
        It 'come out in the order of -Kind <Kind>' -TestCases @(
            @{ Kind = 'Fifo'; Expected = 1, 2, 3, 4 }
            @{ Kind = 'Lifo'; Expected = 4, 3, 2, 1 }
            @{ Kind = 'Priority'; Expected = 3, 1, 4, 2 }
        ) {
            $q = New-ProcQueue -Kind $Kind
            $q.Order | Should -Be $Kind
            Send-ProcQueue $q 1 -Priority 5
            Send-ProcQueue $q 2 -Priority 7.5
            Send-ProcQueue $q 3 -Priority -1
            Send-ProcQueue $q 4 -Priority 5
            Receive-ProcQueue $q -All -NoWait | Should -Be $Expected
        }

        It '-Kind is completed' {
            (TabExpansion2 'New-ProcQueue -Kind ' 20).CompletionMatches.CompletionText | Should -Be 'Fifo', 'Lifo', 'Priority'
            (TabExpansion2 'New-ProcQueue -Kind l' 21).CompletionMatches.CompletionText | Should -Be 'Lifo'
            (TabExpansion2 'New-ProcQueue -Kind "l' 22).CompletionMatches.ToolTip | Should -Be 'last in, first out'
        }

        It 'keep their note properties, by a queue and by a pipe: <_>' -TestCases 5, 5000000000, 2.5, 'text' {
            $item = $_ | Add-Member PSComputerName web1 -PassThru
            $q = New-ProcQueue
            $left, $right = New-ProcPipe
            $item, $item | Send-ProcQueue $q
            Send-ProcQueue $q $item
            Send-ProcPipe $left $item
            $received = @(Receive-ProcQueue $q -All -NoWait) + (Receive-ProcPipe $right)
            $received | Should -Be $item, $item, $item, $item
            $received.PSComputerName | Should -Be web1, web1, web1, web1
            $sum = New-ProcValue $_
            if ($_ -is [ValueType]) { $sum.Value = $item; $sum.Increment() | Should -Be ($_ + 1) }
        }

        It 'are what the pipeline has: <What>' -TestCases @(
            @{ What = 'numbers'; Send = { param($q) 1, 2.5 | Send-ProcQueue $q }; Count = 2; Type = 'Int32,Double' }
            @{ What = 'a null'; Send = { param($q) $null | Send-ProcQueue $q }; Count = 1; Type = 'null' }
            @{ What = 'a null as an argument'; Send = { param($q) Send-ProcQueue $q $null }; Count = 1; Type = 'null' }
            @{ What = 'an array by the pipeline'; Send = { param($q) , @(1, 2) | Send-ProcQueue $q }; Count = 1; Type = 'Object[]' }
            @{ What = 'an array as an argument'; Send = { param($q) Send-ProcQueue $q @(1, 2) }; Count = 1; Type = 'Object[]' }
            @{ What = 'empty ones'; Send = { param($q) Send-ProcQueue $q ''; Send-ProcQueue $q @() }; Count = 2; Type = 'String,Object[]' }
            @{ What = 'an object'; Send = { param($q) [pscustomobject]@{ A = 1 } | Send-ProcQueue $q }; Count = 1; Type = 'PSCustomObject' }
            @{ What = 'a handle'; Send = { param($q) $q | Send-ProcQueue $q }; Count = 1; Type = 'ProcQueue' }
            @{ What = 'nothing at all'; Send = { param($q) @() | Send-ProcQueue $q }; Count = 0; Type = '' }
        ) {
            $q = New-ProcQueue
            & $Send $q
            $q.Count | Should -Be $Count
            $types = Receive-ProcQueue $q -All -NoWait | & { process { if ($null -eq $_) { 'null' } else { $_.GetType().Name } } }
            $types -join ',' | Should -Be $Type
        }

        It 'ValueNotReadable: one that can''t be read here is passed, and stays for who can: <Receive>' -TestCases @(
            @{ Receive = { param($q) Receive-ProcQueue $q -All } }
            @{ Receive = { param($q) Receive-ProcQueue $q -Count 2 } }
            @{ Receive = { param($q) Receive-ProcQueue $q; Receive-ProcQueue $q } }
        ) {
            $culture = [cultureinfo]'de-DE'
            $queue = New-ProcQueue
            1, $culture, 3 | Send-ProcQueue $queue
            $queue.Close()
            $child = Start-ChildProcess $Receive -ArgumentList $queue -Environment @{ DOTNET_SYSTEM_GLOBALIZATION_INVARIANT = '1' }
            $child | Receive-ChildProcess -Wait -ErrorVariable errors -ErrorAction SilentlyContinue | Should -Be 1, 3
            "$($errors.FullyQualifiedErrorId)" | Should -BeLike 'ValueNotReadable,*ReceiveProcQueueCommand'
            $queue.Count | Should -Be 1
            Receive-ProcQueue $queue -All | Should -Be $culture
        }

        It 'travel between the session, a child and its child' {
            $q = New-ProcQueue
            $back = New-ProcQueue
            $child = Start-ChildProcess {
                $q, $back = $using:q, $using:back
                Start-ChildProcess { Receive-ProcQueue $using:q -All | ForEach-Object { $_ * 2 } | Send-ProcQueue $using:back } | Wait-ChildProcess | Out-Null
            }
            1..1000 | Send-ProcQueue $q
            $q | Close-ProcQueue
            $child | Wait-ChildProcess | Out-Null
            $q.IsClosed | Should -BeTrue
            Receive-ProcQueue $back -Count 1000 | Should -Be @(1..1000 | ForEach-Object { $_ * 2 })
        }

        It 'tells how many there are' {
            $q = New-ProcQueue -MaxSize 2
            $q.Count, $q.IsEmpty, $q.IsFull, $q.MaxSize | Should -Be 0, $true, $false, 2
            1, 2 | Send-ProcQueue $q
            $q.Count, $q.IsEmpty, $q.IsFull, $q.UnfinishedCount | Should -Be 2, $false, $true, 2
            (New-ProcQueue).IsFull | Should -BeFalse
        }

        It 'can be sent and received by methods' {
            $q = New-ProcQueue -MaxSize 1
            $q.Send('a')
            $q.TrySend('b') | Should -BeFalse
            $q.TrySend('b', 0.02) | Should -BeFalse
            $q.Receive() | Should -Be 'a'
            $item = 0
            $q.TryReceive([ref] $item) | Should -BeFalse
            $q.TryReceive(0.02, [ref] $item) | Should -BeFalse
            $q.TrySend('c') | Should -BeTrue
            $q.TryReceive([ref] $item) | Should -BeTrue
            $item | Should -Be 'c'
            $q.Wait(0.02) | Should -BeFalse
            $q.Complete(2)
            $q.Wait()
        }

        It 'are one object in a pipeline, and a queue is found by its name' {
            $made = New-ProcQueue -Name jobs -MaxSize 3
            @($made | ForEach-Object { $_ }).Count | Should -Be 1
            1, 2 | Send-ProcQueue jobs
            (New-ProcQueue -Name JOBS).MaxSize | Should -Be 3
            'jobs' | Receive-ProcQueue -Count 2 | Should -Be 1, 2
            { Send-ProcQueue nowhere 1 } | Should -Throw -ErrorId "ObjectNotFound,$commands.SendProcQueueCommand"
            { Receive-ProcQueue (New-ProcLock) } | Should -Throw -ErrorId "WrongKind,$commands.ReceiveProcQueueCommand"
            Remove-ProcObject jobs
            { Send-ProcQueue $made 1 } | Should -Throw -ErrorId "ObjectGone,$commands.SendProcQueueCommand"
        }

        It 'live in a manager too' {
            $manager = Start-ProcManager
            try {
                $q = New-ProcQueue -Manager $manager
                1..3 | Send-ProcQueue $q
                Start-ChildProcess { Receive-ProcQueue $using:q -Count 2 } | Receive-ChildProcess -Wait | Should -Be 1, 2
                $q.Count | Should -Be 1
            } finally {
                Stop-ProcManager $manager
            }
        }

        It 'NotSerializable: refuses what is bound to this process, and sends what is around it' {
            $q = New-ProcQueue
            1, [IO.MemoryStream]::new(), (Get-Process -Id $PID), 3 | Send-ProcQueue $q -ErrorAction SilentlyContinue -ErrorVariable refused
            $refused[0].FullyQualifiedErrorId | Should -Be "NotSerializable,$commands.SendProcQueueCommand"
            $refused[0].Exception.Message | Should -BeLike '*Send the path or the content instead.'
            $received = Receive-ProcQueue $q -All -NoWait
            $received[0], $received[2] | Should -Be 1, 3
            $received[1].Id | Should -Be $PID
        }

        It 'that were sent before the pipeline failed are in the queue' {
            $q = New-ProcQueue
            { 1..5 | ForEach-Object { if ($_ -eq 4) { throw 'no more' }; $_ } | Send-ProcQueue $q } | Should -Throw 'no more'
            Receive-ProcQueue $q -All -NoWait | Should -Be 1, 2, 3
        }
    }

    Context 'waiting' {
        It 'QueueFull: -NoWait and -Timeout don''t wait for room for ever' {
            $q = New-ProcQueue -MaxSize 2
            $full = { 1..3 | Send-ProcQueue $q -NoWait } | Should -Throw -ErrorId "QueueFull,$commands.SendProcQueueCommand" -PassThru
            $full.TargetObject | Should -Be 3
            $full.Exception | Should -BeOfType ([TimeoutException])
            { Send-ProcQueue $q 4 -Timeout 0.02 } | Should -Throw -ErrorId "QueueFull,$commands.SendProcQueueCommand"
            Receive-ProcQueue $q -All -NoWait | Should -Be 1, 2
            Send-ProcQueue $q 5 -Timeout 0.02
            $q.Count | Should -Be 1
        }

        It 'QueueEmpty: -NoWait and -Timeout don''t wait for items for ever' {
            $q = New-ProcQueue
            { Receive-ProcQueue $q -NoWait } | Should -Throw -ErrorId "QueueEmpty,$commands.ReceiveProcQueueCommand"
            { Receive-ProcQueue $q -Timeout 0.02 } | Should -Throw -ExceptionType ([TimeoutException])
            { Receive-ProcQueue $q -NoWait -Count 2 } | Should -Throw -ErrorId "QueueEmpty,$commands.ReceiveProcQueueCommand"
            Receive-ProcQueue $q -All -NoWait | Should -BeNullOrEmpty
            1..3 | Send-ProcQueue $q
            Receive-ProcQueue $q -NoWait -Count 5 | Should -Be 1, 2, 3
            4 | Send-ProcQueue $q
            $got = [Collections.Generic.List[object]]::new()
            Receive-ProcQueue $q -All -Timeout 0.02 -ErrorVariable failed -ErrorAction SilentlyContinue | ForEach-Object { $got.Add($_) }
            $failed.FullyQualifiedErrorId | Should -Be "QueueEmpty,$commands.ReceiveProcQueueCommand"
            $got | Should -Be 4
            { Receive-ProcQueue $q -All -Timeout 0.02 } | Should -Throw -ErrorId "QueueEmpty,$commands.ReceiveProcQueueCommand"
        }

        It 'QueueEmpty: what came before is the caller''s: <Receive>' -TestCases @(
            @{ Receive = { param($q) Receive-ProcQueue $q -Count 3 -Timeout 0.02 } }
            @{ Receive = { param($q) Receive-ProcQueue $q -All -Timeout 0.02 } }
        ) {
            $q = New-ProcQueue
            1, 2 | Send-ProcQueue $q
            $got = & $Receive $q 2>&1
            $got[0, 1] | Should -Be 1, 2
            $got[2].FullyQualifiedErrorId | Should -Be "QueueEmpty,$commands.ReceiveProcQueueCommand"
            $got | Should -HaveCount 3
        }

        It 'a full queue stops its sender, and room lets it on' {
            $q = New-ProcQueue -MaxSize 3 -Name narrow
            $sender = Start-ChildProcess { 1..10 | Send-ProcQueue $using:q; 'sent' }
            Wait-Until { (Get-ProcObject narrow).Waiters -eq 1 }
            $q.Count | Should -Be 3
            $sender.Output.Count | Should -Be 0
            Receive-ProcQueue $q -Count 10 | Should -Be @(1..10)
            $sender | Receive-ChildProcess -Wait | Should -Be 'sent'
        }

        It 'what a pipeline sends is there before the next item comes' {
            $q = New-ProcQueue
            $got = & { 1; 2; 3; Receive-ProcQueue $q -Count 3 -Timeout 30 | Out-Null; $q.Count; 4 } | Send-ProcQueue $q
            $got | Should -BeNullOrEmpty
            Receive-ProcQueue $q -All -NoWait | Should -Be 0, 4
        }
    }

    Context 'stopping' {
        BeforeAll {
            # Stops what a shell runs: it ends as stopped, and nothing of what comes behind has run.
            function Assert-Stop($Shell, $Running) {
                $Shell.Stop()
                $written = try { $Shell.EndInvoke($Running) } catch [System.Management.Automation.PipelineStoppedException] { }
                $written | Should -BeNullOrEmpty
                $Shell.InvocationStateInfo.State | Should -Be 'Stopped'
            }
        }

        It 'Ctrl-C ends <Command>' -TestCases @(
            @{ Command = 'Send-ProcQueue'; Script = '1..10 | Send-ProcQueue stopped' }
            @{ Command = 'Receive-ProcQueue'; Script = 'Receive-ProcQueue other -All' }
            @{ Command = 'Wait-ProcQueue'; Script = 'Wait-ProcQueue stopped' }
            @{ Command = 'the method Send'; Script = '$q = New-ProcQueue -Name stopped; $q.Send(1)' }
            @{ Command = 'the method Receive'; Script = '$q = New-ProcQueue -Name other; $q.Receive()' }
        ) {
            $q = New-ProcQueue -Name stopped -MaxSize 1
            $q.Send(0)
            $other = New-ProcQueue -Name other
            $shell = New-Shell "try { $Script } catch { 'caught' }; 'went on'"
            try {
                $running = $shell.BeginInvoke()
                Wait-Until { (Get-ProcObject stopped).Waiters + (Get-ProcObject other).Waiters -eq 1 }
                Assert-Stop $shell $running
            } finally {
                Remove-Shell $shell
            }

            (Get-ProcObject stopped).Waiters + (Get-ProcObject other).Waiters | Should -Be 0
            Receive-ProcQueue $q -All -NoWait | Should -Be 0
            $other.Send('after')
            Receive-ProcQueue $other -NoWait | Should -Be 'after'
        }

        It 'Ctrl-C ends a method before the engine has noted it everywhere, and no error comes of that' {
            $other = New-ProcQueue -Name other
            $shell = New-Shell '$q = New-ProcQueue -Name other; $q.Receive(); "went on"'
            try {
                $running = $shell.BeginInvoke()
                Wait-Until { (Get-ProcObject other).Waiters -eq 1 }
                $pipeline = [runspace].GetMethod('GetCurrentlyRunningPipeline', [Reflection.BindingFlags] 'Instance, NonPublic').Invoke($shell.Runspace, @())

                # It is told after the method, and holds the engine up.
                $pipeline.add_StateChanged({ Start-Sleep -Milliseconds 300 })
                Assert-Stop $shell $running
            } finally {
                Remove-Shell $shell
            }
        }

        It 'a receiver whose process is stopped holds up nobody' -Skip:$IsWindows {
            $stopped, $awake = 'stopped', 'awake' | ForEach-Object { New-ProcQueue -Name $_ }
            $children = 'stopped', 'awake' | ForEach-Object { Start-ChildProcess { (Receive-ProcQueue $args[0]).Length } -ArgumentList $_ }
            Wait-Until { (Get-ProcObject stopped).Waiters + (Get-ProcObject awake).Waiters -eq 2 }
            Suspend-Id $children[0].ProcessId
            try {
                # Many times what its socket has room for.
                $stopped.TrySend([byte[]]::new(5mb), 1.0) | Should -BeTrue
                $awake.TrySend([byte[]]::new(5mb), 1.0) | Should -BeTrue
                $children[1] | Receive-ChildProcess -Wait | Should -Be 5mb
            } finally {
                & kill -CONT $children[0].ProcessId
            }
            $children[0] | Receive-ChildProcess -Wait | Should -Be 5mb
        }

        It 'what a stopped receiver had fetched and not written goes back to its place' {
            $q = New-ProcQueue -Name ahead
            1..2000 | Send-ProcQueue $q
            $seen = New-ProcValue 0 -Name seen
            $shell = New-Shell '$seen = New-ProcValue -Name seen; Receive-ProcQueue ahead -All | ForEach-Object { if ($_ -eq 700) { $null = $seen.Increment(700); while ($true) { Start-Sleep -Milliseconds 50 } } }'
            try {
                $running = $shell.BeginInvoke()
                Wait-Until { $seen.Value -eq 700 }
                $shell.Stop()
            } finally {
                Remove-Shell $shell
            }

            Receive-ProcQueue $q -All -NoWait | Should -Be @(701..2000)
        }

        It 'what Select-Object -First or an error leaves goes back to its place' {
            $q = New-ProcQueue
            1..100 | Send-ProcQueue $q
            Receive-ProcQueue $q -All | Select-Object -First 30 | Should -Be @(1..30)
            { Receive-ProcQueue $q -All | ForEach-Object { if ($_ -eq 60) { throw 'bad item' } } } | Should -Throw 'bad item'
            Receive-ProcQueue $q -All -NoWait | Should -Be @(61..100)
            $q.Complete(100)
            $q.UnfinishedCount | Should -Be 0
        }
    }
}
