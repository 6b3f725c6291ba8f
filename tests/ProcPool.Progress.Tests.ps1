Describe 'The progress of Invoke-ProcPool' {
    BeforeAll {
        . $PSScriptRoot/common.ps1

        # Each test runs its pool in a runspace of its own, and sees there what is shown.
        function Start-Shell([string] $Script) {
            $shell = New-Shell "`$drive = '$TestDrive'`n$Script"
            @{ Shell = $shell; Running = $shell.BeginInvoke() }
        }

        # The records that the pool itself has shown so far.
        function Get-Bar($Run) {
            $records = $Run.Shell.Streams.Progress
            for ($i = 0; $i -lt $records.Count; $i++) {
                if ($records[$i].Activity -eq 'Invoke-ProcPool') { $records[$i] }
            }
        }

        function Complete-Shell($Run) {
            $Run.Shell.EndInvoke($Run.Running)
        }

        function Set-Go([string] $Name) {
            New-Item "$TestDrive/$Name" | Out-Null
        }
    }

    AfterEach {
        if ($run) {
            $run.Shell.Stop()
            Remove-Shell $run.Shell
        }

        Remove-Item "$TestDrive/*"
    }

    It 'tells count and workers while the input is coming, and share, rate, failures and time left after it' {
        $run = Start-Shell @'
& {
    1..10
    while (-not (Test-Path "$drive/input")) { Start-Sleep -Milliseconds 20; 0 }
    11..12
} | Invoke-ProcPool -ThrottleLimit 2 {
    if ($_ -eq 3) { Write-Error 'three' }
    if ($_ -ge 11) { while (-not (Test-Path "$using:drive/rest")) { Start-Sleep -Milliseconds 20 } }
    $_
}
'@
        Wait-Until { @(Get-Bar $run | Where-Object StatusDescription -Match '^\d\d+ done').Count -gt 0 }
        $early = @(Get-Bar $run)
        Set-Go 'input'
        Wait-Until { @(Get-Bar $run | Where-Object StatusDescription -Match ' of ').Count -gt 0 }
        Wait-Until { @(Get-Bar $run)[-1].StatusDescription -match '^(?<done>[\d,.]+) of (?<all>[\d,.]+) done' -and [int] ($Matches.all -replace '\D') - [int] ($Matches.done -replace '\D') -eq 2 }
        $late = @(Get-Bar $run)[-1]
        Set-Go 'rest'
        @(Complete-Shell $run | Where-Object { $_ }).Count | Should -Be 12

        foreach ($record in $early) {
            $record.StatusDescription | Should -Match '^[\d,.]+ done, [\d,.]+ a second(, 1 failed)?, [12] workers$'
            $record.PercentComplete | Should -Be -1
            $record.SecondsRemaining | Should -Be -1
        }

        $late.StatusDescription | Should -Match '^[\d,.]+ of [\d,.]+ done, [\d,.]+ a second, 1 failed, 2 workers$'
        $late.StatusDescription | Should -Not -Match ', 0.0 a second'
        $late.PercentComplete | Should -BeGreaterThan 0
        $late.PercentComplete | Should -BeLessThan 100
        $late.SecondsRemaining | Should -BeGreaterOrEqual 0
        $late.RecordType | Should -Be 'Processing'
        @(Get-Bar $run)[-1].RecordType | Should -Be 'Completed'
    }

    It 'has the workers'' own below it' {
        $run = Start-Shell @'
1..2 | Invoke-ProcPool -ThrottleLimit 2 {
    while (-not (Test-Path "$using:drive/go")) { Start-Sleep -Milliseconds 20 }
    Write-Progress -Activity "inner $_" -Status 'half' -Id 7 -PercentComplete 50
}
'@
        Wait-Until { @(Get-Bar $run).Count -gt 0 }
        Set-Go 'go'
        Complete-Shell $run
        $inner = @($run.Shell.Streams.Progress | Where-Object Activity -Like 'inner*')
        $inner.Activity | Should -Be 'inner 1', 'inner 2'
        foreach ($record in $inner) {
            $record.ParentActivityId | Should -Be @(Get-Bar $run)[0].ActivityId
            $record.ActivityId | Should -Not -Be $record.ParentActivityId
            $record.StatusDescription | Should -Be 'half'
            $record.PercentComplete | Should -Be 50
        }
    }

    It 'goes when the pipeline ends early: <Name>' -TestCases @(
        @{ Name = 'Select-Object has enough'; Pool = '| Select-Object -First 1'; Block = '$_' }
        @{ Name = 'an error stops it'; Pool = '-ErrorAction Stop'; Block = 'throw "now"' }
    ) {
        $run = Start-Shell "1..9 | Invoke-ProcPool -ThrottleLimit 1 { while (-not (Test-Path `"`$using:drive/go`")) { Start-Sleep -Milliseconds 20 }; $Block } $Pool"
        Wait-Until { @(Get-Bar $run).Count -gt 0 }
        Set-Go 'go'
        try {
            Complete-Shell $run
        } catch {
            $_.Exception.InnerException.Message | Should -BeLike '*now*'
        }

        @(Get-Bar $run)[-1].RecordType | Should -Be 'Completed'
    }
}
