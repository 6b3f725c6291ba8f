Describe 'Invoke-ProcPool -Detailed' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $PSDefaultParameterValues = @{ 'Invoke-ProcPool:ThrottleLimit' = 1 }
    }

    It 'writes a record an item, and no errors' {
        $begin = Get-Date
        $errors = @()
        $records = 1..4 | Invoke-ProcPool -Detailed -TaskTimeout 20 -ErrorVariable errors {
            switch ($_) {
                1 { 'a', 'b'; $PID }
                2 { 'part'; Write-Error 'bad 2' }
                3 { exit 7 }
                4 { }
            }
        }
        $errors | Should -BeNullOrEmpty
        $records.Count | Should -Be 4
        $records | ForEach-Object { $_ | Should -BeOfType ([ProcConcurrency.Pools.ProcPoolResult]) }
        $records.Index | Should -Be 0, 1, 2, 3
        $records.InputObject | Should -Be 1, 2, 3, 4
        $records.Status | Should -Be 'Done', 'Failed', 'Lost', 'Done'
        $records.ExitCode | Should -Be 0, 1, 7, 0
        $records.Attempts | Should -Be 1, 1, 1, 1
        $records[0].Output | Should -Be 'a', 'b', $records[0].ProcessId
        $records[1].Output | Should -Be 'part'
        "$($records[1].Error)" | Should -Be 'bad 2'
        $records[1].Error[0].TargetObject | Should -Be 2
        $records[2].Error[0].FullyQualifiedErrorId | Should -Be 'WorkerCrashed'
        $records[3].Output.Count | Should -Be 0
        $records[3].Error.Count | Should -Be 0
        foreach ($record in $records) {
            $record.ComputerName | Should -Be ([Environment]::MachineName)
            $record.Started | Should -BeGreaterThan $begin.AddSeconds(-1)
            $record.Started | Should -BeLessThan (Get-Date).AddSeconds(1)
            $record.Duration | Should -BeOfType ([timespan])
        }
    }

    It 'leaves an error of Pester''s its own target, as without -Detailed' {
        $record = 1 | Invoke-ProcPool -Detailed { $_ | Should -Be 2 }
        1 | Invoke-ProcPool { Set-ItResult -Skipped } -ErrorAction SilentlyContinue -ErrorVariable errors
        $record.Error.FullyQualifiedErrorId, $errors.FullyQualifiedErrorId | Should -Be PesterAssertionFailed, PesterTestSkipped
        $record.Error.TargetObject.LineText | Should -BeLike '*Should -Be 2*'
        $errors.TargetObject.LineText | Should -BeLike '*Set-ItResult*'
    }

    It 'writes the other streams as ever' {
        $seen = 1 | Invoke-ProcPool { Write-Warning 'w'; Write-Information 'i'; 'o' } -Detailed -WarningVariable warnings -InformationVariable informations 3>$null
        "$warnings $informations $($seen.Output)" | Should -Be 'w i o'
    }

    It 'counts attempts and tells a time limit' {
        $record = 1 | Invoke-ProcPool { 'begun'; Start-Sleep 600 } -Detailed -TaskTimeout 3 -RetryCount 1
        $record.Status | Should -Be 'TimedOut'
        $record.Attempts | Should -Be 2
        $record.ExitCode | Should -BeNullOrEmpty
        $record.Output | Should -Be 'begun'
        $record.Error[0].FullyQualifiedErrorId | Should -Be 'TaskTimeout'
        $record.Error[0].Exception.Message | Should -BeLike '*attempt 2 of 2*'
    }

    It 'has records of items that were called off, and of inputs that can''t be sent, in their order' {
        $records = [Collections.Generic.List[object]]::new()
        $file = [IO.File]::OpenRead('/dev/null')
        try {
            # The last input has been read when the one before it fails.
            { & { 1; $file; 2; 3; Set-Content "$TestDrive/read" '' } | Invoke-ProcPool {
                if ($_ -eq 2) { while (-not (Test-Path "$using:TestDrive/read")) { Start-Sleep -Milliseconds 20 }; Write-Error 'bad' }
            } -Detailed -BatchSize 1 -HaltOn 2 -LogPath "$TestDrive/off.jsonl" | ForEach-Object { $records.Add($_) } } |
                Should -Throw -ErrorId 'PoolHalted,*'
        } finally { $file.Dispose() }
        $records.Index | Should -Be 0, 1, 2, 3
        $records.Status | Should -Be 'Done', 'Failed', 'Failed', 'Canceled'
        $records[1].Error[0].FullyQualifiedErrorId | Should -Be 'NotSerializable'
        $records[3].ProcessId | Should -BeNullOrEmpty
        $records[3].Started | Should -BeNullOrEmpty
        $records[3].Attempts | Should -Be 0

        # What has not begun was on no machine.
        $here = [Environment]::MachineName
        $records.ComputerName | Should -Be $here, $null, $here, $null
        $log = Get-Content "$TestDrive/off.jsonl" | ConvertFrom-Json | Sort-Object index
        $log.computerName | Should -Be $here, $null, $here
    }

    It 'shows a table that fits 80 columns' {
        $records = 'a long name of an input that nobody can show whole', 2 | Invoke-ProcPool { if ($_ -eq 2) { Write-Error 'bad thing' } else { 'fine' } } -Detailed
        $lines = ($records | Out-String -Width 80) -split "`n" | ForEach-Object { $_ -replace '\e\[[\d;]*m' }
        "$lines" | Should -Match 'Index\s+InputObject\s+Status\s+Attempts\s+ProcessId\s+Duration'
        "$lines" | Should -Match '\b1 2\s+Failed\s+1\b'
        ($lines | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual 80
    }

    It 'shows custom objects among several' {
        $records = 1 | Invoke-ProcPool { [pscustomobject]@{ A = 1 }; [pscustomobject]@{ A = 2 } } -Detailed
        $records | Out-String -Width 120 | Should -Match '@\{A=1\} @\{A=2\}'
    }

    It 'feeds Export-ProcTimeline' {
        $path = "$TestDrive/timeline.html"
        1..3 | Invoke-ProcPool { $_ } -Detailed | Export-ProcTimeline $path
        $path | Should -Exist
    }
}
