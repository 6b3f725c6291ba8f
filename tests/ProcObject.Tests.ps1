Describe 'Listing, removing and showing shared objects' {
    BeforeAll {
        . $PSScriptRoot/common.ps1

        # A view is as wide as the host; here it is wide enough for all of it.
        function Show { process { $_ | Out-String -Width 200 } }
    }

    AfterEach {
        Clear-ProcSession
    }

    Context 'Get-ProcObject' {
        It 'tells kind, name, owner, waiters and age' {
            $lock = New-ProcLock -Name printer
            Enter-ProcLock $lock
            $child = Start-ChildProcess { Use-ProcLock printer { 'in' } }
            Wait-Until { (Get-ProcObject printer).Waiters -eq 1 }
            $info = Get-ProcObject printer
            $info.Kind | Should -Be 'Lock'
            $info.Name | Should -Be 'printer'
            $info.Id | Should -Be $lock.Id
            $info.Owner | Should -Match "^'.+' \($PID\)`$"
            $info.Age | Should -BeGreaterThan ([timespan]::Zero)
            Exit-ProcLock $lock
            $child | Receive-ChildProcess -Wait | Should -Be 'in'
        }

        It 'lists those without a name too' {
            $value = New-ProcValue 1
            (Get-ProcObject | Where-Object Id -EQ $value.Id).Kind | Should -Be 'Value'
        }

        It 'chooses by name and kind' {
            $made = (New-ProcLock -Name log-lock), (New-ProcEvent -Name log-event), (New-ProcEvent -Name other)
            (Get-ProcObject LOG-* | Sort-Object Id).Name | Should -Be 'log-lock', 'log-event'
            (Get-ProcObject log-*, oth?r -Kind Event | Sort-Object Id).Name | Should -Be 'log-event', 'other'
            Get-ProcObject log-* -Kind Barrier, List | Should -BeNullOrEmpty
            Get-ProcObject log-lock, nosuch, none* -ErrorVariable missing -ErrorAction SilentlyContinue | Should -HaveCount 1
            $missing.FullyQualifiedErrorId | Should -Be 'ObjectNotFound,ProcConcurrency.Commands.GetProcObjectCommand'
            $missing.TargetObject | Should -Be 'nosuch'
            $made.Count | Should -Be 3
        }

        It 'is the same list in a child' {
            $null = New-ProcLock -Name printer
            Start-ChildProcess { (Get-ProcObject printer).Id } | Receive-ChildProcess -Wait | Should -Be (Get-ProcObject printer).Id
        }
    }

    Context 'Remove-ProcObject' {
        It 'takes an object out by its name' {
            $null = New-ProcLock -Name printer
            Remove-ProcObject Printer
            Get-ProcObject printer -ErrorAction Ignore | Should -BeNullOrEmpty
        }

        It 'takes an object out by a handle, and its handles are of no use any more' {
            $value = New-ProcValue 1
            Remove-ProcObject $value
            Get-ProcObject | Where-Object Id -EQ $value.Id | Should -BeNullOrEmpty
            { Remove-ProcObject $value } | Should -Throw -ErrorId 'ObjectGone,ProcConcurrency.Commands.RemoveProcObjectCommand'
        }

        It 'takes objects out by wildcards and lists, each shared list as one object' {
            $list = New-ProcList 1, 2
            $null = (New-ProcLock -Name temp-1), (New-ProcEvent -Name temp-2), (New-ProcValue 0 -Name kept), (New-ProcEvent -Name other)
            Remove-ProcObject temp-*, other, nosuch -ErrorVariable missing -ErrorAction SilentlyContinue
            (Get-ProcObject * | Where-Object Name).Name | Should -Be 'kept'
            $missing.FullyQualifiedErrorId | Should -Be 'ObjectNotFound,ProcConcurrency.Commands.RemoveProcObjectCommand'
            Remove-ProcObject $list, kept
            Get-ProcObject | Where-Object { $_.Id -eq $list.Id -or $_.Name -eq 'kept' } | Should -BeNullOrEmpty
        }

        It 'takes a name with wildcards in it for that object, and a backtick for the wildcard itself' {
            $odd = New-ProcLock -Name 'd:/a[1]*.log'
            $other = New-ProcLock -Name 'd:/a1x.log'
            (Get-ProcObject -Name 'd:/a[1]*.log').Id | Should -Be $odd.Id
            (Get-ProcObject -Name 'd:/a`[1`]`*.log').Id | Should -Be $odd.Id
            (Get-ProcObject -Name 'd:/a1*.log', 'd:/a1x.log').Id | Should -Be $other.Id
            Use-ProcLock 'd:/a[1]*.log' { 'entered' } | Should -Be 'entered'
            Remove-ProcObject 'd:/a[1]*.log'
            (Get-ProcObject -Name 'd:/*').Id | Should -Be $other.Id
            Remove-ProcObject 'd:/a[1]*.log'
            Get-ProcObject -Name 'd:/*' | Should -BeNullOrEmpty
        }

        It 'events, barriers and queues are named by wildcards and lists' {
            $events = (New-ProcEvent -Name go-1), (New-ProcEvent -Name go-2)
            Set-ProcEvent go-*
            $events.IsSet | Should -Be $true, $true
            Wait-ProcEvent go-1, go-2 -Timeout 0
            Reset-ProcEvent $events
            $events.IsSet | Should -Be $false, $false
            $queues = (New-ProcQueue -Name in-1), (New-ProcQueue -Name in-2)
            1, 2 | ForEach-Object { Send-ProcQueue "in-$_" $_ }
            Receive-ProcQueue in-1, in-2 | Should -Be 1, 2
            Close-ProcQueue in-*
            $queues.IsClosed | Should -Be $true, $true
        }

        It 'completes the names of the kind that <Line> takes' -TestCases @(
            @{ Line = 'Set-ProcEvent k'; Expected = 'k-event' }
            @{ Line = 'Enter-ProcLock -Lock k'; Expected = 'k-condition', 'k-lock', 'k-semaphore' }
            @{ Line = 'New-ProcCondition -Lock k'; Expected = @('k-lock') }
            @{ Line = 'New-ProcQueue -Name k'; Expected = @('k-queue') }
            @{ Line = 'Remove-ProcObject k'; Expected = 'k-condition', 'k-event', 'k-lock', 'k-queue', 'k-semaphore' }
        ) {
            $null = (New-ProcLock -Name k-lock), (New-ProcEvent -Name k-event), (New-ProcQueue -Name k-queue),
                (New-ProcSemaphore 1 -Name k-semaphore), (New-ProcCondition -Name k-condition)
            ([Management.Automation.CommandCompletion]::CompleteInput($Line, $Line.Length, $null)).CompletionMatches.CompletionText |
                Sort-Object | Should -Be $Expected
        }

        It 'tells those that wait' {
            $never = New-ProcEvent -Name never
            $child = Start-ChildProcess { try { Wait-ProcEvent never } catch { $_.FullyQualifiedErrorId } }
            Wait-Until { (Get-ProcObject never).Waiters -eq 1 }
            Remove-ProcObject $never
            $child | Receive-ChildProcess -Wait | Should -Be 'ObjectGone,ProcConcurrency.Commands.WaitProcEventCommand'
        }

        It 'does the others where one of several is gone, and tells which' {
            $gone, $other = (New-ProcEvent), (New-ProcEvent -Name other)
            Remove-ProcObject $gone
            $wasSet = $false
            foreach ($step in { Set-ProcEvent $gone, $other @with }, { $gone, $other | Remove-ProcObject @with }) {
                $with = @{ ErrorVariable = 'failed'; ErrorAction = 'SilentlyContinue' }
                . $step
                $failed.FullyQualifiedErrorId | Should -BeLike 'ObjectGone,*'
                $failed.TargetObject | Should -Be $gone
                $wasSet = $wasSet -or $other.IsSet
            }

            $wasSet | Should -BeTrue

            Get-ProcObject other* | Should -BeNullOrEmpty

            # What comes after a wait relies on it.
            { $gone | Wait-ProcEvent } | Should -Throw -ErrorId 'ObjectGone,*'
            { New-ProcQueue | Close-ProcQueue -PassThru | Receive-ProcQueue } | Should -Throw -ErrorId 'QueueClosed,*'
        }

        It 'says when there is none of that name' {
            { Remove-ProcObject nothing } | Should -Throw -ErrorId 'ObjectNotFound,ProcConcurrency.Commands.RemoveProcObjectCommand'
        }

        It 'does nothing with -WhatIf' {
            $null = New-ProcLock -Name printer
            Remove-ProcObject printer -WhatIf
            (Get-ProcObject printer).Kind | Should -Be 'Lock'
        }
    }

    Context 'Views' {
        It 'a table shows <Kind>' -TestCases @(
            @{ Kind = 'a lock'; Make = { New-ProcLock -Name x }; Columns = 'Id Name IsHeld IsRecursive WasAbandoned'; Row = '\d+ x +False +False +False' }
            @{ Kind = 'a lock that is held'; Make = { $l = New-ProcLock -Name x -Recursive; Enter-ProcLock $l; $l }; Columns = 'Id Name IsHeld IsRecursive WasAbandoned'; Row = '\d+ x +True +True +False' }
            @{ Kind = 'a semaphore'; Make = { New-ProcSemaphore 3 -Bounded -Name x }; Columns = 'Id Name CurrentCount IsBounded'; Row = '\d+ x +3 True' }
            @{ Kind = 'an event'; Make = { New-ProcEvent -Set -Name x }; Columns = 'Id Name IsSet'; Row = '\d+ x +True' }
            @{ Kind = 'a condition'; Make = { New-ProcCondition (New-ProcLock -Name y) -Name x }; Columns = 'Id Name Lock'; Row = "\d+ x +Lock 'y'" }
            @{ Kind = 'a barrier'; Make = { New-ProcBarrier 4 -Name x }; Columns = 'Id Name ParticipantCount WaitingCount IsBroken'; Row = '\d+ x +4 +0 False' }
            @{ Kind = 'a value'; Make = { New-ProcValue 42 -Name x }; Columns = 'Id Name Value'; Row = '\d+ x +42' }
        ) {
            $text = & $Make | Show
            $text | Should -Match ('(?m)^ *' + ($Columns -replace ' ', ' +') + '\s*$')
            $text | Should -Match "(?m)^ *$Row\s*`$"
        }

        It 'a list shows a handle without its inner side' {
            $text = New-ProcLock -Name x | Format-List | Out-String
            $text | Should -Match '(?m)^Name +: x\s*$'
            $text | Should -Match '(?m)^AbandonedBy +:\s*$'
            $text | Should -Not -Match 'Port'
        }

        It 'the table of queues fits 80 columns, with no column cut' {
            $null = New-ProcQueue -Kind Priority -MaxSize 1000000 -Name a-name-of-18-chars
            $lines = (New-ProcQueue -Name a-name-of-18-chars | Out-String -Width 80) -split "`n"
            $lines -match 'IsClosed' | Should -Not -BeNullOrEmpty
            $lines -match 'a-name-of-18-chars Priority +0 +1000000 +0 False' | Should -Not -BeNullOrEmpty
        }

        It 'a handle has no members that are ours alone' {
            $lock = New-ProcLock
            ($lock | Get-Member).Name | Should -Not -Contain 'Port'
            ($lock | Get-Member -Name Port, WasMade, WasSent) | Should -BeNullOrEmpty
            "$(Get-ProcObject -Kind Lock)" | Should -Match '^Lock \d+( Lock \d+)*$'
        }

        It 'among other objects a handle shows the same' {
            $text = [version]'1.2', (New-ProcEvent -Name x) | Out-String
            $text | Should -Match '(?m)^IsSet +: False\s*$'
            $text | Should -Not -Match 'Port'
        }

        It 'a dictionary, a list and an array show what is in them' {
            New-ProcDictionary @{ apples = 3 } | Show | Should -Match '(?m)^apples +3\s*$'
            $list = New-ProcList one, two
            Out-String -InputObject $list | Should -Match '(?m)^one\s*$'
            $array = New-ProcArray int 2
            Out-String -InputObject $array | Should -Match '(?m)^0\s*$'
        }

        It 'as objects they show name and length' {
            $dictionary = New-ProcDictionary @{ Count = 'an entry'; Name = 'another' } -Name x
            Format-Table -InputObject $dictionary -Expand CoreOnly | Out-String | Should -Match '(?m)^ *\d+ x +2\s*$'
            $list = New-ProcList 1, 2, 3 -Name y
            Format-Table -InputObject $list -Expand CoreOnly | Out-String | Should -Match '(?m)^ *\d+ y +3\s*$'
            $array = New-ProcArray double 5 -Name z
            Format-List -InputObject $array -Expand CoreOnly | Out-String | Should -Match '(?m)^ElementType +: System.Double\s*$'
        }

        It 'Get-ProcObject shows who holds it and a short age' {
            $lock = New-ProcLock -Name printer
            Enter-ProcLock $lock
            $text = Get-ProcObject printer | Show
            $text | Should -Match '(?m)^ *Id +Kind +Name +Owner +Waiters +Age\s*$'
            $text | Should -Match "(?m)^ *\d+ Lock +printer +'.+' \($PID\) +0 +00:00:\d\d\s*`$"
            Get-ProcObject printer | Format-List | Out-String | Should -Match '(?m)^References +: 1\s*$'
        }

        It 'a manager shows its address and not its key' {
            $manager = Start-ProcManager
            try {
                $text = ($manager | Show) + ($manager | Format-List | Out-String)
                $text | Should -Match ([regex]::Escape($manager.Address))
                $text | Should -Match '(?m)^ *ProcessId +IsConnected +Refused +Address\s*$'
                $text | Should -Not -Match $manager.GetAuthKey()
            } finally {
                Stop-ProcManager $manager
            }
        }
    }

    It 'what nobody refers to any more goes by itself, so that a long session does not grow' {
        $before = @(Get-ProcObject).Count
        Start-ChildProcess { foreach ($i in 1..50) { $null = New-ProcEvent } } | Wait-ChildProcess | Remove-Job
        $made = foreach ($i in 1..50) { New-ProcEvent }
        $kept = New-ProcDictionary @{ inner = New-ProcLock }
        $made.Count + 2 | Should -BeLessOrEqual @(Get-ProcObject).Count
        $made = $null
        Wait-Until -TimeoutSeconds 60 {
            [GC]::Collect()
            [GC]::WaitForPendingFinalizers()
            @(Get-ProcObject).Count -le $before + 2
        }

        # What a stored value mentions stays.
        $kept.inner.IsHeld | Should -BeFalse
    }

    It 'what is on its way holds what it mentions, however late it is taken' {
        # Whatever this process or another could let go of is gone before it is looked at.
        $done = New-ProcEvent
        $results = 1..3 | Invoke-ProcPool -ThrottleLimit 1 {
            New-ProcQueue
            [GC]::Collect()
            [GC]::WaitForPendingFinalizers()
            if ($_ -eq 3) { Set-ProcEvent $using:done }
        } | ForEach-Object {
            $null = Wait-ProcEvent $done -Timeout 60
            $_.Send('used')
            $_.Count
        }
        $results | Should -Be 1, 1, 1

        $mine, $theirs = New-ProcPipe
        $q = New-ProcQueue
        $child = Start-ChildProcess {
            $end = $using:theirs
            $end.Send((New-ProcQueue))
            New-ProcQueue | Send-ProcQueue $using:q
            New-ProcQueue
        }
        $null = $child | Wait-ChildProcess
        $taken = @($mine.Receive(); Receive-ProcQueue $q; Receive-ChildProcess $child)
        $taken.ForEach({ $_.Send('used'); $_.Count }) | Should -Be 1, 1, 1

        # And nothing holds it for ever.
        $ids = $taken.Id
        $taken = $null
        Remove-Job $child
        Wait-Until {
            [GC]::Collect()
            [GC]::WaitForPendingFinalizers()
            -not (Get-ProcObject | Where-Object Id -In $ids)
        }
    }

    It 'what is bound to this process is not stored' {
        $file = (Get-Item "$PSScriptRoot/common.ps1").OpenRead()
        try {
            { New-ProcValue $file } | Should -Throw -ErrorId 'NotSerializable,ProcConcurrency.Commands.NewProcValueCommand'
        } finally {
            $file.Dispose()
        }
    }
}

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
        @{ Script = '(New-ProcBarrier 2 -Name barrier).Wait()' }
    ) {
        $lock = New-ProcLock -Name lock
        Enter-ProcLock $lock
        $semaphore = New-ProcSemaphore 0 -Name semaphore
        $null = New-ProcEvent -Name event
        $condition = New-ProcCondition -Name condition
        $barrier = New-ProcBarrier 2 -Name barrier
        $shell = New-Shell "while (`$true) { try { $Script } catch { `$went = 'into a catch' } finally { `$end = 'finally' }; `$went = 'on' }"
        try {
            $null = $shell.BeginInvoke()
            Wait-Until { Get-ProcObject | Where-Object Waiters }
            $shell.Stop()
            $shell.Runspace.SessionStateProxy.GetVariable('went') | Should -BeNullOrEmpty
            $shell.Runspace.SessionStateProxy.GetVariable('end') | Should -Be 'finally'
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

Describe 'A wrong argument' {
    It 'is told in words: <Call>' -TestCases @(
        @{ Call = { Wait-ProcEvent any -Timeout abc }; Message = "*'Timeout'. 'abc' is no time: give seconds, such as 1.5, a TimeSpan, or -1 for no limit." }
        @{ Call = { Wait-ProcEvent any -Timeout -5 }; Message = '*A time is from 0 seconds to 24 days, or -1 for no limit; -5 seconds is not.' }
        @{ Call = { Start-ChildProcess { } -TimeLimit (Get-Date) }; Message = '*A DateTime is no time: *' }
        @{ Call = { Use-ProcLock @{ } { } }; Message = '*A Hashtable is no shared object: give the object itself or its name; *' }
        @{ Call = { Set-ProcEvent any, @{ } }; Message = '*A Hashtable is no shared object: *' }
        @{ Call = { Get-Date | Remove-ProcObject -ErrorAction Stop }; Message = '*A DateTime is no shared object: *' }
        @{ Call = { Get-Process -Id $PID | Stop-ChildProcess -ErrorAction Stop }; Message = '*A Process is no child process: give one of Start-ChildProcess or Get-ChildProcess, its name or its id.' }
        @{ Call = { Send-ProcPipe (New-ProcPipe) 1 }; Message = '*A list of 2 is no end of a pipe: give one of New-ProcPipe, *' }
        @{ Call = { 'x' | Receive-ProcPipe -ErrorAction Stop }; Message = "*'x' is no end of a pipe: *" }
        @{ Call = { Close-ProcListener 'x' }; Message = "*'x' is no listener: give one of New-ProcListener." }
        @{ Call = { New-ProcLock -Manager 'x' }; Message = "*'x' is no manager: give one of Start-ProcManager or Connect-ProcManager." }
        @{ Call = { New-ProcQueue -Kind x }; Message = "*'x' is no kind of queue: give one of Fifo, Lifo, Priority." }
        @{ Call = { New-ProcQueue -Kind @{} }; Message = '*A Hashtable is no kind of queue: give one of Fifo, Lifo, Priority.' }
        @{ Call = { Get-ProcTask -Status Done, ([pscustomobject]@{}) }; Message = '*A PSCustomObject is no state of a task: give one of *' }
        @{ Call = { Get-ChildProcess -State @{} }; Message = '*A Hashtable is no state of a job: give one of NotStarted, Running, *' }
        @{ Call = { Get-ProcObject -Kind Lock, x }; Message = "*'x' is no kind of shared object: give one of Lock, *, Pipe." }
        @{ Call = { New-ProcListener -AuthKey '' }; Message = '*A key is not empty: give text, a SecureString or bytes.' }
        @{ Call = { New-ProcListener -AuthKey 300, 1 }; Message = '*A list of 2 is no key: *' }
    ) {
        $Call | Should -Throw $Message
    }

    It 'is none where a number stands for a name' {
        $null = New-ProcLock -Name 007
        Use-ProcLock 007 { 'in' } | Should -Be 'in'
        Remove-ProcObject 007
        Get-ProcObject 007 -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
    }
}
