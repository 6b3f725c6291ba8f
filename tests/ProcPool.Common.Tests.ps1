Describe 'The common parameters of Invoke-ProcPool' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
    }

    It 'take warnings, information, verbose and debug records' {
        1, 2 | Invoke-ProcPool { Write-Warning "w$_"; Write-Information "i$_"; Write-Verbose "v$_" -Verbose; $_ } -OutVariable out `
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

    It '-Verbose and -Debug show what the blocks write there, and without them nothing is shown' {
        $block = { Write-Verbose "v$_" -Verbose; Write-Debug "d$_" -Debug }
        "$(1, 2 | Invoke-ProcPool $block -Verbose -Debug *>&1)" | Should -Be 'v1 d1 v2 d2'
        1, 2 | Invoke-ProcPool $block *>&1 | Should -BeNullOrEmpty
    }

    It 'the caller''s preference variables count as the parameters do' {
        $seen = & { $WarningPreference = 'SilentlyContinue'; $InformationPreference = 'Continue'; 1 | Invoke-ProcPool { Write-Warning w; Write-Information i } } *>&1
        "$seen" | Should -Be 'i'
        { & { $ErrorActionPreference = 'Stop'; 1..9 | Invoke-ProcPool { Write-Error "e$_" } } } | Should -Throw 'e1'
    }

    It '-WarningAction Stop ends the pipeline at the first warning' {
        $seen = [Collections.Generic.List[object]]::new()
        { 1..100 | Invoke-ProcPool { if ($_ -eq 3) { Write-Warning 'enough' }; $_ } -WarningAction Stop | ForEach-Object { $seen.Add($_) } } | Should -Throw '*enough*'
        $seen | Should -Be 1, 2
    }

    It '-ErrorAction Stop ends it with the first error in the input''s order' {
        $seen = [Collections.Generic.List[object]]::new()
        { 1..100 | Invoke-ProcPool { if ($_ -in 3, 4) { Write-Error "bad $_" }; $_ } -ErrorAction Stop | ForEach-Object { $seen.Add($_) } } | Should -Throw 'bad 3'
        $seen | Should -Be 1, 2
    }

    It '-ErrorVariable and $Error hold the same records' {
        $Error.Clear()
        1..3 | Invoke-ProcPool { Write-Error "e$_" } -ErrorVariable errors -ErrorAction SilentlyContinue
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
        & { while ($true) { $state.Read++; $state.Read } } | Invoke-ProcPool -Unordered:$Unordered -ThrottleLimit 2 {
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
}
