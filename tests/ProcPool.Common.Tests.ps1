Describe 'The common parameters of Invoke-ProcPool' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        # Where workers race nothing, one does.
        $PSDefaultParameterValues = @{ 'Invoke-ProcPool:ThrottleLimit' = 1 }
    }

    It 'take warnings, information, verbose and debug records' {
        1, 2 | Invoke-ProcPool { Write-Warning "w$_"; Write-Information "i$_"; Write-Verbose "v$_" -Verbose; $_ } -ThrottleLimit 2 -OutVariable out `
            -WarningVariable warnings -WarningAction SilentlyContinue -InformationVariable informations -Verbose 4>&1 | Out-Null
        "$warnings" | Should -Be 'w1 w2'
        "$informations" | Should -Be 'i1 i2'
        "$out" | Should -BeLike '*1*2*'
    }

    It 'what workers write past the streams is information, the last of it too' {
        1 | Invoke-ProcPool { [Console]::Out.WriteLine('direct') } -InformationVariable lines -InformationAction SilentlyContinue
        "$lines" | Should -Be 'direct'
        $lines[0].Tags | Should -Contain 'StandardOutput'
        $seen = 1..20 | Invoke-ProcPool { [Console]::Error.WriteLine("line $_"); $_ } -ThrottleLimit 2 6>&1
        @($seen | Where-Object { $_ -is [int] }) | Should -Be (1..20)
        @($seen | Where-Object { "$_" -like 'line *' }).Count | Should -Be 20
    }

    It '-OutVariable takes all output, and adds to it with +' {
        1..3 | Invoke-ProcPool { $_ } -OutVariable out | Out-Null
        $out | Should -Be 1, 2, 3
        4 | Invoke-ProcPool { $_ } -OutVariable +out | Out-Null
        $out | Should -Be 1, 2, 3, 4
    }

    It '-OutBuffer and -ProgressAction are taken' {
        1..5 | Invoke-ProcPool { $_ } -OutBuffer 2 -ProgressAction Ignore | Should -Be (1..5)
    }

    It '-PipelineVariable works' {
        1, 2 | Invoke-ProcPool { $_ * 10 } -PipelineVariable result | ForEach-Object { "$result" } | Should -Be '10', '20'
    }

    It '-<Stream>Action <Action> shows <Shown>' -TestCases @(
        @{ Stream = 'Warning'; Action = 'Continue'; Shown = 'w1 w2' }
        @{ Stream = 'Warning'; Action = 'SilentlyContinue'; Shown = '' }
        @{ Stream = 'Information'; Action = 'Continue'; Shown = 'i1 i2' }
        @{ Stream = 'Information'; Action = 'Ignore'; Shown = '' }
        @{ Stream = 'Error'; Action = 'Continue'; Shown = 'e1 e2' }
        @{ Stream = 'Error'; Action = 'Ignore'; Shown = '' }
    ) {
        $with = @{ "${Stream}Action" = $Action }
        $seen = 1, 2 | Invoke-ProcPool { & "Write-$using:Stream" "$("$using:Stream".Substring(0, 1).ToLower())$_" } @with *>&1
        "$seen" | Should -Be $Shown
    }

    It 'shows the verbose and debug records that a block asks to be shown, and no others' {
        $block = { Write-Verbose "v$_" -Verbose; Write-Debug "d$_" -Debug; Write-Verbose no; Write-Debug no }
        "$(1, 2 | Invoke-ProcPool $block *>&1)" | Should -Be 'v1 d1 v2 d2'
        "$(1, 2 | Invoke-ProcPool $block -Verbose -Debug *>&1)" | Should -Be 'v1 d1 v2 d2'
        "$(1, 2 | Invoke-ProcPool $block -Verbose:$false -Debug:$false *>&1)" | Should -BeNullOrEmpty
        Start-ChildProcess { Write-Verbose v -Verbose; Write-Debug d -Debug } | Receive-ChildProcess -Wait *>&1 | Should -Be 'v', 'd'
        Get-ChildProcess | Remove-Job
    }

    It 'a native command''s standard error is on the error stream, and no error: <Where>, <Preference>' -TestCases @(
        @{ Where = 'of a pool'; Preference = 'Stop'; Run = { param($block) 1 | Invoke-ProcPool $block } }
        @{ Where = 'of a pool'; Preference = 'Continue'; Run = { param($block) 1 | Invoke-ProcPool $block } }
        @{ Where = 'of a child'; Preference = 'Stop'; Run = { param($block) Start-ChildProcess $block | Receive-ChildProcess -Wait } }
        @{ Where = 'of a child'; Preference = 'Continue'; Run = { param($block) Start-ChildProcess $block | Receive-ChildProcess -Wait } }
    ) {
        $Error.Clear()
        $seen = & { $ErrorActionPreference = $Preference; & $Run { sh -c 'echo one >&2; echo two >&2; echo out' } } 2>&1
        $Error.Count | Should -Be 0
        $seen | Sort-Object { "$_" } | Should -Be 'one', 'out', 'two'
        @($seen | Where-Object { $_ -is [Management.Automation.ErrorRecord] }).Count | Should -Be 2
        Get-ChildProcess | Remove-Job
    }

    It 'a native command that fails is an error where $PSNativeCommandUseErrorActionPreference says so' {
        $seen = 1, 2 | Invoke-ProcPool {
            $PSNativeCommandUseErrorActionPreference = $true
            if ($_ -eq 2) { $ErrorActionPreference = 'Stop' }
            sh -c 'exit 3'
            "after $_"
        } 2>&1
        $seen.Count | Should -Be 3
        $seen[0, 2].FullyQualifiedErrorId | Should -Be 'ProgramExitedWithNonZeroCode', 'ProgramExitedWithNonZeroCode'
        $seen[1] | Should -Be 'after 1'
    }

    It 'the caller''s preference variables count as the parameters do' {
        $seen = & { $WarningPreference = 'SilentlyContinue'; $InformationPreference = 'Continue'; 1 | Invoke-ProcPool { Write-Warning w; Write-Information i } } *>&1
        "$seen" | Should -Be 'i'
        { & { $ErrorActionPreference = 'Stop'; 1..9 | Invoke-ProcPool { Write-Error "e$_" } } } | Should -Throw 'e1'
    }

    It '-WarningAction Stop ends the pipeline at the first warning' {
        $seen = [Collections.Generic.List[object]]::new()
        { 1..100 | Invoke-ProcPool { if ($_ -eq 3) { Write-Warning 'enough' }; $_ } -ThrottleLimit 2 -WarningAction Stop | ForEach-Object { $seen.Add($_) } } | Should -Throw '*enough*'
        $seen | Should -Be 1, 2
    }

    It '-ErrorAction Stop ends it with the first error in the input''s order' {
        $seen = [Collections.Generic.List[object]]::new()
        { 1..100 | Invoke-ProcPool { if ($_ -in 3, 4) { Write-Error "bad $_" }; $_ } -ThrottleLimit 2 -ErrorAction Stop | ForEach-Object { $seen.Add($_) } } | Should -Throw 'bad 3'
        $seen | Should -Be 1, 2
    }

    It '-ErrorVariable and $Error hold the same records' {
        $Error.Clear()
        1..3 | Invoke-ProcPool { Write-Error "e$_" } -ThrottleLimit 2 -ErrorVariable errors -ErrorAction SilentlyContinue
        "$errors" | Should -Be 'e1 e2 e3'
        "$($Error[2]) $($Error[0])" | Should -Be 'e1 e3'
        1 | Invoke-ProcPool { Write-Error 'quiet' } -ErrorVariable +errors -ErrorAction Ignore
        $Error[0].Exception.Message | Should -Be 'e3'
    }
}

Describe 'The look-ahead of Invoke-ProcPool' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
    }

    It 'is bounded where workers are slow' {
        $read = [ref] 0
        & { while ($true) { $read.Value++; $read.Value } } | Invoke-ProcPool { if ($_ -gt 1) { Start-Sleep 600 }; $_ } -ThrottleLimit 2 | Select-Object -First 1 | Should -Be 1
        $read.Value | Should -BeLessThan 20
    }

    It 'is bounded where the consumer is slow, in items and in bytes<With>' -TestCases @(
        @{ With = ''; Unordered = $false }
        @{ With = ', with -Unordered'; Unordered = $true }
    ) {
        $folder = "$TestDrive/slow-$Unordered"
        New-Item $folder -ItemType Directory | Out-Null
        $state = @{ Read = 0; Taken = 0; Ahead = 0; Run = 0 }

        # Both workers have come up before either goes on: what waits for the turn of one that is late is no debt of the other.
        $up = New-ProcBarrier 2
        & { while ($true) { $state.Read++; $state.Read } } | Invoke-ProcPool -Unordered:$Unordered -ThrottleLimit 2 {
            if ($_ -le 2) { $null = ($using:up).Wait(60) }
            New-Item "$using:folder/$_" | Out-Null
            , [byte[]]::new(1MB)
        } | ForEach-Object {
            if ($state.Taken++ -eq 0) {
                # Nothing is taken while this waits, until the workers have come to rest.
                Wait-Until {
                    $before = $state.Run
                    $state.Run = @(Get-ChildItem $folder).Count
                    Start-Sleep -Milliseconds 200
                    $state.Run -gt 2 -and $state.Run -eq $before
                }
            }

            $state.Ahead = [Math]::Max($state.Ahead, $state.Read - $state.Taken)
            $state.Taken
        } | Select-Object -First 200 | Out-Null
        $state.Taken | Should -Be 200
        $state.Run | Should -BeLessThan 60
        $state.Ahead | Should -BeLessThan 1000
    }

    It 'is bounded within an item, too: its worker waits where nobody takes what it writes' {
        $written = New-ProcValue 0
        $state = @{ Taken = 0; Written = 0 }
        1 | Invoke-ProcPool { foreach ($i in 1..200) { , [byte[]]::new(1MB); $null = ($using:written).Increment() } } | ForEach-Object {
            if ($state.Taken++ -eq 0) {
                Wait-Until {
                    $before = $state.Written
                    $state.Written = $written.Value
                    Start-Sleep -Milliseconds 200
                    $state.Written -gt 0 -and $state.Written -eq $before
                }
            }
        }
        $state.Taken | Should -Be 200
        $state.Written | Should -BeLessThan 20
        $written.Value | Should -Be 200
    }
}

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
    while (-not (Test-Path "$drive/input")) { Start-Sleep -Milliseconds 50; 0 }
    11..12
} | Invoke-ProcPool -ThrottleLimit 2 {
    if ($_ -eq 3) { Write-Error 'three' }
    if ($_ -ge 11) { while (-not (Test-Path "$using:drive/rest")) { Start-Sleep -Milliseconds 50 } }
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

    It 'tells the share while the input is coming, where its count is known: by <Way>' -TestCases @(
        @{ Way = '-TotalCount'; Begin = '1..40 | ForEach-Object { Start-Sleep -Milliseconds 50; $_ } | Invoke-ProcPool -TotalCount 40' }
        @{ Way = '-InputObject'; Begin = 'Invoke-ProcPool -InputObject (1..40)' }
    ) {
        $run = Start-Shell "$Begin -ThrottleLimit 1 { if (`$_ -eq 40) { while (-not (Test-Path `"`$using:drive/last`")) { Start-Sleep -Milliseconds 50 } }; `$_ }"
        Wait-Until { @(Get-Bar $run).Count -gt 0 }
        $first = @(Get-Bar $run)[0]
        Set-Go 'last'
        @(Complete-Shell $run).Count | Should -Be 40
        $first.StatusDescription | Should -Match '^\d+ of 40 done'
        $first.PercentComplete | Should -BeGreaterOrEqual 0
    }

    It 'has the workers'' own below it' {
        $run = Start-Shell @'
1..2 | Invoke-ProcPool -ThrottleLimit 2 {
    while (-not (Test-Path "$using:drive/go")) { Start-Sleep -Milliseconds 50 }
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
        $run = Start-Shell "1..9 | Invoke-ProcPool -ThrottleLimit 1 { while (-not (Test-Path `"`$using:drive/go`")) { Start-Sleep -Milliseconds 50 }; $Block } $Pool"
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
