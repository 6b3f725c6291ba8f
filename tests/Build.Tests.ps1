# build.ps1, .ci/run and the bench. The SDK that they call is a script here that writes down what it was asked for, and
# nothing is installed.
Describe 'The repository''s scripts' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $root = Split-Path $PSScriptRoot
        $path = $env:PATH
        $null = New-Item "$TestDrive/bin", "$TestDrive/house/tests" -ItemType Directory
        Set-Content "$TestDrive/bin/dotnet" @'
#!/bin/sh
if [ "$1" = --list-sdks ]; then echo '10.0.100 [/sdk]'; exit 0; fi
echo "$*" >> "$STUB_LOG"
if [ "$1" = build ]; then exit "${STUB_BUILD:-0}"; fi
if [ -n "$STUB_SAYS" ]; then printf '%s\n' "$STUB_SAYS"; fi
exit "${STUB_CODE:-0}"
'@
        foreach ($installer in 'apt-get', 'sudo') {
            Set-Content "$TestDrive/bin/$installer" '#!/bin/sh'
        }

        & chmod +x "$TestDrive/bin/dotnet" "$TestDrive/bin/apt-get" "$TestDrive/bin/sudo"

        # The script alone, in a house where the script tests only say their counts.
        Copy-Item "$root/ProcConcurrency.psd1" "$TestDrive/house"
        $build = Copy-Item "$root/build.ps1" "$TestDrive/house" -PassThru
        Set-Content "$TestDrive/house/tests/Invoke-Tests.ps1" @'
param([string[]] $Path, [string] $PesterVersion, [string] $ResultPath)
# By the shell, which appends: Add-Content looks for the end first, and would write over what the other has written since.
& sh -c 'echo "$1" >> "$STUB_LOG"' sh "scripts [$Path] [$PesterVersion] [$ResultPath]"
if ($env:STUB_SCRIPTS -eq 'broken') { throw 'There is no Pester.' }
'A.Tests.ps1   7 passed, 7 failed'
$env:STUB_SCRIPTS
'@
    }

    BeforeEach {
        $env:STUB_LOG = "$TestDrive/$(New-Guid)"
        $env:PATH = "$TestDrive/bin$([IO.Path]::PathSeparator)$path"
    }

    AfterEach {
        $env:PATH = $path
        $env:STUB_LOG = $env:STUB_SAYS = $env:STUB_CODE = $env:STUB_BUILD = $env:STUB_SCRIPTS = $null
    }

    It 'build.ps1 <Task> asks the SDK to <Expected>' -TestCases @(
        @{ Task = 'Build'; Expected = 'build *src*ProcConcurrency *' }
        @{ Task = 'Docs'; Expected = 'run --project *HelpBuilder*' }
    ) {
        $null = & $build $Task
        Get-Content $env:STUB_LOG | Should -BeLike $Expected
    }

    It 'build.ps1 builds where no task is named, and says what to type next' {
        Push-Location "$TestDrive/house"
        try {
            & $build | Should -BeLike 'Built the module *. Next: Import-Module ./ProcConcurrency.psd1'
        } finally {
            Pop-Location
        }
    }

    It 'build.ps1 passes a failure of the build on' {
        $env:STUB_BUILD = '3'
        & $build | Should -BeNullOrEmpty
        $LASTEXITCODE | Should -Be 3
    }

    It 'build.ps1 names its tasks where it is asked for another' {
        { & $build Tset } | Should -Throw '*"Tset"*"Build,Test,Bench,Docs,Package"*'
    }

    It 'build.ps1 Test ends with the sum of both kinds: <Line>, and exit code <Code>' -TestCases @(
        @{ Units = "  total: 12`n  failed: 0`n  succeeded: 10`n  skipped: 2"; UnitCode = 0; Scripts = '5 passed, 0 failed'; Line = '15 passed, 0 failed, 2 skipped'; Code = 0 }
        @{ Units = "  total: 10`n  failed: 0`n  succeeded: 10`n  skipped: 0"; UnitCode = 0; Scripts = '5 passed, 0 failed, 1 skipped'; Line = '15 passed, 0 failed, 1 skipped'; Code = 0 }
        @{ Units = "  total: 10`n  failed: 1`n  succeeded: 9`n  skipped: 0"; UnitCode = 2; Scripts = '5 passed, 0 failed'; Line = '14 passed, 1 failed'; Code = 1 }
        @{ Units = 'It broke.'; UnitCode = 134; Scripts = '5 passed, 2 failed'; Line = '5 passed, 3 failed'; Code = 1 }
        @{ Units = "  total: 10`n  failed: 0`n  succeeded: 10`n  skipped: 0"; UnitCode = 0; Scripts = 'broken'; Line = '10 passed, 1 failed'; Code = 1 }
    ) {
        $env:STUB_SAYS, $env:STUB_CODE, $env:STUB_SCRIPTS = $Units, $UnitCode, $Scripts
        $said = @(& $build Test 2>$null)
        $said[-1] | Should -Be $Line
        $LASTEXITCODE | Should -Be $Code
        $asked = Get-Content $env:STUB_LOG
        $asked[0] | Should -BeLike 'build *units *'
        # Side by side.
        $asked | Should -HaveCount 3
        $asked | Should -Contain 'scripts [] [] []'
        $asked -like 'test --project *units *' | Should -HaveCount 1
    }

    It 'build.ps1 Test -Path runs script tests alone, and it is a failure where none ran' {
        $env:STUB_SCRIPTS = '0 passed, 0 failed'
        @(& $build Test -Path 'tests/ProcQueue*' -PesterVersion 6 -ResultPath out)[-1] | Should -Be '0 passed, 0 failed'
        $LASTEXITCODE | Should -Be 1
        $asked = Get-Content $env:STUB_LOG
        $asked[0] | Should -BeLike 'build *src*ProcConcurrency *'
        $asked[1..9] | Should -Be 'scripts [tests/ProcQueue*] [6] [out]'
    }

    It 'build.ps1 Test runs nothing where the build breaks, and that is a failure' {
        $env:STUB_BUILD = '1'
        @(& $build Test)[-1] | Should -Be '0 passed, 1 failed'
        $LASTEXITCODE | Should -Be 1
        Get-Content $env:STUB_LOG | Should -BeLike 'build *'
    }

    It '.ci/run runs the tests by the README''s command; where that ends with "<Said>" and <SdkCode>, it ends with "<Line>" and <Code>' -TestCases @(
        @{ Said = '12 passed, 0 failed'; SdkCode = 0; Line = '12 passed, 0 failed'; Code = 0 }
        @{ Said = '12 passed, 0 failed, 2 skipped'; SdkCode = 0; Line = '12 passed, 0 failed, 2 skipped'; Code = 0 }
        @{ Said = '11 passed, 1 failed'; SdkCode = 2; Line = '11 passed, 1 failed'; Code = 2 }
        @{ Said = '5 passed, 0 failed, 1 skipped'; SdkCode = 1; Line = '5 passed, 1 failed, 1 skipped'; Code = 1 }
        @{ Said = '0 passed, 0 failed'; SdkCode = 0; Line = '0 passed, 1 failed'; Code = 1 }
        @{ Said = 'error NU1101: Unable to find package'; SdkCode = 1; Line = '0 passed, 1 failed'; Code = 1 }
    ) {
        $env:STUB_SAYS, $env:STUB_CODE = "A line.`n$Said", $SdkCode
        $said = @(& bash "$root/.ci/run")
        $LASTEXITCODE | Should -Be $Code
        $said[-1] | Should -Be $Line
        Get-Content $env:STUB_LOG | Should -Be 'run --project tools/pwsh -- build.ps1 Test'
    }

    It 'the bench prints one table: each row with its peers, what was to be reached, and whether it was' {
        $env:PATH = $path
        $table = @(Invoke-Engine -File "$root/bench/Measure-All.ps1" -Runs 1 -Only Import | Where-Object { $_ -like '|*' })
        $table[0] | Should -Match '\| What +\| +ProcConcurrency +\| +engine alone +\| +Start-Job +\| +Start-ThreadJob +\| +ForEach-Object -Parallel +\| +Python +\| +reach +\| +reached +\|'
        $rows = @($table | Where-Object { $_ -like '| import *' })
        $rows.Count | Should -Be 2
        @($rows | Where-Object { $_ -match '\| +60 ms +\| +(yes|NO) +\|' }).Count | Should -BeGreaterThan 0
    }

    It 'tools/pwsh says which package has not what it needs; the next version of one is only a warning' {
        $sdk = @(Get-Command dotnet -CommandType Application -All | Where-Object Source -notlike "$TestDrive*")[0].Source
        $said = & $sdk msbuild "$root/tools/pwsh" -target:LayHome "-property:PkgPester=$TestDrive/none" -nologo -nodeReuse:false
        $LASTEXITCODE | Should -Not -Be 0
        "$said" | Should -BeLike '*The package * has no *'
        & $sdk msbuild "$root/tools/pwsh" -getProperty:WarningsNotAsErrors -nologo -nodeReuse:false | Should -Match NU1603
    }

    It 'tools/pwsh goes on without the packages that can''t be had, and names them' {
        $env:STUB_CODE = 1
        # The SDK itself, whose restore is the script here: a name alone would be found on the changed path.
        $sdk = @(Get-Command dotnet -CommandType Application -All | Where-Object Source -notlike "$TestDrive*")[0].Source
        $said = & $sdk msbuild "$root/tools/pwsh" -target:RestoreExtras -property:NextPesterVersion=99.9.9 -nologo -nodeReuse:false
        $LASTEXITCODE | Should -Be 0
        "$said" | Should -BeLike '*Goes on without all of: *, Pester 99.9.9. They can''t be had.'
        Get-Content $env:STUB_LOG | Should -BeLike 'restore *extras.proj *'
    }
}
