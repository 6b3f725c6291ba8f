Describe 'Tasks of a pool' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $pool = New-ProcPool 2
    }

    AfterAll {
        Clear-ProcSession
    }

    Context 'results' {
        It 'are received as often as asked, every stream to its own' {
            $task = Submit-ProcTask -Pool $pool { "out $($args[0])"; Write-Warning 'careful'; Write-Error 'wrong'; 'more' } -ArgumentList 1
            foreach ($round in 1, 2) {
                Receive-ProcTask $task -WarningVariable warnings -ErrorVariable errors -ErrorAction SilentlyContinue -WarningAction SilentlyContinue |
                    Should -Be 'out 1', 'more'
                $warnings.Message | Should -Be 'careful'
                $errors[0].Exception.Message | Should -Be 'wrong'
            }
        }

        It 'of the other streams come where they are shown' {
            $task = Submit-ProcTask -Pool $pool { Write-Verbose v -Verbose; Write-Debug d -Debug; Write-Information i; Write-Host h }
            $records = Receive-ProcTask $task -Verbose -Debug -InformationAction Continue -InformationVariable informations *>&1
            "$records" | Should -Be 'v d i h'
            $records.ForEach('GetType').Name | Should -Be 'VerboseRecord', 'DebugRecord', 'InformationRecord', 'InformationRecord'
            "$informations" | Should -Be 'i h'
        }

        It 'come as soon as their task is over, while the next one runs' {
            $received = "$TestDrive/received"
            1, 2 | Submit-ProcTask -Pool $pool -ArgumentList $received {
                param($n, $received)
                $clock = [Diagnostics.Stopwatch]::StartNew()
                while ($n -eq 2 -and -not (Test-Path $received) -and $clock.Elapsed.TotalSeconds -lt 60) { Start-Sleep -Milliseconds 50 }
                "$n $(Test-Path $received)"
            } | Receive-ProcTask | ForEach-Object { Set-Content $received ''; $_ } | Should -Be '1 False', '2 True'
        }

        It 'of many come in the order of the tasks, which all run at once' {
            $go = "$TestDrive/go"
            # The first waits for the second: one after the other they would never end.
            1, 2 | Submit-ProcTask -Pool $pool -ArgumentList $go {
                param($n, $go)
                if ($n -eq 1) { while (-not (Test-Path $go)) { Start-Sleep -Milliseconds 50 } } else { Set-Content $go '' }
                $n
            } | Receive-ProcTask | Should -Be 1, 2
        }

        It 'come from input, arguments and parameters' {
            5 | Submit-ProcTask -Pool $pool { param($a, $b, [switch] $Twice, $Name) "$_ $a $b $Twice $Name" } -ArgumentList 6 -Parameters @{ Twice = $true; Name = 'n' } |
                Receive-ProcTask | Should -Be '5 5 6 True n'
            Submit-ProcTask -Pool $pool { param($a, $b) "$a $b $_" } -ArgumentList 1, 2 | Receive-ProcTask | Should -Be '1 2 '
            5 | Submit-ProcTask -Pool $pool { param($n) switch (1) { 1 { } }; "$_ $n" } -Parameters @{ n = 7 } | Receive-ProcTask | Should -Be '5 7'
            1, 2 | Submit-ProcTask -Pool $pool { begin { $sum = 0 } process { $sum += $_ } end { $sum } } | Receive-ProcTask | Should -Be 1, 2
        }

        It 'are found by their names, though those have brackets' {
            $other, $song = 'song1', 'song[1]' | ForEach-Object { Submit-ProcTask -Pool $pool { 1 } -Name $_ }
            Wait-ProcTask 'song[1]' | Should -Be $song
            (Get-Job 'song[1]').Id | Should -Be $song.Id
            (Get-ProcTask 'song`[*').Id | Should -Be $song.Id
            (Get-ProcTask 'song*').Count | Should -Be 2
            $other, $song | Wait-ProcTask | Remove-Job
        }

        It 'keep null, arrays and nothing apart' {
            Submit-ProcTask -Pool $pool { $null } | Receive-ProcTask | ForEach-Object { "[$_]" } | Should -Be '[]'
            $none = Submit-ProcTask -Pool $pool { } | Wait-ProcTask
            @(Receive-ProcTask $none).Count | Should -Be 0
            @($none.GetResult()).Count | Should -Be 0
            (Submit-ProcTask -Pool $pool { 1; $null } | Wait-ProcTask).GetResult() | ForEach-Object { "[$_]" } | Should -Be '[1]', '[]'
            @(Submit-ProcTask -Pool $pool { , (1, 2) } | Receive-ProcTask).Count | Should -Be 1
        }

        It 'that are large lie in a file, and are whole each time' {
            $task = Submit-ProcTask -Pool $pool { foreach ($i in 1..50) { , [byte[]]::new(1MB) } } | Wait-ProcTask
            foreach ($round in 1, 2) {
                (Receive-ProcTask $task | ForEach-Object { $_.Length } | Measure-Object -Sum).Sum | Should -Be 50MB
            }
        }
    }

    Context 'a block that comes again' {
        It 'runs the functions and aliases that its caller has by then' {
            $again = { Invoke-ProcTask -Pool $pool { Get-Again } }
            function Get-Again { 'first' }
            1..2 | ForEach-Object { & $again } | Should -Be 'first', 'first'
            function Get-Inner { 'inner' }
            function Get-Again { Get-Inner }
            & $again | Should -Be 'inner'
            function Get-Inner { 'changed' }
            & $again | Should -Be 'changed'
            function Get-Other { 'other' }
            Remove-Item function:Get-Again
            Set-Alias Get-Again Get-Inner
            & $again | Should -Be 'changed'
            Set-Alias Get-Again Get-Other
            & $again | Should -Be 'other'
            function Get-Other { 'another' }
            & $again | Should -Be 'another'
            Remove-Item alias:Get-Again
            & $again 2>&1 | Should -BeLike "*'Get-Again' is not recognized*"
        }

        It 'has the values and types that its caller has by then' {
            $again = { Invoke-ProcTask -Pool $pool { $using:value } }
            foreach ($value in 1, 2) { & $again | Should -Be $value }
            $type = { Invoke-ProcTask -Pool $pool { [AgainLater]::Value } 2>&1 }
            & $type | Should -BeLike '*AgainLater*'
            Invoke-Expression 'class AgainLater { static [int] $Value = 7 }'
            & $type | Should -Be 7
        }
    }

    Context 'a task' {
        It 'says that its results are lost, where the file that held them was damaged' {
            $go = "$TestDrive/damage"
            $task = Submit-ProcTask -Pool $pool -ArgumentList $go {
                foreach ($i in 1..50) { , [byte[]]::new(1MB) }
                'written' > $args[0]
                while (Test-Path $args[0]) { Start-Sleep -Milliseconds 50 }
            }
            Wait-Until { Test-Path $go }
            $file = Get-ChildItem /proc/self/fd | Where-Object { $_.LinkTarget -like '*proc-results*' } | Select-Object -Last 1
            # The last of it may be on its way.
            $size = [pscustomobject]@{ Last = -1 }
            Wait-Until { $was = $size.Last; $size.Last = stat -L -c %s "/proc/$PID/fd/$($file.Name)"; Start-Sleep -Milliseconds 300; $size.Last -eq $was }
            truncate -s 1000 "/proc/$PID/fd/$($file.Name)"
            Remove-Item $go
            Receive-ProcTask $task -ErrorVariable errors -ErrorAction SilentlyContinue | Out-Null
            $errors.FullyQualifiedErrorId | Should -BeLike 'ResultsLost*'
        }

        It 'tells what it is and what it was' {
            $task = Submit-ProcTask -Pool $pool { $PID } -Name lookup
            Wait-ProcTask $task | Should -Be $task
            $task.Name, $task.Status, $task.IsCompleted, $task.IsSuccessful, $task.Attempts | Should -Be 'lookup', 'Done', $true, $true, 1
            $task.ProcessId | Should -Be (Receive-ProcTask $task)
            $task.Duration | Should -BeGreaterThan ([timespan]::Zero)
            $task.Started | Should -BeOfType datetime
            "$task" | Should -Be 'lookup'
            $task.Pool | Should -Be $pool
        }

        It 'shows its time, and an object its age, where the session''s language is constrained, too' {
            $shell = New-Shell {
                $ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'
                Submit-ProcTask { 7 } -Pool (Get-ProcPool | Select-Object -First 1) | Wait-ProcTask | Out-String -Width 120
                $lock = New-ProcLock -Name shown
                Get-ProcObject shown | Out-String -Width 120
                Get-ProcObject shown | Format-List | Out-String -Width 120
            }
            try {
                $task, $table, $list = $shell.Invoke() -replace '\e\[[0-9;]*m'
                $task | Should -Match ' 1 0:00:\d\d\.\d '
                $table | Should -Match '(?m) 00:00:\d\d\s*$'
                $list | Should -Match '(?m)^Age +: 00:00:\d\d\s*$'
            } finally {
                Remove-Shell $shell
            }
        }

        It 'knows of no success before it is over, and gives no result then' {
            $go = "$TestDrive/later"
            $task = Submit-ProcTask -Pool $pool { while (-not (Test-Path $args[0])) { Start-Sleep -Milliseconds 50 }; 7 } -ArgumentList $go
            $task.IsCompleted | Should -BeFalse
            $task.IsSuccessful | Should -BeNullOrEmpty
            { $task.GetResult() } | Should -Throw -ErrorId 'TaskNotCompleted*'
            Receive-ProcTask $task -Timeout 0.05 -ErrorVariable errors -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
            $errors.FullyQualifiedErrorId | Should -Be 'WaitTimeout,ProcConcurrency.Commands.ReceiveProcTaskCommand'
            Set-Content $go ''
            (Wait-ProcTask $task).GetResult() | Should -Be 7
            $task.GetResult() | Should -Be 7
        }

        It 'has failed where it wrote an error, which its result throws' {
            $task = Submit-ProcTask -Pool $pool { Write-Error 'not good' -ErrorId Bad } | Wait-ProcTask
            $task.Status, $task.IsSuccessful | Should -Be 'Failed', $false
            { $task.GetResult() } | Should -Throw 'not good' -ErrorId 'Bad*'
            $task.JobStateInfo.Reason.Message | Should -Be 'not good'

            # What a native command writes to its standard error is none.
            $task = Submit-ProcTask -Pool $pool { Write-Error 'real'; & /bin/sh -c 'echo noise >&2' } | Wait-ProcTask
            { $task.GetResult() } | Should -Throw 'real'
            $task.JobStateInfo.Reason.Message | Should -Be 'real'
        }

        It 'writes tables, and one that an error cuts off, which the caller shows' {
            $blocks = { 'a1', 'a2' | Select-Object @{ n = 'alpha'; e = { $_ } } | Format-Table },
                { & { 'b1'; throw 'no more' } | Select-Object @{ n = 'beta'; e = { $_ } } | Format-Table },
                { 'c1' | Select-Object @{ n = 'gamma'; e = { $_ } } | Format-Table }
            $tasks = $blocks | ForEach-Object { Submit-ProcTask -Pool $pool $_ }
            $text = Receive-ProcTask $tasks -ErrorVariable errors -ErrorAction SilentlyContinue | Out-String
            $text -replace '\s+', ' ' | Should -Be ' alpha ----- a1 a2 beta ---- b1 gamma ----- c1 '
            "$errors" | Should -Be 'no more'
            $tasks | Receive-Job -ErrorAction SilentlyContinue | Out-String | Should -Be $text
        }

        It 'is lost with its worker, and the pool goes on' {
            $task = Submit-ProcTask -Pool $pool { Stop-Process -Id $PID -Force }
            Receive-ProcTask $task -ErrorVariable errors -ErrorAction SilentlyContinue
            $errors.FullyQualifiedErrorId | Should -BeLike 'WorkerCrashed,*'
            $task.Status | Should -Be 'Lost'
            Invoke-ProcTask -Pool $pool { 'alive' } | Should -Be 'alive'
        }

        It 'is running until what it wrote is there, and never not started again' {
            $task = Submit-ProcTask -Pool $pool { foreach ($i in 1..50000) { [pscustomobject] @{ Number = $i } } }
            $states = do { ($state = "$($task.State)") } until ($state -in 'Completed', 'Failed')
            Receive-Job $task | Should -HaveCount 50000
            $states | Select-Object -Unique | Where-Object { $_ -ne 'NotStarted' } | Should -Be 'Running', 'Completed'
            $states[[array]::IndexOf($states, 'Running')..($states.Count - 1)] | Should -Not -Contain 'NotStarted'
        }

        It 'is a job' {
            $task = Submit-ProcTask -Pool $pool { 'one'; Write-Error 'two' } -Name 'a job'
            Get-Job -Name 'a job' | Should -Be $task
            $task | Wait-Job | Should -Be $task
            $task.State | Should -Be 'Failed'
            Receive-Job $task -ErrorAction SilentlyContinue | Should -Be 'one'
            Receive-ProcTask $task -ErrorAction SilentlyContinue | Should -Be 'one'
            Remove-Job $task
            Get-Job | Should -Not -Contain $task
            Get-ProcTask | Should -Not -Contain $task
        }

        It 'runs what its caller has: functions, values, classes' {
            function Get-Twice($x) { 2 * $x }
            $n = 4
            Invoke-ProcTask -Pool $pool { Get-Twice $using:n } | Should -Be 8
            $n = 5
            function Get-Twice($x) { 20 * $x }
            Invoke-ProcTask -Pool $pool { Get-Twice $using:n } | Should -Be 100
        }

        It 'is refused where its input can''t travel, and others go on' {
            $tasks = 1, [IO.MemoryStream]::new(), 3 | Submit-ProcTask -Pool $pool { $_ } -ErrorVariable errors -ErrorAction SilentlyContinue
            $errors.FullyQualifiedErrorId | Should -BeLike 'NotSerializable,*'
            $tasks | Receive-ProcTask | Should -Be 1, 3
        }
    }

    Context 'limits' {
        It 'is refused where another thread changes its input meanwhile, by any cmdlet of pools' {
            # Changed amid each enumeration of it, as by another thread.
            class Restless : Collections.Hashtable {
                [Collections.IDictionaryEnumerator] GetEnumerator() {
                    $walk = ([hashtable] $this).GetEnumerator()
                    $this[[guid]::NewGuid()] = 1
                    return $walk
                }
            }
            $table = [Restless]::new()
            $table.first = 1
            $quiet = @{ ErrorVariable = 'refused'; ErrorAction = 'SilentlyContinue' }
            $table, 2 | Submit-ProcTask -Pool $pool { $_ } @quiet | Receive-ProcTask | Should -Be 2
            $refused.FullyQualifiedErrorId | Should -BeLike 'NotSerializable,*'
            $table, 2 | Invoke-ProcTask -Pool $pool { $_ } @quiet | Should -Be 2
            $refused.FullyQualifiedErrorId | Should -BeLike 'NotSerializable,*'
            $table, 2 | Invoke-ProcPool -Pool $pool { $_ } @quiet | Should -Be 2
            $refused.FullyQualifiedErrorId | Should -BeLike 'NotSerializable,*'
            $table, 2 | Invoke-ProcPool -Pool $pool { $_ } -LogPath "$TestDrive/restless" @quiet | Should -Be 2
            $refused.FullyQualifiedErrorId | Should -BeLike 'NotSerializable,*'
        }

        It '-TaskTimeout ends the worker with all below it' {
            $file = "$TestDrive/native"
            $task = Submit-ProcTask -Pool $pool { sh -c "echo `$`$ > $($args[0]); exec sleep 600" } -ArgumentList $file -TaskTimeout 5
            Receive-ProcTask $task -ErrorVariable errors -ErrorAction SilentlyContinue
            $errors.FullyQualifiedErrorId | Should -BeLike 'TaskTimeout,*'
            $task.Status | Should -Be 'Failed'
            $id = @(Wait-Line $file)[0]
            Wait-Until { Test-Gone $id }
        }

        It '-TaskTimeout counts from the task''s own start' {
            $one = New-ProcPool 1
            $first = Submit-ProcTask -Pool $one { Start-Sleep -Seconds 2 }
            $second = Submit-ProcTask -Pool $one { 'quick' } -TaskTimeout 1.5
            Receive-ProcTask $second | Should -Be 'quick'
            Stop-ProcPool $one
        }

        It '-RetryCount tries again, and only the last attempt''s records come' {
            $file = "$TestDrive/tries"
            $block = {
                'x' >> $args[0]
                $count = @(Get-Content $args[0]).Count
                "attempt $count"
                if ($count -eq 1) { throw 'first' } elseif ($count -eq 2) { Stop-Process -Id $PID -Force }
            }
            $task = Submit-ProcTask -Pool $pool $block -ArgumentList $file -RetryCount 3 -RetryDelay 0.05
            Receive-ProcTask $task | Should -Be 'attempt 3'
            $task.Attempts, $task.Status | Should -Be 3, 'Done'
        }

        It '-RetryDelay lets others go first' {
            $one = New-ProcPool 1
            { Submit-ProcTask -Pool $one { } -RetryDelay -1 } | Should -Throw -ErrorId 'RetryDelayOutOfRange,*'
            $task = Submit-ProcTask -Pool $one { throw 1 } -RetryCount 1 -RetryDelay 600
            Invoke-ProcTask -Pool $one { 'other' } | Should -Be 'other'
            $task.Attempts, $task.Status | Should -Be 1, 'Queued'
            Stop-ProcPool $one
        }

        It 'three deaths are the end, and all are told' {
            $task = Submit-ProcTask -Pool $pool { Stop-Process -Id $PID -Force } -RetryCount 9
            Receive-ProcTask $task -ErrorVariable errors -ErrorAction SilentlyContinue
            $task.Attempts, $task.Status | Should -Be 3, 'Lost'
            @([regex]::Matches("$($errors[-1])", 'signal 9')).Count | Should -Be 3
        }

        It '-Priority goes first' {
            $one = New-ProcPool 1
            $go = "$TestDrive/priority"
            $gate = Submit-ProcTask -Pool $one { while (-not (Test-Path $args[0])) { Start-Sleep -Milliseconds 50 } } -ArgumentList $go
            Wait-Until { $gate.Status -eq 'Running' }
            $log = "$TestDrive/order"
            $tasks = @(foreach ($priority in 0, -1, 5) { Submit-ProcTask -Pool $one { $args[0] >> $args[1] } -ArgumentList $priority, $log -Priority $priority })
            Set-Content $go ''
            $null = Wait-ProcTask $tasks
            Get-Content $log | Should -Be 5, 0, -1
            Stop-ProcPool $one
        }
    }

    Context 'finding' {
        It 'by name, id, pool and state' {
            $go = "$TestDrive/find"
            $waits = Submit-ProcTask -Pool $pool { while (-not (Test-Path $args[0])) { Start-Sleep -Milliseconds 50 } } -ArgumentList $go -Name 'find-me'
            Wait-Until { $waits.Status -eq 'Running' }
            Get-ProcTask find-* | Should -Be $waits
            Get-ProcTask $waits.Id | Should -Be $waits
            Get-ProcTask -Pool $pool -Status Running | Should -Be $waits
            Get-ProcTask nobody -ErrorVariable errors -ErrorAction SilentlyContinue
            $errors.FullyQualifiedErrorId | Should -BeLike 'TaskNotFound,*'
            (TabExpansion2 'Wait-ProcTask find' 18).CompletionMatches.CompletionText | Should -Contain 'find-me'
            $line = "Wait-ProcTask -Id $($waits.Id)"
            (TabExpansion2 $line $line.Length).CompletionMatches.ToolTip | Should -Contain 'find-me, Running'
            (TabExpansion2 "Get-ProcTask -Pool $($pool.Name)").CompletionMatches.CompletionText | Should -Contain $pool.Name
            Set-Content $go ''
            $null = Wait-ProcTask find-me
        }

        It '-Any gives the first that is over' {
            $go = "$TestDrive/any"
            $slow = Submit-ProcTask -Pool $pool { while (-not (Test-Path $args[0])) { Start-Sleep -Milliseconds 50 } } -ArgumentList $go
            $quick = Submit-ProcTask -Pool $pool { 1 }
            $slow, $quick | Wait-ProcTask -Any | Should -Be $quick
            @(@() | Wait-ProcTask -Any).Count | Should -Be 0
            Set-Content $go ''
            $null = Wait-ProcTask $slow -Timeout 30
        }
    }
}
