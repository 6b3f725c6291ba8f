Describe 'Invoke-ProcPool -AsJob' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $PSDefaultParameterValues = @{ 'Invoke-ProcPool:ThrottleLimit' = 1 }
    }

    AfterEach {
        Get-Job | Remove-Job -Force
    }

    It 'returns a job that has all streams' {
        $job = 1, 2 | Invoke-ProcPool -AsJob { "o$_"; Write-Warning "w$_"; Write-Error "e$_"; Write-Information "i$_" }
        $job | Should -BeOfType ([Management.Automation.Job])
        $job.PSJobTypeName | Should -Be 'ProcPool'
        $job | Wait-Job | Should -Be $job
        $job.State | Should -Be 'Completed'
        $job.ChildJobs.Count | Should -Be 1
        $job.ChildJobs[0].Output | Should -Be 'o1', 'o2'
        $job.HasMoreData | Should -BeTrue
        $seen = $job | Receive-Job -WarningVariable warnings -ErrorVariable errors -InformationVariable informations 2>$null 3>$null 6>$null
        $seen | Should -Be 'o1', 'o2'
        "$warnings $errors $informations" | Should -Be 'w1 w2 e1 e2 i1 i2'
        $errors[0].TargetObject | Should -Be 1
        $job.HasMoreData | Should -BeFalse
    }

    It 'goes on while the session does something else, and is found by Get-Job' {
        $go = "$TestDrive/go"
        $job = 1..3 | Invoke-ProcPool -AsJob { while (-not (Test-Path $using:go)) { Start-Sleep -Milliseconds 50 }; $_ }
        $job.State | Should -Be 'Running'
        Get-Job -Id $job.Id | Should -Be $job
        Get-Job -Name $job.Name | Should -Be $job
        Get-Job -State Running | Should -Contain $job
        Set-Content $go ''
        $job | Receive-Job -Wait -AutoRemoveJob | Should -Be 1, 2, 3
        Get-Job -Id $job.Id -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'Stop-Job ends its processes' {
        $file = "$TestDrive/busy"
        $job = 1..3 | Invoke-ProcPool -AsJob { Set-Content $using:file $PID; Start-Sleep 600 }
        Wait-Until { Test-Path $file }
        $id = Wait-Line $file
        $job | Stop-Job
        $job.State | Should -Be 'Stopped'
        Test-Gone $id | Should -BeTrue
    }

    It 'Remove-Job -Force does, too' {
        $file = "$TestDrive/removed"
        $job = 1 | Invoke-ProcPool -AsJob { Set-Content $using:file $PID; Start-Sleep 600 }
        $id = Wait-Line $file
        $job | Remove-Job -Force
        Test-Gone $id | Should -BeTrue
        Get-Job | Should -Not -Contain $job
    }

    It 'fails with the reason where the run does' {
        $job = Invoke-ProcPool -AsJob { Write-Error "e$_" } -InputObject (1..5) -HaltOn FirstError
        $job | Wait-Job | Out-Null
        $job.State | Should -Be 'Failed'
        $job.JobStateInfo.Reason.Message | Should -BeLike '1 of 1 items failed*4 that waited were not run*'
        $job | Receive-Job -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors.FullyQualifiedErrorId | Should -Contain 'PoolHalted'

        $job = 1 | Invoke-ProcPool -AsJob { $_ } -InitializationScript { throw 'not today' }
        $job | Wait-Job | Out-Null
        $job.State | Should -Be 'Failed'
        $job.JobStateInfo.Reason.Message | Should -Be 'not today'
    }

    It 'works with -Detailed, -Timeout, -LogPath and -Pool' {
        $pool = New-ProcPool 1
        $null = Invoke-ProcTask -Pool $pool { 'its worker is there' }
        $log = "$TestDrive/job.jsonl"
        $job = 1..3 | Invoke-ProcPool -AsJob { if ($_ -eq 3) { Start-Sleep 600 }; $_ } -Detailed -Timeout 6 -LogPath $log -Pool $pool
        $records = $job | Receive-Job -Wait -ErrorAction SilentlyContinue
        $records.Status | Should -Be 'Done', 'Done', 'Canceled'
        $job.State | Should -Be 'Completed'
        (Get-Content $log | ConvertFrom-Json).status | Should -Be 'Done', 'Done', 'Canceled'
        1 | Invoke-ProcPool { $_ } -Pool $pool | Should -Be 1
        $pool | Stop-ProcPool
    }

    It 'says which item''s results are lost, where the file that held them was damaged, and has the others' {
        $go = "$TestDrive/damage"
        $job = 1..3 | Invoke-ProcPool -AsJob -ThrottleLimit 2 -BatchSize 1 {
            switch ($_) {
                1 { while (-not (Test-Path $using:go)) { Start-Sleep -Milliseconds 50 }; 'first' }
                2 { foreach ($i in 1..50) { , [byte[]]::new(1MB) } }
                3 { 'third'; Set-Content "$($using:go).written" '' }
            }
        }
        Wait-Until { Test-Path "$go.written" }
        $file = Get-ChildItem /proc/self/fd | Where-Object { $_.LinkTarget -like '*proc-results*' } | Select-Object -Last 1
        # The last of it may be on its way.
        $size = [pscustomobject]@{ Last = -1 }
        Wait-Until { $was = $size.Last; $size.Last = stat -L -c %s "/proc/$PID/fd/$($file.Name)"; Start-Sleep -Milliseconds 300; $size.Last -eq $was }
        truncate -s 1000 "/proc/$PID/fd/$($file.Name)"
        $null = New-Item $go
        $seen = $job | Receive-Job -Wait -ErrorVariable failed -ErrorAction SilentlyContinue | Where-Object { $_ -is [string] }
        $seen | Should -Be 'first', 'third'
        $failed.Count | Should -Be 1
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'ResultsLost*'
        $failed[0].TargetObject | Should -Be 2
        $job.State | Should -Be 'Completed'
    }

    It 'is shown as other jobs are' {
        $job = 1 | Invoke-ProcPool -AsJob { $_ }
        "$($job | Out-String)" | Should -Match "$($job.Id)\s+$($job.Name)\s+(Running|Completed)"
    }
    It 'stands in one table with children, tasks and jobs of other kinds, whichever comes first' {
        $pool = New-ProcPool 1
        $jobs = @(
            1 | Invoke-ProcPool -AsJob { $_ } -Pool $pool
            Start-ChildProcess { 1 }
            Submit-ProcTask -Pool $pool { 1 }
            Start-ThreadJob { 1 }
        )
        $null = $jobs | Wait-Job
        foreach ($first in 0..3) {
            $table = @($jobs[$first]) + $jobs | Out-String -Width 200
            $table | Should -Not -Match '(?m)^Id +:'
            $jobs | ForEach-Object { $table | Should -Match "(?m)^ *$($_.Id) .*(Complet|Done)" }
        }

        # And nothing of ours changes how theirs are shown.
        "$($jobs[3] | Out-String)" | Should -Match 'PSJobTypeName.*\n.*\n.*ThreadJob'
        $jobs | Remove-Job
        $pool | Stop-ProcPool
    }
}
