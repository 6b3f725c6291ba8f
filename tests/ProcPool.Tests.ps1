Describe 'Invoke-ProcPool' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
    }

    Context 'results' {
        It 'come in the order of the input' {
            1..500 | Invoke-ProcPool { if ($_ % 50 -eq 1) { Start-Sleep -Milliseconds 30 }; $_ * 2 } |
                Should -Be (1..500 | ForEach-Object { $_ * 2 })
        }

        It 'come as they are ready with -Unordered, and all of them' {
            $go = "$TestDrive/unordered"
            $results = 1..20 | Invoke-ProcPool -Unordered -ThrottleLimit 2 -ArgumentList $go {
                param($n, $go)
                # The first waits for the third; before that one runs, the second is done, its result on the way.
                if ($n -eq 1) { while (-not (Test-Path $go)) { Start-Sleep -Milliseconds 50 } } elseif ($n -ge 3) { Set-Content $go '' }
                $n
            }
            $results[0] | Should -Not -Be 1
            $results | Sort-Object | Should -Be (1..20)
        }

        It 'are none for no input' {
            @() | Invoke-ProcPool { 1 } | Should -BeNullOrEmpty
        }

        It 'may be many or none for one input' {
            1..4 | Invoke-ProcPool { if ($_ % 2) { foreach ($i in 1..$_) { "$_$i" } } } | Should -Be '11', '31', '32', '33'
        }

        It 'keep null, arrays and objects as items' {
            $null, @(1, 2), @{ a = 1 } | Invoke-ProcPool { if ($null -eq $_) { 'null' } elseif ($_ -is [array]) { "array $($_.Count)" } else { "table $($_.a)" } } |
                Should -Be 'null', 'array 2', 'table 1'
        }

        It 'stream while one item still writes' {
            $first = 1 | Invoke-ProcPool { $i = 0; while ($true) { $i++; $i } } | Select-Object -First 3
            $first | Should -Be 1, 2, 3
        }
    }

    Context 'values' {
        It 'go in as property bags where they have no other form' {
            $ids = Get-Process -Id $PID, 1 | Invoke-ProcPool { $_.Id }
            $ids | Sort-Object | Should -Be (1, $PID | Sort-Object)
            $Host, (Get-Module Pester | Select-Object -First 1), $ExecutionContext.SessionState.Drive.Get('Env'), (Get-Variable ExecutionContext) |
                Invoke-ProcPool { @($_.pstypenames)[0] } | Should -BeLike 'Deserialized.*'
        }

        It 'keep their text' {
            $kept = 1 | Invoke-ProcPool { ('ab' | Select-String a), [Tuple]::Create(1, 2), (Get-Location), (Get-Item /) }
            foreach ($value in $kept) { "$value", [string]$value, ('{0}' -f $value) | Should -Be (@($value.ToString()) * 3) }
            $kept | ForEach-Object { [string]$_ } | Should -Be 'ab', '(1, 2)', "$PWD", '/'
            $kept | Invoke-ProcPool { "$_" } | Should -Be 'ab', '(1, 2)', "$PWD", '/'
        }

        It 'arrive as what they were' {
            $sent = [dateonly]'2024-05-06', [timeonly]'12:34', [half]1.5, [int128]7, [uint128]9, [semver]'1.2.3-a', [cultureinfo]'de-DE',
                [mailaddress]'a@b.c', [ipaddress]'::1', [Net.IPNetwork]'10.0.0.0/30'
            $back = $sent | Invoke-ProcPool { $_ }
            $back | Should -Be $sent
            $back.ForEach('GetType') | Should -Be $sent.ForEach('GetType')
        }

        It 'are items of a drive with mode, user, group and size: <_>' -Skip:$IsWindows -ForEach '/etc/passwd', '/etc' {
            $there = Get-Item $_
            $here = $there | Invoke-ProcPool { $_ }
            foreach ($name in 'UnixMode', 'User', 'Group', 'Size', 'FullName', 'Length') { $here.$name | Should -Be $there.$name }
        }

        It 'are an empty credential, drives, and XML with a document type' {
            $xml = [xml]'<!DOCTYPE p [<!ELEMENT p ANY>]><p>2</p>'
            $back = [pscredential]::Empty, (Get-PSDrive -PSProvider FileSystem | Select-Object -First 1), $xml | Invoke-ProcPool { $_ }
            $back.Count | Should -Be 3
            $back[2].DocumentElement.InnerText | Should -Be '2'
        }

        It 'are what Format-Table and its like write' {
            $text = 1..4 | Invoke-ProcPool {
                [pscustomobject]@{ alpha = "a$_" } | Format-Table
                "text$_"
                [pscustomobject]@{ beta = "b$_" } | Format-List
                "c$_" | Format-Wide
                [pscustomobject]@{ delta = "d$_" } | Format-Custom
            } -Unordered | Out-String
            foreach ($n in 1..4) { foreach ($part in "a$n", "text$n", "b$n", "c$n", "d$n") { $text | Should -Match $part } }
            $text | Should -Match 'alpha\s+-----\s+a\d'
        }

        It 'are a table whose item did not come to its end' {
            $text = 1..3 | Invoke-ProcPool {
                $n = $_
                & { "a$n"; if ($n -eq 2) { throw 'no more' } } | Select-Object @{ n = 'alpha'; e = { $_ } } | Format-Table
            } -ErrorAction SilentlyContinue -ThrottleLimit 1 | Out-String
            foreach ($n in 1..3) { $text | Should -Match "a$n" }
        }
    }

    Context 'errors' {
        It 'name their input and keep id, category and position' {
            1..5 | Invoke-ProcPool { if ($_ -eq 3) { Write-Error 'three' -ErrorId Three -Category InvalidData } else { $_ } } -ErrorVariable errors -ErrorAction SilentlyContinue |
                Should -Be 1, 2, 4, 5
            $errors.Count | Should -Be 1
            $errors[0].TargetObject | Should -Be 3
            $errors[0].FullyQualifiedErrorId | Should -Be 'Three'
            $errors[0].CategoryInfo.Category | Should -Be 'InvalidData'
            $errors[0].InvocationInfo.ScriptName | Should -Be $PSCommandPath
            $errors[0].InvocationInfo.Line | Should -BeLike "*Write-Error 'three'*"
        }

        It 'written by the block itself have its lines, each its own' {
            1 | Invoke-ProcPool -ErrorVariable errors -ErrorAction SilentlyContinue {
                Write-Error 'first'
                if ($_) {
                    Write-Error 'second'
                }
            }
            $errors.InvocationInfo.ScriptName | Should -Be $PSCommandPath, $PSCommandPath
            $errors.InvocationInfo.Line.Trim() | Should -Be "Write-Error 'first'", "Write-Error 'second'"
            $errors[1].InvocationInfo.ScriptLineNumber | Should -Be ($errors[0].InvocationInfo.ScriptLineNumber + 2)
            $errors[0].InvocationInfo.PositionMessage | Should -BeLike "At $($PSCommandPath):*Write-Error 'first'*~~~*"
        }

        It 'of a block without a file have its text' {
            $block = [scriptblock]::Create("`n`nWrite-Error 'typed'")
            1 | Invoke-ProcPool $block -ErrorVariable errors -ErrorAction SilentlyContinue
            $errors[0].InvocationInfo.ScriptName | Should -BeNullOrEmpty
            $errors[0].InvocationInfo.Line | Should -Be "Write-Error 'typed'"
            $errors[0].InvocationInfo.ScriptLineNumber | Should -Be 3
        }

        It 'keep the caller''s file and line' {
            1..2 | Invoke-ProcPool { [int]::Parse("x$_") } -ErrorVariable errors -ErrorAction SilentlyContinue
            $errors.Count | Should -Be 2
            $errors[1].FullyQualifiedErrorId | Should -Be 'FormatException'
            $errors[1].InvocationInfo.ScriptName | Should -Be $PSCommandPath
            $errors[1].InvocationInfo.Line | Should -BeLike '*[[]int[]]::Parse*'
        }

        It 'thrown by one item leave the others alone' {
            1..200 | Invoke-ProcPool { if ($_ % 20 -eq 0) { throw "bad $_" }; $_ } -ErrorVariable errors -ErrorAction SilentlyContinue |
                Should -Be (1..200 | Where-Object { $_ % 20 })
            $errors.Count | Should -Be 10
            "$($errors[0])" | Should -Be 'bad 20'
            $errors.TargetObject | Should -Be 20, 40, 60, 80, 100, 120, 140, 160, 180, 200
        }

        It 'are told where a block throws what a stop throws' {
            $results = 1..3 | Invoke-ProcPool { if ($_ -eq 2) { throw [Management.Automation.PipelineStoppedException]::new() }; $_ } -ErrorVariable errors -ErrorAction SilentlyContinue
            $results | Should -Be 1, 3
            $errors.FullyQualifiedErrorId, $errors.TargetObject | Should -Be PipelineStopped, 2
            $process = Start-ChildProcess { 1; throw [Management.Automation.PipelineStoppedException]::new() } | Wait-ChildProcess -ErrorAction SilentlyContinue
            $process.State, $process.ExitCode | Should -Be Failed, 1
        }

        It 'end the pipeline with -ErrorAction Stop' {
            { 1..1000 | Invoke-ProcPool { if ($_ -eq 5) { throw 'stop' }; $_ } -ErrorAction Stop } | Should -Throw 'stop'
        }

        It 'in the initialization end it with that error' {
            { 1..3 | Invoke-ProcPool { $_ } -InitializationScript { throw 'not ready' } } | Should -Throw 'not ready'
        }

        It 'exit in the initialization ends it with the code' {
            { 1..3 | Invoke-ProcPool { $_ } -InitializationScript { exit 3 } } |
                Should -Throw '*exit code 3*' -ErrorId 'WorkerStartFailed,ProcConcurrency.Commands.InvokeProcPoolCommand'
        }

        It 'break and continue end one item' {
            1..4 | Invoke-ProcPool { if ($_ -eq 2) { break }; if ($_ -eq 3) { continue }; $_ } -ThrottleLimit 1 | Should -Be 1, 4
        }
    }

    Context 'workers that die' {
        It 'fail the item they were at, and no other' {
            $results = 1..60 | Invoke-ProcPool { if ($_ -in 7, 33) { & kill -KILL $PID; Start-Sleep 60 }; $_ } -ErrorVariable errors -ErrorAction SilentlyContinue
            $results | Should -Be (1..60 | Where-Object { $_ -notin 7, 33 })
            $errors.Count | Should -Be 2
            $errors.TargetObject | Should -Be 7, 33
            $errors[0].FullyQualifiedErrorId | Should -Be 'WorkerCrashed,ProcConcurrency.Commands.InvokeProcPoolCommand'
            $errors[0].Exception.ExitCode | Should -Be -9
        }

        It 'are replaced' {
            $ids = 1..6 | Invoke-ProcPool { if ($_ -eq 3) { exit 1 }; $PID } -ThrottleLimit 1 -ErrorAction SilentlyContinue
            $ids.Count | Should -Be 5
            @($ids[0, 1] | Sort-Object -Unique).Count | Should -Be 1
            @($ids[2..4] | Sort-Object -Unique).Count | Should -Be 1
            $ids[2] | Should -Not -Be $ids[1]
        }

        It 'by exit are told with the code' {
            1..3 | Invoke-ProcPool { if ($_ -eq 2) { exit 5 }; $_ } -ErrorVariable errors -ErrorAction SilentlyContinue | Should -Be 1, 3
            $errors[0].Exception.ExitCode | Should -Be 5
        }

        It 'have written all that they wrote before' {
            foreach ($block in { 'out'; Write-Error 'why'; exit 7 }, { $null = Register-EngineEvent PowerShell.Exiting -Action { Write-Error 'why' }; 'out'; exit 7 }) {
                1 | Invoke-ProcPool $block -ThrottleLimit 1 -ErrorVariable errors -ErrorAction SilentlyContinue | Should -Be 'out'
                "$($errors[0])" | Should -Be 'why'
                $errors[1].Exception.ExitCode | Should -Be 7
            }
        }

        It 'run no finished item twice' {
            1..200 | Invoke-ProcPool { Add-Content "$using:TestDrive/once-$_" x; if ($_ % 40 -eq 0) { & kill -KILL $PID; Start-Sleep 60 } } -ErrorAction SilentlyContinue
            foreach ($i in 1..200) { Get-Content "$TestDrive/once-$i" | Should -Be x }
        }
    }

    Context 'stopping' {
        It 'Select-Object -First ends endless input and leaves no worker' {
            $found = & { $i = 0; while ($true) { (++$i) } } | Invoke-ProcPool { $_; $PID } | Select-Object -First 6
            $found[0, 2, 4] | Should -Be 1, 2, 3
            foreach ($id in $found[1, 3, 5]) { Wait-Until { Test-Gone $id } }
        }

        It 'a stop ends the workers, though the pipeline''s thread hangs in a call that nothing ends' {
            $shell = New-Shell '1 | Invoke-ProcPool { $PID; Start-Sleep 600 } | ForEach-Object { $worker.Add($_); $null = $gate.WaitOne() }'
            $worker = [Collections.Concurrent.ConcurrentBag[int]]::new()
            $gate = [Threading.ManualResetEvent]::new($false)
            try {
                $shell.Runspace.SessionStateProxy.SetVariable('worker', $worker)
                $shell.Runspace.SessionStateProxy.SetVariable('gate', $gate)
                $running = $shell.BeginInvoke()
                Wait-Until { $worker.Count -eq 1 }
                $stopping = $shell.BeginStop($null, $null)
                Wait-Until { Test-Gone @($worker)[0] }
                $running.IsCompleted | Should -BeFalse
            } finally {
                $null = $gate.Set()
                $null = $stopping ? $shell.EndStop($stopping) : $shell.Stop()
                Remove-Shell $shell
                $gate.Dispose()
            }
        }

        It 'kills workers that are stuck' {
            $id = 1..2 | Invoke-ProcPool { $PID; & sleep 1000 } | Select-Object -First 1
            Wait-Until { Test-Gone $id }
        }
    }

    Context 'a task that ends' {
        It 'leaves no lock and no place held: the next tasks can have them, and it is warned' {
            $lock = New-ProcLock -Name printer
            $places = New-ProcSemaphore 1
            $results = 1..3 | Invoke-ProcPool -ThrottleLimit 1 -WarningVariable warnings -WarningAction SilentlyContinue {
                Enter-ProcLock printer -Timeout 30 -WarningAction SilentlyContinue
                $seat = $using:places
                if ($_ -eq 1) { $null = $seat.TryEnter([timespan]::Zero, $true, [Threading.CancellationToken]::None) }
                if ($_ -eq 2) { throw 'before it leaves' }
                $_
            } -ErrorAction SilentlyContinue
            $results | Should -Be 1, 3
            @($warnings -like '*printer*still held when the task ended*').Count | Should -Be 3
            @($warnings -like '*semaphore*came back*').Count | Should -Be 1
            $lock.IsHeld | Should -BeFalse
            $places.CurrentCount | Should -Be 1
            $lock.TryEnter() | Should -BeTrue
            $lock.AbandonedBy.IsTask | Should -BeTrue
            $lock.Exit()
        }

        It 'that left everything is warned of nothing' {
            $lock = New-ProcLock
            1..2 | Invoke-ProcPool -ThrottleLimit 1 { Use-ProcLock $using:lock { 'in' } } -WarningVariable warnings | Should -Be 'in', 'in'
            $warnings | Should -BeNullOrEmpty
        }
    }

    Context 'bad input' {
        BeforeAll {
            $pool = 'ProcConcurrency.Commands.InvokeProcPoolCommand'
        }

        It 'ThrottleLimitOutOfRange: <_>' -TestCases 0, -1, 5000 {
            { 1 | Invoke-ProcPool { $_ } -ThrottleLimit $_ } | Should -Throw -ErrorId "ThrottleLimitOutOfRange,$pool"
        }

        It 'all errors that Start-ChildProcess knows, before a worker starts' {
            { 1 | Invoke-ProcPool { $_ } -EnginePath /no/such/pwsh } | Should -Throw -ErrorId "EngineNotFound,$pool"
            { 1 | Invoke-ProcPool { $_ } -WorkingDirectory /no/such/folder } | Should -Throw -ErrorId "WorkingDirectoryNotFound,$pool"
            { 1 | Invoke-ProcPool { $_ } -Module NoSuchModule } | Should -Throw -ErrorId "ModuleNotFound,$pool"
            { 1 | Invoke-ProcPool { $_ } -Environment @{ 'A=B' = 1 } } | Should -Throw -ErrorId "InvalidEnvironment,$pool"
            { 1 | Invoke-ProcPool { $using:noSuchVariable } } | Should -Throw -ErrorId "UsingVariableNotFound,$pool"
            { 1 | Invoke-ProcPool { $_ } -ArgumentList ([IO.MemoryStream]::new()) } | Should -Throw -ErrorId "NotSerializable,$pool"
        }

        It 'NotSerializable: an item bound to this process is an error of its own' {
            $stream = [IO.MemoryStream]::new()
            1, $stream, 3 | Invoke-ProcPool { $_ } -ErrorVariable errors -ErrorAction SilentlyContinue | Should -Be 1, 3
            $errors[0].FullyQualifiedErrorId | Should -Be "NotSerializable,$pool"
            $errors[0].TargetObject | Should -Be $stream

            # Bags of these say which they are.
            $here = [runspace]::DefaultRunspace
            $here | Invoke-ProcPool { "$($_.Id) $($_.Name)" } | Should -Be "$($here.Id) $($here.Name)"
            { Invoke-ProcTask { } -ArgumentList 1, $stream -ErrorAction Stop } | Should -Throw 'ArgumentList`[1`] is a *' -ErrorId 'NotSerializable,*'
            { Invoke-ProcTask { } -Parameters @{ To = $stream } -ErrorAction Stop } | Should -Throw 'Parameters.To is a *' -ErrorId 'NotSerializable,*'
        }

        It 'ValueNotReadable: an item that can''t be made there is an error of its own' {
            $culture = [cultureinfo]'de-DE'
            $without = @{ DOTNET_SYSTEM_GLOBALIZATION_INVARIANT = '1' }
            1, $culture, 3 | Invoke-ProcPool { $_ } -ThrottleLimit 1 -Environment $without -ErrorVariable errors -ErrorAction SilentlyContinue | Should -Be 1, 3
            "$($errors[0].FullyQualifiedErrorId),$pool" | Should -BeLike 'ValueNotReadable,*'
            $errors[0].TargetObject | Should -Be $culture

            # As an argument it ends the child, and a queue keeps it for who can read it.
            $queue = New-ProcQueue
            $child = Start-ChildProcess { 'never' } -ArgumentList 1, $culture -Environment $without
            $child | Receive-ChildProcess -Wait -ErrorVariable errors -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
            "$($errors[0].FullyQualifiedErrorId),child" | Should -BeLike 'ValueNotReadable,*'
            $errors[0].Exception.Message | Should -BeLike 'ArgumentList:*'
            $child.ExitCode | Should -Be 1
            $child.JobStateInfo.Reason.Message | Should -BeLike 'ArgumentList:*'
            1, $culture | Send-ProcQueue $queue
            Start-ChildProcess { Receive-ProcQueue $using:queue -Count 2 -NoWait } -Environment $without |
                Receive-ChildProcess -Wait -ErrorVariable errors -ErrorAction SilentlyContinue | Should -Be 1
            $errors[0].FullyQualifiedErrorId | Should -BeLike 'ValueNotReadable,*'
            $queue.Count | Should -Be 1
        }

        It 'ValueNotReadable: an argument that can''t be made there' {
            $with = @{ Environment = @{ DOTNET_SYSTEM_GLOBALIZATION_INVARIANT = '1' }; ErrorAction = 'Stop' }
            $culture = [cultureinfo]'de-DE'
            { 1 | Invoke-ProcPool { 1 } -ArgumentList $culture @with } | Should -Throw 'ArgumentList:*' -ErrorId 'ValueNotReadable*'
            { 1 | Invoke-ProcPool { 1 } -InitializationArgumentList $culture @with } | Should -Throw 'InitializationArgumentList:*' -ErrorId 'ValueNotReadable*'
        }

        It 'WorkerStartFailed: an engine that dies at once' {
            Set-Content "$TestDrive/pwsh" '#!/bin/sh', 'echo broken engine >&2', 'exit 9'
            & chmod +x "$TestDrive/pwsh"
            { 1 | Invoke-ProcPool { $_ } -EnginePath "$TestDrive/pwsh" } | Should -Throw '*broken engine*' -ErrorId "WorkerStartFailed,$pool"
        }
    }
}
