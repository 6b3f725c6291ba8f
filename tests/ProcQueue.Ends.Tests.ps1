Describe 'The ends of a queue' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $commands = 'ProcConcurrency.Commands'
    }

    AfterEach {
        Clear-ProcSession
    }

    Context 'closing' {
        It 'ends consumers without sentinels, when they have had everything' {
            $q = New-ProcQueue
            $consumers = 1..3 | ForEach-Object { Start-ChildProcess { Receive-ProcQueue $using:q -All | ForEach-Object { $_ } } }
            1..300 | Send-ProcQueue $q
            Close-ProcQueue $q
            $consumers | Receive-ChildProcess -Wait | Sort-Object | Should -Be @(1..300)
        }

        It 'QueueClosed: nothing more can be sent, and a single receive finds the end' {
            $q = New-ProcQueue
            1, 2 | Send-ProcQueue $q
            Close-ProcQueue $q
            Close-ProcQueue $q
            { Send-ProcQueue $q 3 } | Should -Throw -ErrorId "QueueClosed,$commands.SendProcQueueCommand"
            { Send-ProcQueue $q 3 -NoWait } | Should -Throw -ErrorId "QueueClosed,$commands.SendProcQueueCommand"
            Receive-ProcQueue $q -Count 5 | Should -Be 1, 2
            { Receive-ProcQueue $q } | Should -Throw -ErrorId "QueueClosed,$commands.ReceiveProcQueueCommand"
            { Receive-ProcQueue $q -NoWait -Count 2 } | Should -Throw -ErrorId "QueueClosed,$commands.ReceiveProcQueueCommand"
            Receive-ProcQueue $q -All | Should -BeNullOrEmpty
            $record = { $q.Receive() } | Should -Throw -PassThru
            $record.Exception.InnerException | Should -BeOfType ([ProcConcurrency.Runtime.Hub.QueueClosedException])
        }

        It 'wakes everyone who waits' {
            $full = New-ProcQueue -MaxSize 1 -Name full
            $full.Send(0)
            $empty = New-ProcQueue -Name empty
            $children = @(
                Start-ChildProcess { try { 1..5 | Send-ProcQueue $using:full } catch { $_.FullyQualifiedErrorId } }
                Start-ChildProcess { try { Send-ProcQueue $using:full 1 -Timeout 600 } catch { $_.FullyQualifiedErrorId } }
                Start-ChildProcess { try { Receive-ProcQueue $using:empty } catch { $_.FullyQualifiedErrorId } }
                Start-ChildProcess { Receive-ProcQueue $using:empty -All; 'ended' }
            )
            Wait-Until { (Get-ProcObject full).Waiters -eq 2 -and (Get-ProcObject empty).Waiters -eq 2 } -TimeoutSeconds 60
            $full, $empty | Close-ProcQueue
            $children | Receive-ChildProcess -Wait | Sort-Object | Should -Be @(
                'ended', "QueueClosed,$commands.ReceiveProcQueueCommand", "QueueClosed,$commands.SendProcQueueCommand", "QueueClosed,$commands.SendProcQueueCommand")
        }
    }

    Context 'items that can''t be read here' {
        BeforeAll {
            $culture = [cultureinfo]'de-DE'
            $without = @{ DOTNET_SYSTEM_GLOBALIZATION_INVARIANT = '1' }
        }

        It 'ValueNotReadable: they fill a queue, and its receiver ends' {
            $q = New-ProcQueue -MaxSize 1
            $culture | Send-ProcQueue $q
            $child = Start-ChildProcess { $got = Receive-ProcQueue $using:q -All; $got } -Environment $without
            Send-ProcQueue $q 2 -Timeout 60
            $child | Receive-ChildProcess -Wait -ErrorVariable errors -ErrorAction SilentlyContinue | Should -Be 2
            "$($errors[-1].FullyQualifiedErrorId)" | Should -BeLike 'ValueNotReadable,*ReceiveProcQueueCommand'
            "$($errors[-1])" | Should -BeLike '*is full of items that can''t be read*'
            Receive-ProcQueue $q -All -NoWait | Should -Be $culture
        }

        It 'ValueNotReadable: who wants a number of items waits for no other instead: <Receive>' -TestCases @(
            @{ Receive = { param($q) Receive-ProcQueue $q } }
            @{ Receive = { param($q) Receive-ProcQueue $q -Count 2 -Timeout 600 } }
        ) {
            $q = New-ProcQueue
            $culture | Send-ProcQueue $q
            $child = Start-ChildProcess $Receive -ArgumentList $q -Environment $without
            Wait-ChildProcess $child -Timeout 60 | Out-Null
            $child | Receive-ChildProcess -Wait -ErrorVariable errors -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
            "$($errors.FullyQualifiedErrorId)" | Should -BeLike 'ValueNotReadable,*ReceiveProcQueueCommand'
            $q.Count | Should -Be 1
        }
    }

    Context 'sentinels' {
        It 'end one consumer each' {
            $q = New-ProcQueue -MaxSize 10
            $producer = Start-ChildProcess { 1..50 | Send-ProcQueue $using:q; 1..2 | ForEach-Object { Send-ProcQueue $using:q $null } }
            $consumers = 1..2 | ForEach-Object {
                Start-ChildProcess { while ($null -ne ($item = Receive-ProcQueue $using:q)) { $item * 2 } }
            }
            $consumers | Receive-ChildProcess -Wait | Sort-Object | Should -Be @(1..50 | ForEach-Object { $_ * 2 })
            $producer | Receive-ChildProcess -Wait
            $q.Count | Should -Be 0
        }
    }

    Context 'completion and join' {
        It 'Wait-ProcQueue returns when everything is completed' {
            $q = New-ProcQueue -Name work
            Wait-ProcQueue $q
            1..20 | Send-ProcQueue $q
            { Wait-ProcQueue $q -Timeout 0.02 } | Should -Throw -ErrorId "WaitTimeout,$commands.WaitProcQueueCommand"
            $done = New-ProcList
            $consumers = 1..2 | ForEach-Object {
                Start-ChildProcess -Daemon { while ($true) { $item = Receive-ProcQueue $using:q; $null = ($using:done).Add($item); Complete-ProcQueue $using:q } }
            }
            Wait-ProcQueue work
            $done.Count | Should -Be 20
            $q.UnfinishedCount | Should -Be 0
            $consumers.Count | Should -Be 2
        }

        It 'TooManyCompletions: nothing is completed that was not received' {
            $q = New-ProcQueue
            1..3 | Send-ProcQueue $q
            { Complete-ProcQueue $q } | Should -Throw -ErrorId "TooManyCompletions,$commands.CompleteProcQueueCommand"
            Receive-ProcQueue $q -Count 2 | Out-Null
            { Complete-ProcQueue $q -Count 3 } | Should -Throw -ErrorId "TooManyCompletions,$commands.CompleteProcQueueCommand"
            Complete-ProcQueue $q -Count 2
            { Complete-ProcQueue $q } | Should -Throw -ErrorId "TooManyCompletions,$commands.CompleteProcQueueCommand"
            $q.UnfinishedCount | Should -Be 1
        }

        It 'a join does not hang on a receiver that died' {
            $q = New-ProcQueue
            1..2 | Send-ProcQueue $q
            Start-ChildProcess { Receive-ProcQueue $using:q; [Diagnostics.Process]::GetCurrentProcess().Kill() } |
                Receive-ChildProcess -Wait -ErrorAction SilentlyContinue | Should -Be 1
            $q.UnfinishedCount | Should -Be 1
            Receive-ProcQueue $q | Should -Be 2
            Complete-ProcQueue $q
            Wait-ProcQueue $q -Timeout 30
        }
    }

    Context 'a receiver that dies' {
        It 'takes nothing along that its code has not seen' {
            $q = New-ProcQueue
            1..400 | Send-ProcQueue $q
            $seen = @(Start-ChildProcess {
                    Receive-ProcQueue $using:q -All | ForEach-Object { if ($_ -eq 300) { [Diagnostics.Process]::GetCurrentProcess().Kill() } }
                } | Receive-ChildProcess -Wait -ErrorAction SilentlyContinue)
            $seen | Should -BeNullOrEmpty
            $q.Count | Should -Be 100
            $q.UnfinishedCount | Should -Be 100
            Receive-ProcQueue $q -Count 100 -NoWait | Should -Be (301..400)
        }

        It 'is not waited for: who asks gets what a busy one has fetched ahead' {
            $q = New-ProcQueue
            $gate = New-ProcEvent
            1..400 | Send-ProcQueue $q
            $busy = Start-ChildProcess {
                Receive-ProcQueue $using:q -All | ForEach-Object { if ($_ -eq 300) { $null = Wait-ProcEvent $using:gate -Timeout 60 } ; $_ }
            }
            Wait-Until { $q.Count -eq 100 }
            Receive-ProcQueue $q -Count 100 -Timeout 30 | Sort-Object | Should -Be (301..400)
            Close-ProcQueue $q
            $gate.Set()
            Receive-ChildProcess $busy -Wait | Should -Be (1..300)
        }
    }

    Context 'acknowledgement' {
        It 'an item whose receiver dies comes back to the front, marked' {
            $q = New-ProcQueue -Acknowledge -Name kept
            $q.IsAcknowledged | Should -BeTrue
            'one', 'two', 'three' | Send-ProcQueue $q
            $child = Start-ChildProcess {
                Receive-ProcQueue $using:q
                Complete-ProcQueue $using:q
                Receive-ProcQueue $using:q
                Start-Sleep 600
            }
            Wait-Until { $q.Count -eq 1 }
            (Get-ProcObject kept).Owner | Should -Match $child.Name
            Stop-ChildProcess $child -Force
            $child | Wait-ChildProcess | Out-Null
            $again = Receive-ProcQueue $q -Count 2
            $again | Should -Be 'two', 'three'
            $again[0].Redelivered | Should -BeTrue
            $again[1].PSObject.Properties['Redelivered'] | Should -BeNullOrEmpty
            Complete-ProcQueue $q -Count 2
            { Complete-ProcQueue $q } | Should -Throw -ErrorId "TooManyCompletions,$commands.CompleteProcQueueCommand"
            Wait-ProcQueue $q -Timeout 30
        }

        It 'a closed queue waits for what may come back' {
            $q = New-ProcQueue -Acknowledge -Name kept
            Send-ProcQueue $q ([pscustomobject]@{ A = 1 })
            $holder = Start-ChildProcess { $null = Receive-ProcQueue $using:q; 'has it'; Start-Sleep 600 }
            Wait-Until { $holder.Output.Count }
            Close-ProcQueue $q
            $second = Start-ChildProcess { Receive-ProcQueue $using:q -All | ForEach-Object { "$($_.A) $($_.Redelivered)"; Complete-ProcQueue $using:q } }
            Wait-Until { (Get-ProcObject kept).Waiters -eq 1 }
            Stop-ChildProcess $holder -Force
            $second | Receive-ChildProcess -Wait | Should -Be '1 True'
            Wait-ProcQueue $q -Timeout 30
        }
    }

    Context 'large items' {
        It 'a child with a 100 MB item that nobody has read yet can be waited for' {
            $q = New-ProcQueue
            $child = Start-ChildProcess { $item = [byte[]]::new(100MB); $item[-1] = 7; Send-ProcQueue $using:q $item }
            ($child | Wait-ChildProcess -Timeout 120).ExitCode | Should -Be 0
            $item = Receive-ProcQueue $q -NoWait
            $item.Length | Should -Be 100MB
            $item[-1] | Should -Be 7
        }
    }

    Context "a pool's task" {
        It 'gives back what it received of a queue with -Acknowledge and did not complete, with a warning' {
            $q = New-ProcQueue -Acknowledge -Name jobs
            1..4 | Send-ProcQueue $q
            $pool = New-ProcPool 1
            try {
                # One fails, one ends, one is good; the worker lives on.
                $tasks = { $q = $using:q; $null = $q.Receive(); throw 'failed' },
                    { Receive-ProcQueue $using:q -Count 2 },
                    { Receive-ProcQueue $using:q -Count 2 | ForEach-Object { Complete-ProcQueue $using:q; $_ } } | ForEach-Object {
                        Submit-ProcTask -Pool $pool $_ | Wait-ProcTask
                    }
                Receive-ProcTask $tasks -WarningVariable warnings -WarningAction SilentlyContinue -ErrorAction SilentlyContinue | Should -Be 1, 2, 1, 2
                $warnings | Should -HaveCount 2
                "$($warnings[0])" | Should -BeLike "1 item of the queue 'jobs' was received and not completed*"
                "$($warnings[1])" | Should -BeLike "2 items of the queue 'jobs' were received*"
                $q.UnfinishedCount | Should -Be 2
                $left = Receive-ProcQueue $q -Count 2
                $left | Should -Be 3, 4
                $left.Redelivered | Should -Not -Contain $true
            } finally {
                Stop-ProcPool $pool
            }
        }
    }
}
