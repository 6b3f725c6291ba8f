Describe 'The limits of Invoke-ProcPool' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $PSDefaultParameterValues = @{ 'Invoke-ProcPool:ThrottleLimit' = 1 }
        $name = 'ProcConcurrency.Commands.InvokeProcPoolCommand'
    }

    Context '-TaskTimeout' {
        It 'ends a task that is stuck in a native call, with all below it, and the others go on' {
            $file = "$TestDrive/stuck"
            $results = 1..4 | Invoke-ProcPool -TaskTimeout 5 -ArgumentList $file -ErrorVariable errors -ErrorAction SilentlyContinue {
                param($n, $file)
                if ($n -eq 2) { sh -c "echo `$`$ $PID >'$file'; exec sleep 600" }
                $n
            }
            $results | Should -Be 1, 3, 4
            $errors.Count | Should -Be 1
            $errors[0].FullyQualifiedErrorId | Should -Be "TaskTimeout,$name"
            $errors[0].TargetObject | Should -Be 2
            $errors[0].CategoryInfo.Category | Should -Be 'OperationTimeout'
            $below, $worker = -split (Get-Content $file)
            $errors[0].Exception.Message | Should -BeLike "*after 5 seconds*attempt 1 of 1*worker $worker *"
            $errors[0].Exception.ProcessId | Should -Be $worker
            Wait-Until { (Test-Gone $below) -and (Test-Gone $worker) }
        }

        It 'tries again where -RetryCount says so, and writes nothing of the attempt that was repeated' {
            $file = "$TestDrive/again"
            1 | Invoke-ProcPool -TaskTimeout 5 -RetryCount 1 -ArgumentList $file {
                param($n, $file)
                $first = -not (Test-Path $file)
                Set-Content $file ''
                "begun, first: $first"
                if ($first) { Start-Sleep 600 }
            } | Should -Be 'begun, first: False'
        }

        It 'is not used up by a slow step behind the pool' {
            $file = "$TestDrive/written"
            $lengths = 1 | Invoke-ProcPool -TaskTimeout 60 -ArgumentList $file {
                param($n, $file)
                foreach ($i in 1..40) { 'x' * 100KB }
                Set-Content $file ''
            } | ForEach-Object { Wait-Until { Test-Path $file }; $_.Length }
            $lengths | Should -Be (@(100KB) * 40)
        }

        It 'of 0 or -1 is none' {
            1 | Invoke-ProcPool { 'done' } -TaskTimeout 0 -Timeout -1 | Should -Be 'done'
            1 | Invoke-ProcTask { 'done' } -TaskTimeout 0 | Should -Be 'done'
        }
    }

    It 'a worker that is stopped while its initialization runs is lost, and the pool goes on' {
        $first = "$TestDrive/first"
        1 | Invoke-ProcPool { "item $_" } -Fresh -InitializationScript {
            if (-not (Test-Path $using:first)) { Set-Content $using:first ''; kill -TERM $PID; while ($true) { Start-Sleep 1 } }
        } | Should -Be 'item 1'
    }

    Context '-RetryCount' {
        It 'repeats what wrote an error; what the last attempt wrote comes' {
            $file = "$TestDrive/counts"
            $seen = 1, 2 | Invoke-ProcPool -RetryCount 2 -RetryDelay 0.01 -ArgumentList $file {
                param($n, $file)
                Add-Content $file $n
                $attempt = @((Get-Content $file) -eq $n).Count
                "$n.$attempt"
                if ($n -eq 2 -or $attempt -lt 2) { Write-Error "failed $n.$attempt" }
            } 2>&1
            "$seen" | Should -Be '1.2 2.3 failed 2.3'
            Get-Content $file | Sort-Object | Should -Be 1, 1, 2, 2, 2
        }

        It 'waits between two attempts for half of -RetryDelay at least' {
            $log = "$TestDrive/delay.jsonl"
            1 | Invoke-ProcPool { throw 'again' } -RetryCount 1 -RetryDelay 1 -LogPath $log -ErrorAction SilentlyContinue
            $first, $second = Get-Content $log | ConvertFrom-Json
            ($second.started - $first.started).TotalSeconds - $first.duration | Should -BeGreaterThan 0.45
        }

        It 'repeats what killed its worker' {
            $file = "$TestDrive/died"
            1 | Invoke-ProcPool -RetryCount 1 -ArgumentList $file {
                param($n, $file)
                if (-not (Test-Path $file)) { Set-Content $file ''; kill -9 $PID }
                'alive'
            } | Should -Be 'alive'
        }

        It 'says what it was that killed three workers, and does not try again' {
            $file = "$TestDrive/three"
            $results = 1, 2 | Invoke-ProcPool -RetryCount 9 -ArgumentList $file -ErrorVariable errors -ErrorAction SilentlyContinue {
                param($n, $file)
                if ($n -eq 1) { Add-Content $file $PID; exit (10 + @(Get-Content $file).Count) }
                $n
            }
            $results | Should -Be 2
            $ids = Get-Content $file
            $ids.Count | Should -Be 3
            $errors.Count | Should -Be 1
            $errors[0].FullyQualifiedErrorId | Should -Be "WorkerCrashed,$name"
            $errors[0].Exception.ExitCode | Should -Be 13
            $message = $errors[0].Exception.Message
            foreach ($id in $ids) { $message | Should -BeLike "*$id with *" }
            foreach ($code in 11, 12, 13) { $message | Should -Match "\b$code\b" }
            $message | Should -BeLike '*tried 3 times*'
        }

        It 'of what is no count is refused: -<Name> <Value>' -TestCases @(
            @{ Name = 'RetryCount'; Value = -1 }
            @{ Name = 'RetryDelay'; Value = -1 }
            @{ Name = 'BatchSize'; Value = 0 }
            @{ Name = 'TotalCount'; Value = -5 }
            @{ Name = 'MaxTasksPerWorker'; Value = 0 }
            @{ Name = 'MaxWorkerMemory'; Value = 0 }
        ) {
            $with = @{ $Name = $Value }
            { 1 | Invoke-ProcPool { $_ } @with } | Should -Throw "-$Name is *" -ErrorId "${Name}OutOfRange,*"
        }

        It 'MaxWorkerMemoryOutOfRange: bytes where megabytes are meant' {
            { 1 | Invoke-ProcPool { $_ } -MaxWorkerMemory 500 } | Should -Throw '*500 is not, but 500 bytes; give 500MB.' -ErrorId 'MaxWorkerMemoryOutOfRange,*'
            { New-ProcPool 1 -MaxWorkerMemory 500 } | Should -Throw '*500 is not, but 500 bytes; give 500MB.' -ErrorId 'MaxWorkerMemoryOutOfRange,*'
            { New-ProcPool 1 -MaxWorkerMemory 31MB } | Should -Throw '*from 32MB*; 32505856 is not.' -ErrorId 'MaxWorkerMemoryOutOfRange,*'
            { New-ProcPool 1 -MaxWorkerMemory 0 } | Should -Throw '*; 0 is not.' -ErrorId 'MaxWorkerMemoryOutOfRange,*'
        }
    }

    Context '-Timeout' {
        It 'ends what is unfinished, reads no more input, and says how much was done' {
            $read = [ref] 0
            $file = "$TestDrive/all"
            1 | Invoke-ProcPool { 'its worker is there' } | Out-Null
            $results = & { while ($true) { $read.Value++; $read.Value } } | Invoke-ProcPool -TimeoutSeconds 6 -ArgumentList $file `
                -ErrorVariable errors -ErrorAction SilentlyContinue {
                param($n, $file)
                $n
                if ($n -eq 3) { Set-Content $file $PID; Start-Sleep 600 }
            }
            $results | Should -Be 1, 2, 3
            $errors.Count | Should -Be 1
            $errors[0].FullyQualifiedErrorId | Should -Be "WaitTimeout,$name"
            $errors[0].Exception.Message | Should -BeLike '*after 6 seconds, its -Timeout: 2 items were done, 1 were ended*'
            Wait-Until { Test-Gone (Get-Content $file) }
        }

        It 'is no error where all was done in time' {
            1..3 | Invoke-ProcPool { $_ } -Timeout 600 -ErrorAction Stop | Should -Be 1, 2, 3
        }
    }

    Context '-HaltOn' {
        It 'FirstError begins nothing more, lets what runs finish, and reads no more input' {
            $file = "$TestDrive/halt"
            $seen = [Collections.Generic.List[object]]::new()
            $halt = {
                & { $n = 0; while ($true) { ($n++) } } | Invoke-ProcPool -HaltOn FirstError -ThrottleLimit 2 -BatchSize 1 -ArgumentList $file -ErrorAction SilentlyContinue {
                    param($n, $file)
                    if ($n -eq 0) { while (-not (Test-Path $file)) { Start-Sleep -Milliseconds 50 }; Start-Sleep -Milliseconds 100; 'finished' }
                    else { Set-Content $file ''; Write-Error "failed $n" }
                } | ForEach-Object { $seen.Add($_) }
            }
            $halt | Should -Throw '* items failed, so that the run was ended (-HaltOn FirstError)*' -ErrorId 'PoolHalted,*'
            $seen | Should -Be 'finished'
        }

        It 'with -HaltNow ends what runs, too' {
            $file = "$TestDrive/now"
            $halt = {
                Invoke-ProcPool -InputObject (0..9) -HaltOn 1 -HaltNow -ThrottleLimit 2 -BatchSize 1 -ArgumentList $file -ErrorAction SilentlyContinue {
                    param($n, $file)
                    if ($n -eq 0) { Set-Content $file $PID; Start-Sleep 600 }
                    while (-not (Test-Path $file)) { Start-Sleep -Milliseconds 50 }
                    Write-Error "failed $n"
                }
            }
            $halt | Should -Throw '1 of 1 items failed*8 that waited were not run, 1 were ended*' -ErrorId 'PoolHalted,*'
            Wait-Until { Test-Gone (Get-Content $file) }
        }

        It 'begins none of those that a worker has behind the one that failed' {
            $file = "$TestDrive/begun"
            {
                1..300 | Invoke-ProcPool -HaltOn FirstError -ThrottleLimit 1 -BatchSize 100 -ArgumentList $file -ErrorAction SilentlyContinue {
                    param($n, $file)
                    [IO.File]::AppendAllText($file, "$n`n")
                    if ($n -eq 150) { Write-Error 'bad' }
                }
            } | Should -Throw '1 of 150 items failed*' -ErrorId 'PoolHalted,*'
            Get-Content $file | Should -Be (1..150)
        }

        It 'sends those again that a worker gave back, where too few failed' {
            $results = 1..30 | Invoke-ProcPool { if ($_ -in 3, 4, 17) { throw "e$_" } else { $_ } } -HaltOn 4 -ThrottleLimit 1 -BatchSize 10 -ErrorAction SilentlyContinue
            $results | Should -Be (1..30 | Where-Object { $_ -notin 3, 4, 17 })
        }

        It '<Limit> ends after <Begun> of ten that all fail' -TestCases @(
            @{ Limit = 2; Begun = 2 }
            @{ Limit = '3'; Begun = 3 }
            @{ Limit = '40%'; Begun = 4 }
        ) {
            $errors = @()
            try {
                Invoke-ProcPool { Write-Error "e$_" } -InputObject (1..10) -HaltOn $Limit -BatchSize 1 -ErrorVariable errors -ErrorAction SilentlyContinue
            } catch { $caught = $_ }
            $caught.FullyQualifiedErrorId | Should -BeLike 'PoolHalted,*'
            $caught.Exception.Message | Should -BeLike "$Begun of $Begun items failed*$(10 - $Begun) that waited were not run*"
            @($errors | Where-Object { "$_" -match '^e\d+$' }).Count | Should -Be $Begun
        }

        It 'is told as such where more workers than can start at once are about to' {
            { 1..100 | Invoke-ProcPool -Fresh -ThrottleLimit 32 -HaltOn FirstError { throw 'x' } -ErrorAction SilentlyContinue } | Should -Throw -ErrorId 'PoolHalted,*'
        }

        It 'a share of an unknown total counts from three failures on' {
            { 1..10 | Invoke-ProcPool { Write-Error "e$_" } -HaltOn 1% -BatchSize 1 -ErrorAction SilentlyContinue } | Should -Throw '3 of 3 items failed*'
        }

        It 'a share is of -TotalCount, where that is given' {
            { 1..10 | Invoke-ProcPool { Write-Error "e$_" } -HaltOn 40% -TotalCount 10 -BatchSize 1 -ErrorAction SilentlyContinue } | Should -Throw '4 of 4 items failed*'
        }

        It 'Never, and too few failures, end nothing' {
            $results = 1..5 | Invoke-ProcPool { if ($_ -le 2) { Write-Error e } else { $_ } } -HaltOn 3 -ErrorAction SilentlyContinue
            $results | Should -Be 3, 4, 5
            1, 2 | Invoke-ProcPool { throw } -HaltOn Never -ErrorAction SilentlyContinue
        }

        It 'counts inputs that can''t be sent' {
            $file = [IO.File]::OpenRead('/dev/null')
            try {
                { $file, 1, 2 | Invoke-ProcPool { $_ } -HaltOn FirstError -ErrorAction SilentlyContinue } | Should -Throw '1 of *' -ErrorId 'PoolHalted,*'
            } finally { $file.Dispose() }
        }

        It 'says what it takes: <Value>' -TestCases @(@{ Value = '0' }, @{ Value = '120%' }, @{ Value = 'Sometimes' }, @{ Value = -3 }) {
            { 1 | Invoke-ProcPool { $_ } -HaltOn $Value } | Should -Throw "*'$Value' is no limit of failures: give Never, FirstError, a number*"
        }

        It 'is completed' {
            (TabExpansion2 'Invoke-ProcPool { } -HaltOn F').CompletionMatches.CompletionText | Should -Contain 'FirstError'
        }
    }

    It 'of memory, which the workers'' environment may set, end the item that reaches them, and no other' {
        $results = 1..3 | Invoke-ProcPool -Environment @{ DOTNET_GCHeapHardLimit = '0x8000000' } -ErrorVariable errors -ErrorAction SilentlyContinue {
            if ($_ -eq 2) {
                $ErrorActionPreference = 'Stop'
                $kept = [Collections.Generic.List[byte[]]]::new()
                while ($true) { $kept.Add([byte[]]::new(1MB)) }
            }
            $_
        }
        $results | Should -Be 1, 3
        $errors.TargetObject | Should -Be 2
        # An error like any other, or where .NET gives up, the worker's death. Where no memory is left for the exception itself, .NET throws
        # one that was made before, and PowerShell fails to note something in it: "Instance is read-only."
        "$($errors[0].FullyQualifiedErrorId) $($errors[0])" | Should -Match '^(System\.)?OutOfMemoryException|^System\.InvalidOperationException Instance is read-only\.$|^WorkerCrashed,'
    }

    It 'of a pool that can start no worker any more are told, also where a result is being taken meanwhile<With>' -TestCases @(
        @{ With = ''; Detailed = $false }, @{ With = ' with -Detailed'; Detailed = $true }
    ) {
        $files = @{ First = "$TestDrive/first$Detailed"; Go = "$TestDrive/go$Detailed"; Refused = "$TestDrive/refused$Detailed" }
        # The first worker is recycled after its item, which ends once a record of it is taken; no other can be set up.
        $setUp = {
            if (-not (Test-Path $using:files.First)) { Set-Content $using:files.First x; return }
            while (-not (Test-Path $using:files.Go)) { Start-Sleep -Milliseconds 20 }
            Add-Content $using:files.Refused $PID
            throw 'no more'
        }
        $taken = [Collections.ArrayList]::new()
        {
            1, 2 | Invoke-ProcPool -ThrottleLimit 1 -MaxTasksPerWorker 1 -InitializationScript $setUp -Detailed:$Detailed {
                if ($_ -eq 1 -and -not $using:Detailed) { 1; while (-not (Test-Path $using:files.Go)) { Start-Sleep -Milliseconds 20 } } else { $_ }
            } | ForEach-Object {
                if (-not $taken.Count) {
                    Set-Content $files.Go x
                    Wait-Until { @(Get-Content $files.Refused -ErrorAction Ignore).Count -ge 3 } -TimeoutSeconds 60
                    Get-Content $files.Refused | ForEach-Object { $id = [int] $_; Wait-Until { Test-Gone $id } }
                }
                $null = $taken.Add($_)
            }
        } | Should -Throw '*no more*'
        if ($Detailed) { "$($taken[1].Status) $($taken[1].Error)" | Should -BeLike 'Failed *no more*' }
    }

    It 'are none for an item that waits for a lock, under which a later one writes much' {
        $lock, $isHeld = (New-ProcLock), (New-ProcEvent)
        $results = 1, 2 | Invoke-ProcPool -ThrottleLimit 2 -BatchSize 1 -TaskTimeout 120 {
            if ($_ -eq 1) {
                $null = Wait-ProcEvent $using:isHeld
                Use-ProcLock $using:lock { 'first' }
            } else {
                Use-ProcLock $using:lock { Set-ProcEvent $using:isHeld; foreach ($i in 1..5) { , [byte[]]::new(16MB) } }
            }
        }
        $results | Should -HaveCount 6
        $results[0] | Should -Be 'first'
        $results[1..5] | ForEach-Object Length | Select-Object -Unique | Should -Be 16MB
    }

    It 'are none for what comes behind an item that takes long' {
        # The first goes on when the last is there.
        1..2000 | Invoke-ProcPool -ThrottleLimit 2 -TaskTimeout 60 -ArgumentList "$TestDrive/last" {
            param($n, $last)
            if ($n -eq 2000) { Set-Content $last here }
            while ($n -eq 1 -and -not (Test-Path $last)) { Start-Sleep -Milliseconds 50 }
            $n
        } | Should -Be (1..2000)
    }
}
