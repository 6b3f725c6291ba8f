BeforeAll {
    . $PSScriptRoot/common.ps1
    $id = 'ProcConcurrency.Commands.ExportProcTimelineCommand'
    $start = [datetime]::new(2026, 11, 28, 15, 0, 0, [DateTimeKind]::Utc)

    # A record as a pool writes it, of a task that started and ran for so many seconds.
    function New-Record {
        param([int] $Index, [int] $Worker, [double] $At, [double] $Seconds, [string] $Status = 'Done', $Fault, $InputObject, [string] $Computer = 'alpha')

        [pscustomobject]@{
            Index = $Index; InputObject = $InputObject ?? "item $Index"; Output = $null; Error = $Fault; Status = $Status; Attempts = 1; ProcessId = $Worker
            ComputerName = $Computer; Started = $start.AddSeconds($At); Duration = [timespan]::FromSeconds($Seconds); ExitCode = 0
        }
    }

    function New-LogLine {
        param([int] $Index, [int] $Worker, [double] $At, [double] $Seconds, [string] $Status = 'Done', $Fault)

        ConvertTo-Json -Compress ([ordered]@{
            index = $Index; key = "k$Index"; input = "item $Index"; status = $Status; attempt = 1; processId = $Worker; computerName = 'alpha'
            started = $start.AddSeconds($At).ToString('o'); duration = $Seconds; exitCode = [int] ($Status -ne 'Done'); error = $Fault
        })
    }

    # What a page shows.
    function Get-PageData {
        param([string] $Path)

        $null = (Get-Content $Path -Raw) -match '(?s)<script type="application/json" id="data">(.*?)</script>'
        $Matches[1] | ConvertFrom-Json
    }

    $hostile = '</script><img src=x onerror="document.title = 1">{{data}}'
}

Describe 'Export-ProcTimeline' {
    BeforeAll {
        $page = "$TestDrive/page.html"
    }

    It 'makes one file of the records of a pool, which loads nothing' {
        (New-Record 0 11 0 1), (New-Record 1 12 0.5 2 Failed 'no route'), (New-Record 2 11 1 0.25) | Export-ProcTimeline $page | Should -BeNullOrEmpty
        $data = Get-PageData $page
        $data.tasks.index | Should -Be 0, 1, 2
        $data.tasks.input | Should -Be 'item 0', 'item 1', 'item 2'
        $data.tasks.start | Should -Be 0, 500, 1000
        $data.tasks.duration | Should -Be 1000, 2000, 250
        $data.statuses[$data.tasks.status] | Should -Be Done, Failed, Done
        $data.processIds[$data.tasks.worker] | Should -Be 11, 12, 11
        $data.errors | Should -Be 'no route'
        $html = Get-Content $page -Raw
        $html.Contains("default-src 'none'") | Should -BeTrue
        [regex]::Match($html, 'https?:|<link|@import|\ssrc=|url\(').Value | Should -Be ''
    }

    It 'takes an array by name, records from a file, and records that lack what there is nothing to tell of' {
        $records = (New-Record 0 11 0 1), [pscustomobject]@{ Index = 1; Status = 'canceled'; InputObject = $null }
        $records | Export-Clixml "$TestDrive/records.xml"
        Export-ProcTimeline $page -InputObject $records
        $first = Get-PageData $page
        Import-Clixml "$TestDrive/records.xml" | Export-ProcTimeline $page
        $second = Get-PageData $page
        foreach ($data in $first, $second) {
            $data.first | Should -Be ([DateTimeOffset] $start).ToUnixTimeMilliseconds()
            $data.tasks.worker | Should -Be 0, -1
            $data.statuses[$data.tasks.status] | Should -Be Done, Canceled
        }
    }

    It 'counts what ran out of time as failed' {
        New-Record 0 11 0 1 TimedOut 'The task ran longer than 1 s.' | Export-ProcTimeline $page
        $data = Get-PageData $page
        $data.statuses[$data.tasks.status] | Should -Be Failed
        $data.errors | Should -Be 'The task ran longer than 1 s.'
    }

    It 'shows values as a string has them, numbers the same in every culture' {
        $culture = [cultureinfo]::CurrentCulture
        try {
            [cultureinfo]::CurrentCulture = 'de-DE'
            New-Record 0 1 0 1 -InputObject 1.5 | Export-ProcTimeline $page
        } finally {
            [cultureinfo]::CurrentCulture = $culture
        }
        (Get-PageData $page).tasks.input | Should -Be '1.5'
        New-Record 0 1 0 1 -InputObject @{ a = 1 } | Export-ProcTimeline $page
        (Get-PageData $page).tasks.input | Should -Be 'System.Collections.Hashtable'
        New-Record 0 1 0 1 -InputObject ('x' * 299 + "`u{1F600}y") | Export-ProcTimeline $page
        (Get-PageData $page).tasks.input | Should -Be ('x' * 299 + "`u{2026}")
    }

    It 'lets no text out of its place' {
        New-Record 0 11 0 1 Failed $hostile -InputObject $hostile -Computer $hostile | Export-ProcTimeline $page -Title $hostile
        (Get-Content $page -Raw).Contains('<img') | Should -BeFalse
        $data = Get-PageData $page
        $data.tasks.input, $data.errors, $data.computers | Should -Be $hostile, $hostile, $hostile
    }

    It 'says that nothing ran where there is no input' {
        @() | Export-ProcTimeline $page
        (Get-PageData $page).tasks.index | Should -BeNullOrEmpty
    }

    It 'InvalidTimelineRecord: what is no record is an error, and the others are on the page' {
        $faulty = 'text', [pscustomobject]@{ Index = 1; Status = 'Odd' }, [pscustomobject]@{ Index = 'x'; Status = 'Done' }, [pscustomobject]@{ Status = 'Done' }
        @($faulty; New-Record 5 11 0 1) | Export-ProcTimeline $page -ErrorAction SilentlyContinue -ErrorVariable errors
        $errors.FullyQualifiedErrorId | Should -Be (@("InvalidTimelineRecord,$id") * 4)
        $errors[0].TargetObject | Should -Be 'text'
        (Get-PageData $page).tasks.index | Should -Be 5
        "$errors" | Should -BeLike '*its Status is ''Odd''. * its Index is ''x''. * it has no Index. *'
    }

    It 'leaves a page as it is where nothing that was given is a record' {
        Set-Content $page old
        @{ Index = 1 }, [pscustomobject]@{ Index = 1; Status = 'Done'; Duration = 'long' } |
            Export-ProcTimeline $page -PassThru -ErrorAction SilentlyContinue -ErrorVariable errors | Should -BeNullOrEmpty
        $errors[1].Exception.Message | Should -BeLike '*its Duration is ''long''.*'
        Get-Content $page | Should -Be old
        Export-ProcTimeline $page -Pool nowhere -ErrorAction SilentlyContinue
        Export-ProcTimeline $page -Pool nowhere*
        Get-Content $page | Should -Be old
    }

    It 'takes what Invoke-ProcPool -Detailed wrote, as it comes back from <Name>' -TestCases @(
        @{ Name = 'JSON'; Through = { ConvertTo-Json -InputObject $args -Depth 2 -WarningAction Ignore | ConvertFrom-Json } }
        @{ Name = 'CSV'; Through = { $args | Select-Object * -ExcludeProperty Output, Error | ConvertTo-Csv | ConvertFrom-Csv } }
    ) {
        $records = 7, 8 | Invoke-ProcPool -Detailed -ThrottleLimit 1 { if ($_ -eq 8) { throw 'no' } }
        $records += $records[0] | Select-Object * -ExcludeProperty Index, InputObject, Status, ProcessId, Started |
            Select-Object *, @{ n = 'Index'; e = { 2 } }, @{ n = 'InputObject'; e = { 9 } }, @{ n = 'Status'; e = { [ProcConcurrency.Pools.ProcPoolStatus]::Canceled } }, ProcessId, Started
        & $Through @records | Export-ProcTimeline $page
        $data = Get-PageData $page
        $data.tasks.index | Should -Be 0, 1, 2
        $data.tasks.input | Should -Be '7', '8', '9'
        $data.statuses[$data.tasks.status] | Should -Be Done, Failed, Canceled
        $data.tasks.worker | Should -Be 0, 0, -1
        $data.tasks.duration[0..1] | Should -BeGreaterThan 0
    }

    It 'takes tasks that are over, and rows of them' {
        $pool = New-ProcPool 1
        $tasks = 'seven', 'eight' | Submit-ProcTask -Pool $pool { if ($_ -eq 'eight') { throw 'no' } } | Wait-ProcTask
        $running = Submit-ProcTask -Pool $pool { Start-Sleep 600 }
        @($tasks; $running) | Export-ProcTimeline $page -ErrorAction SilentlyContinue -ErrorVariable errors
        $data = Get-PageData $page
        $data.tasks.index | Should -Be $tasks.Id
        $data.tasks.input | Should -Be seven, eight
        $data.statuses[$data.tasks.status] | Should -Be Done, Failed
        $data.processIds[$data.tasks.worker] | Should -Be $tasks.ProcessId
        $data.errors | Should -Be no
        "$errors" | Should -BeLike '*so it is not over.*'
        $tasks | Select-Object Id, Name, Status, ProcessId, Started, Duration | ConvertTo-Json | ConvertFrom-Json | Export-ProcTimeline $page
        $data = Get-PageData $page
        $data.tasks.input | Should -Be $tasks.Name
        $data.statuses[$data.tasks.status] | Should -Be Done, Failed
        Stop-ProcPool $pool
    }

    Context 'of logs' {
        It 'reads what was written, also while it is being written' {
            (New-LogLine 0 11 0 1), (New-LogLine 1 12 0.5 2 Failed 'no route'), '', (New-LogLine 2 11 1 1) | Set-Content "$TestDrive/run.jsonl"
            $writer = [IO.File]::Open("$TestDrive/run.jsonl", 'Append', 'Write', 'Read')
            try {
                Export-ProcTimeline $page -LogPath "$TestDrive/run.jsonl" -WarningVariable warnings
            } finally {
                $writer.Dispose()
            }
            $warnings | Should -BeNullOrEmpty
            $data = Get-PageData $page
            $data.tasks.start | Should -Be 0, 500, 1000
            $data.tasks.duration | Should -Be 1000, 2000, 1000
            $data.errors | Should -Be 'no route'
        }

        It 'passes over the half of a line at the end, with a warning' {
            [IO.File]::WriteAllText("$TestDrive/half.jsonl", "$(New-LogLine 0 11 0 1)`n" + (New-LogLine 1 11 1 1).Substring(0, 60))
            Export-ProcTimeline $page -LogPath "$TestDrive/half.jsonl" -WarningVariable warnings -WarningAction SilentlyContinue
            $warnings.Count | Should -Be 1
            "$warnings" | Should -Match 'last line .+half.jsonl. is incomplete'
            (Get-PageData $page).tasks.index | Should -Be 0
            [IO.File]::WriteAllText("$TestDrive/half.jsonl", (New-LogLine 0 11 0 1))
            Export-ProcTimeline $page -LogPath "$TestDrive/half.jsonl" -WarningVariable warnings
            $warnings | Should -BeNullOrEmpty
            (Get-PageData $page).tasks.index | Should -Be 0
        }

        It 'counts lines that are no records in one warning' {
            $faulty = 'nonsense', '[]', '7', '{}', '{"index":"x","status":"Done"}', '{"index":1,"status":"Odd"}',
                '{"index":1,"status":"Done","duration":1e300}', '{"index":1,"status":"Done","started":"yesterday"}', '{"index":1,"status":"Done","input":"\ud800"}', "`u{FFFD}`0"
            @($faulty; New-LogLine 3 11 0 1) | Set-Content "$TestDrive/faulty.jsonl"
            Export-ProcTimeline $page -LogPath "$TestDrive/faulty.jsonl" -WarningVariable warnings -WarningAction SilentlyContinue
            $warnings.Count | Should -Be 1
            "$warnings" | Should -Match '^10 line.+: 1, 2, 3, 4, 5, \.\.\.'
            (Get-PageData $page).tasks.index | Should -Be 3
        }

        It 'puts several on one page' {
            New-LogLine 0 11 0 1 | Set-Content "$TestDrive/night1.jsonl"
            New-LogLine 1 12 3600 1 | Set-Content "$TestDrive/night2.jsonl"
            New-LogLine 2 13 7200 1 | Set-Content -LiteralPath "$TestDrive/night[3].jsonl"
            Export-ProcTimeline $page -LogPath "$TestDrive/night?.jsonl", "$TestDrive/night[3].jsonl"
            (Get-PageData $page).tasks.index | Should -Be 0, 1, 2
        }

        It 'LogNotFound: there is none' {
            foreach ($path in "$TestDrive/none.jsonl", "$TestDrive/none*.jsonl") {
                { Export-ProcTimeline $page -LogPath $path } | Should -Throw -ErrorId "LogNotFound,$id"
            }
        }
    }

    Context 'and its file' {
        It 'is replaced, but not with -NoClobber' {
            $file = New-Item "$TestDrive/there.html" -Value old
            { New-Record 0 1 0 1 | Export-ProcTimeline $file -NoClobber } | Should -Throw -ErrorId "NoClobber,$id"
            Get-Content $file | Should -Be old
            New-Record 0 1 0 1 | Export-ProcTimeline $file
            Get-Content $file -TotalCount 1 | Should -Be '<!DOCTYPE html>'
            New-Record 0 1 0 1 | Export-ProcTimeline "$TestDrive/new.html" -NoClobber
            "$TestDrive/new.html" | Should -Exist
        }

        It 'is replaced with -Force where it is read-only, and stays so' {
            $file = New-Item "$TestDrive/locked.html" -Value old
            $file.IsReadOnly = $true
            New-Record 0 1 0 1 | Export-ProcTimeline $file -Force
            Get-Content $file -TotalCount 1 | Should -Be '<!DOCTYPE html>'
            (Get-Item $file).IsReadOnly | Should -BeTrue
        }

        It 'is written with -PassThru, and not made with -WhatIf' {
            Push-Location $TestDrive
            try {
                $file = New-Record 0 1 0 1 | Export-ProcTimeline 'a[1].html' -PassThru
                $file | Should -BeOfType ([IO.FileInfo])
                $file.FullName | Should -Be (Join-Path $TestDrive 'a[1].html')
                New-Record 0 1 0 1 | Export-ProcTimeline never.html -PassThru -WhatIf | Should -BeNullOrEmpty
                "$TestDrive/never.html" | Should -Not -Exist
            } finally {
                Pop-Location
            }
        }

        It 'FileOpenFailure and NotInFileSystem: it can''t be written' {
            { New-Record 0 1 0 1 | Export-ProcTimeline "$TestDrive/no/such/folder.html" } | Should -Throw -ErrorId "FileOpenFailure,$id"
            { New-Record 0 1 0 1 | Export-ProcTimeline $TestDrive } | Should -Throw -ErrorId "FileOpenFailure,$id"
            { New-Record 0 1 0 1 | Export-ProcTimeline env:page } | Should -Throw -ErrorId "NotInFileSystem,$id"
        }

        It 'is left as it was when the pipeline is stopped' {
            $file = New-Item "$TestDrive/kept.html" -Value old
            $endless = "while (`$true) { [pscustomobject]@{ Index = 1; Status = 'Done' }; Set-Content '$TestDrive/going' 1 }"
            $shell = New-Shell "& { $endless } | Export-ProcTimeline '$file'"
            try {
                $run = $shell.BeginInvoke()
                Wait-Until { Test-Path "$TestDrive/going" }
                $shell.Stop()
                $run.IsCompleted | Should -BeTrue
                Get-Content $file | Should -Be old
            } finally {
                Remove-Shell $shell
            }
        }

        It 'completes as a path' {
            $null = New-Item "$TestDrive/completed.jsonl"
            foreach ($line in "Export-ProcTimeline $TestDrive/compl", "Export-ProcTimeline x -LogPath $TestDrive/compl") {
                (TabExpansion2 $line).CompletionMatches.ListItemText | Should -Be completed.jsonl
            }
        }
    }

    It 'shows what a pool ran' {
        $pool = New-ProcPool 1
        $null = 1, 2 | Submit-ProcTask -Pool $pool { if ($_ -eq 2) { throw 'no' } } -Name 'on the page' | Wait-ProcTask
        Export-ProcTimeline "$TestDrive/pool.html" -Pool $pool
        Get-Content "$TestDrive/pool.html" -Raw | Should -BeLike '*on the page*'
        $null = 'host7' | Submit-ProcTask -Pool $pool { throw 'no route to it' } | Wait-ProcTask
        'host8' | Invoke-ProcPool { throw 'no way there' } -Pool $pool -ErrorAction SilentlyContinue
        Export-ProcTimeline "$TestDrive/pool.html" -Pool $pool -Force
        $page = Get-Content "$TestDrive/pool.html" -Raw
        'host7', 'no route to it', 'host8', 'no way there' | ForEach-Object { $page | Should -BeLike "*$_*" }
        Export-ProcTimeline "$TestDrive/pool.html" -Pool nobody -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors.FullyQualifiedErrorId | Should -BeLike 'PoolNotFound,*'
        Stop-ProcPool $pool
    }
}
