Describe 'What goes along with the block of Invoke-ProcPool' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $PSDefaultParameterValues = @{ 'Invoke-ProcPool:ThrottleLimit' = 1 }
    }

    Context '-Variable' {
        It 'is there by its own name, and gone for the next block' {
            $companion = 7
            $run = 5
            1 | Invoke-ProcPool { "$companion $run $_" } -Variable companion, run | Should -Be '7 5 1'
            1 | Invoke-ProcPool { "<$companion>" } | Should -Be '<>'
        }

        It 'takes patterns, which mean no automatic variables, and dictionaries' {
            $companionOne = 1
            $companionTwo = 2
            1 | Invoke-ProcPool { "$companionOne$companionTwo" } -Variable companion* | Should -Be '12'
            1 | Invoke-ProcPool { $companionOne } -Variable * | Should -Be 1
            1 | Invoke-ProcPool -Parallel { "$a$b" } -Variables @{ a = 3; b = 4 } | Should -Be '34'
        }

        It 'that isn''t there, or is fixed, is an error' {
            { 1 | Invoke-ProcPool { $_ } -Variable nowhere } | Should -Throw "*'`$nowhere'*" -ErrorId 'VariableNotFound,*'
            { 1 | Invoke-ProcPool { $_ } -Variable PID } | Should -Throw '*constant or read-only*' -ErrorId 'VariableFixed,*'
        }

        It 'whose name no session can set is an error, given as text or as a key' {
            $fixed = 1 | Invoke-ProcPool { 'null'; Get-Variable | Where-Object Options -Match 'Constant|ReadOnly' | ForEach-Object Name } -Fresh
            $fixed | Should -Contain 'PID'
            foreach ($name in $fixed) {
                { 1 | Invoke-ProcPool { $_ } -Variable @{ $name = 1 } } | Should -Throw "*'`$$name'*" -ErrorId 'VariableFixed,*'
            }
            { 1 | Invoke-ProcPool { $_ } -Variable null } | Should -Throw -ErrorId 'VariableFixed,*'
            foreach ($name in '', ' ', 'x:y') {
                { 1 | Invoke-ProcPool { $_ } -Variable @{ $name = 1 } } | Should -Throw -ErrorId 'VariableNotFound,*'
                { 1 | Invoke-ProcPool { $_ } -Variable $name } | Should -Throw -ErrorId 'VariableNotFound,*'
            }
        }

        It 'of a scope is its name' {
            $script:scoped = 6
            1 | Invoke-ProcPool { $scoped } -Variable script:scoped | Should -Be 6
        }
    }

    Context '-Function' {
        It 'takes functions that the block does not name so that it could be seen, with what those call' {
            function Get-Inner { 'inner' }
            function Get-Outer { "outer $(Get-Inner)" }
            1 | Invoke-ProcPool { $name = 'Outer'; & "Get-$name" } -Function Get-Outer | Should -Be 'outer inner'
            1 | Invoke-ProcPool { $name = 'Inner'; & "Get-$name" } -Functions Get-* -Fresh | Should -Be 'inner'
        }

        It 'that isn''t there is an error' {
            { 1 | Invoke-ProcPool { $_ } -Function Get-Nowhere } | Should -Throw "*'Get-Nowhere'*" -ErrorId 'FunctionNotFound,*'
        }
    }

    Context 'types of an assembly''s file' {
        BeforeAll {
            foreach ($name in 'OnDisk', 'Gone') {
                Add-Type "namespace $name { public class Foo { public static int N = 3; } }" -OutputAssembly "$TestDrive/$name.dll"
                Add-Type -Path "$TestDrive/$name.dll"
            }
            Remove-Item "$TestDrive/Gone.dll"
        }

        AfterEach {
            Get-ChildProcess | Remove-Job -Force
        }

        It 'come by the file: <Form>' -TestCases @(
            @{ Form = 'in a pool'; Run = { 1 | Invoke-ProcPool { [OnDisk.Foo]::N } -Fresh } }
            @{ Form = 'in a pool''s initialization'; Run = { 1 | Invoke-ProcPool { $n } -InitializationScript { $n = [OnDisk.Foo]::N } } }
            @{ Form = 'in a child'; Run = { Start-ChildProcess { [OnDisk.Foo]::N } | Receive-ChildProcess -Wait } }
            @{ Form = 'as a part of another'; Run = { Start-ChildProcess { [Collections.Generic.List[OnDisk.Foo][]]::new(3).Count } | Receive-ChildProcess -Wait } }
            @{ Form = 'of New-Object'; Run = { Start-ChildProcess { (New-Object OnDisk.Foo).GetType()::N } | Receive-ChildProcess -Wait } }
            @{ Form = 'that a class derives from'; Run = { Start-ChildProcess ([scriptblock]::Create('class Bar : OnDisk.Foo { }; [Bar]::N')) | Receive-ChildProcess -Wait } }
            @{ Form = 'where the child loads it, too'; Run = { Start-ChildProcess { Add-Type -Path $using:TestDrive/OnDisk.dll; [OnDisk.Foo]::N } | Receive-ChildProcess -Wait } }
        ) {
            & $Run | Should -Be 3
        }

        It 'are an error where the file is gone, or another machine may have none' {
            { 1 | Invoke-ProcPool { [Gone.Foo]::N } } | Should -Throw '*Gone.Foo*' -ErrorId 'TypeSourceNotFound,*'
            { New-ChildProcess { [Collections.Generic.List[Gone.Foo]]::new() } } | Should -Throw '*Gone.Foo*' -ErrorId 'TypeSourceNotFound,*'
            { New-ChildProcess { [OnDisk.Foo]::N } -HostName nowhere -ErrorAction Stop } | Should -Throw '*OnDisk.Foo*' -ErrorId 'TypeSourceNotFound,*'
            (New-ChildProcess { [Microsoft.CodeAnalysis.CSharp.LanguageVersion]; [ProcConcurrency.TimeLimitException] } -HostName nowhere).State | Should -Be 'NotStarted'
        }
    }

    It 'constants of a module without a file are there as its other variables' {
        try {
            New-Module -Name InMemory {
                Set-Variable limit 5 -Option ReadOnly
                Set-Variable most 9 -Option Constant
                function Get-Limit { "<$limit $most>" }
                function Test-Engine { "$(${Home}.Length -gt 0) $IsCoreCLR $PID" }
            } | Import-Module
            1 | Invoke-ProcPool { Get-Limit } | Should -Be '<5 9>'
            $there = Start-ChildProcess { Get-Limit; Test-Engine }
            $there | Receive-ChildProcess -Wait | Should -Be '<5 9>', "True True $($there.ProcessId)"
        } finally {
            Get-Module InMemory | Remove-Module
            Get-ChildProcess | Remove-Job -Force
        }
    }

    It 'names are completed' {
        $companionOne = 1
        (TabExpansion2 'Invoke-ProcPool { } -Variable IsLin').CompletionMatches.CompletionText | Should -Contain 'IsLinux'
        (TabExpansion2 'Invoke-ProcPool { } -Function promp').CompletionMatches.CompletionText | Should -Contain 'prompt'
        (TabExpansion2 'Invoke-ProcPool { } -Variable companionO').CompletionMatches.ToolTip | Should -Be '[Int32] $companionOne'
        (TabExpansion2 'Invoke-ProcPool { } -Function promp').CompletionMatches.ToolTip | Should -Be 'of this session'
        (TabExpansion2 'Invoke-ProcPool { } -Module Pest').CompletionMatches.ToolTip | Should -BeLike '*, */Pester.psd1'
    }

    # Beside PowerShell's own modules there may be several versions of Pester.
    It 'modules that were put beside PowerShell''s own come in the caller''s version' {
        $version = "$((Get-Module Pester).Version)"
        1 | Invoke-ProcPool { 1 | Should -Be 1; "$((Get-Module Pester).Version)" } | Should -Be $version
        1 | Invoke-ProcPool { "$((Get-Module Pester).Version)" } -Module Pester | Should -Be $version
    }

    It '-ModuleNames is -Module' {
        1 | Invoke-ProcPool { (Get-Module Microsoft.PowerShell.Archive).Name } -ModuleNames Microsoft.PowerShell.Archive | Should -Be 'Microsoft.PowerShell.Archive'
    }

    Context '-InputObject' {
        It 'given as an array is its elements' {
            Invoke-ProcPool { "$_" } -InputObject 1, 2, 3 | Should -Be '1', '2', '3'
            Invoke-ProcPool { $_.Count } -InputObject @(@(1, 2), @(3, 4, 5)) | Should -Be 2, 3
            Invoke-ProcPool { $_ } -InputObject @() | Should -BeNullOrEmpty
            Invoke-ProcPool { $_.a } -InputObject @{ a = 5 } | Should -Be 5
            Invoke-ProcPool { $_ } -InputObject 'text' | Should -Be 'text'
        }

        It 'that comes by the pipeline is one input each, an array too' {
            , @(1, 2) | Invoke-ProcPool { $_.Count } | Should -Be 2
        }
    }

    It '-BatchSize inputs travel together' {
        $pool = New-ProcPool 1
        $go = "$TestDrive/batch"
        $waits = { while (-not (Test-Path "$using:go$_")) { Start-Sleep -Milliseconds 50 }; $_ }
        # The worker is busy until all are there.
        $null = 0 | Submit-ProcTask -Pool $pool $waits
        Wait-Until { $pool.Running -eq 1 }
        $job = 1..6 | Invoke-ProcPool $waits -Pool $pool -BatchSize 3 -AsJob
        Wait-Until { $pool.Waiting -eq 6 }
        Set-Content "${go}0" ''
        Wait-Until { $pool.Running -eq 1 -and $pool.Finished -eq 1 }
        $pool.Waiting | Should -Be 3
        1..6 | ForEach-Object { Set-Content "$go$_" '' }
        $job | Receive-Job -Wait -AutoRemoveJob | Should -Be (1..6)
        Stop-ProcPool $pool
    }

    It '-MaxTasksPerWorker and -MaxWorkerMemory replace workers between items' {
        $ids = 1..4 | Invoke-ProcPool { $PID } -MaxTasksPerWorker 2 -Fresh
        $ids[0] | Should -Be $ids[1]
        $ids[2] | Should -Be $ids[3]
        $ids[0] | Should -Not -Be $ids[2]
        $seen = [Collections.Generic.HashSet[int]]::new()
        & { while ($seen.Count -lt 2) { 1 } } | Invoke-ProcPool { $PID } -MaxWorkerMemory 32MB -Fresh | ForEach-Object { $seen.Add($_) } | Out-Null
        $seen.Count | Should -BeGreaterOrEqual 2
        $seen.Clear()
        & { while ($seen.Count -lt 3) { 1 } } | Invoke-ProcPool { $PID } -MaxWorkerMemory 32MB -ThrottleLimit 1 | ForEach-Object { $seen.Add($_) } | Out-Null
        $seen.Count | Should -BeGreaterOrEqual 3
        $seen.Clear()
        & { while ($seen.Count -lt 3) { 1 } } | Invoke-ProcPool { $PID } -HostName . -MaxWorkerMemory 32MB -ThrottleLimit 1 | ForEach-Object { $seen.Add($_) } | Out-Null
        $seen.Count | Should -BeGreaterOrEqual 3
        1 | Invoke-ProcPool { $_ } -MaxWorkerMemory '500MB' | Should -Be 1
    }
}

Describe 'Invoke-ProcPool -Pool' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $pool = New-ProcPool 2 -Name Shared -InitializationScript { $base = 100 }
    }

    AfterAll {
        $pool | Stop-ProcPool
    }

    It 'runs on the pool''s workers, call after call' {
        $ids = 1..2 | ForEach-Object { 1..4 | Invoke-ProcPool { $PID } -Pool $pool }
        @($ids | Sort-Object -Unique).Count | Should -BeLessOrEqual 2
        1, 2 | Invoke-ProcPool { $base + $_ } -Pool Shared | Should -Be 101, 102
        $pool.State | Should -Be 'Open'
    }

    It 'takes no more workers than -ThrottleLimit' {
        Wait-Until { @($pool.Workers.State -eq 'Idle').Count -eq 2 }
        $inside = "$TestDrive/inside"
        1..6 | Invoke-ProcPool -Pool $pool -ThrottleLimit 1 -BatchSize 1 {
            if (Test-Path $using:inside) { 'not alone' }
            Set-Content $using:inside ''
            Start-Sleep -Milliseconds 50
            Remove-Item $using:inside
        } | Should -BeNullOrEmpty
    }

    It 'gives back what its -Variable stood for: value, type and description' {
        $own = New-ProcPool 1 -InitializationScript {
            $cfg = 'base'
            [int] $count = 3
            $fixed = 'fixed'
            Set-Variable cfg -Description 'of the pool'
            Set-Variable fixed -Option ReadOnly
        }
        $with = @{ cfg = 'over'; count = 'text'; ErrorActionPreference = 'Stop' }
        1 | Invoke-ProcPool { "$cfg $count $ErrorActionPreference"; $global:cfg = 1 } -Pool $own -Variable $with | Should -Be 'over text Stop'
        1 | Invoke-ProcPool { Remove-Variable cfg -Scope Global } -Pool $own -Variable @{ cfg = 2 }
        { 1 | Invoke-ProcPool { 1 } -Pool $own -Variable @{ fixed = 2 } } | Should -Throw -ErrorId 'VariableNotWritable*'
        $left = 1 | Invoke-ProcPool -Pool $own {
            $global:count = '4'
            "$cfg, $((Get-Variable cfg).Description), $($count.GetType().Name), $ErrorActionPreference, $fixed"
        }
        $left | Should -Be 'base, of the pool, Int32, Continue, fixed'
        $own | Stop-ProcPool
    }

    It 'halts its own items only' {
        { 1..5 | Invoke-ProcPool { Write-Error e } -Pool $pool -HaltOn FirstError -ErrorAction SilentlyContinue } | Should -Throw -ErrorId 'PoolHalted,*'
        1 | Invoke-ProcPool { $_ } -Pool $pool | Should -Be 1
    }

    It 'leaves the pool alone where its pipeline ends early' {
        1..1000 | Invoke-ProcPool { $_ } -Pool $pool | Select-Object -First 2 | Should -Be 1, 2
        Wait-Until { $pool.Running -eq 0 -and $pool.Waiting -eq 0 }
        1 | Invoke-ProcPool { $_ } -Pool $pool | Should -Be 1
    }

    It 'takes nothing that is asked of workers: -<Name>' -TestCases @(
        @{ Name = 'InitializationScript'; Value = { } }
        @{ Name = 'Module'; Value = 'Pester' }
        @{ Name = 'Fresh'; Value = $true }
        @{ Name = 'MaxTasksPerWorker'; Value = 1 }
    ) {
        $with = @{ $Name = $Value }
        { 1 | Invoke-ProcPool { $_ } -Pool $pool @with } | Should -Throw "-Pool and -$Name are given: *" -ErrorId 'WorkerSettingWithPool,*'
    }

    It 'that is closed while it is read does what it has, and no more is read<With>' -TestCases @(
        @{ With = '' }
        @{ With = ', as a job'; IsJob = $true }
    ) {
        $own = New-ProcPool 1
        $read, $seen = [Collections.Generic.List[int]]::new(), [Collections.Generic.List[int]]::new()
        $source = { foreach ($n in 1..1000) { if ($n -eq 4) { Close-ProcPool $own }; $read.Add($n); $n } }
        $run = { & $source | Invoke-ProcPool { Start-Sleep -Milliseconds 50; $_ } -Pool $own -AsJob:($IsJob -eq $true) }
        if ($IsJob) {
            $job = & $run
            $job | Receive-Job -Wait -ErrorVariable failed -ErrorAction SilentlyContinue | ForEach-Object { $seen.Add($_) }
            $failed.FullyQualifiedErrorId | Should -BeLike 'PoolClosed*'
            $job.State | Should -Be 'Failed'
            $job | Remove-Job
        } else {
            { & $run | ForEach-Object { $seen.Add($_) } } | Should -Throw -ErrorId 'PoolClosed,*'
        }
        $seen | Should -Be 1, 2, 3
        $read | Should -Be 1, 2, 3, 4
        Wait-ProcPool $own -ErrorAction Stop
    }

    It 'that was closed is an error' {
        $closed = New-ProcPool 1
        $closed | Close-ProcPool
        { 1 | Invoke-ProcPool { $_ } -Pool $closed } | Should -Throw -ErrorId 'PoolClosed,*'
        $closed | Stop-ProcPool
    }
}
