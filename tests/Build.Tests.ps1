# build.ps1, .ci/run and the bench. The SDK that they call is a script here that writes down what it was asked for, and
# nothing is installed.
Describe 'The repository''s scripts' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $root = [IO.Path]::GetFullPath("$PSScriptRoot/..")
        $path = $env:PATH
        $null = [IO.Directory]::CreateDirectory("$TestDrive/bin")
        [IO.File]::WriteAllText("$TestDrive/bin/dotnet", @'
#!/bin/sh
if [ "$1" = --list-sdks ]; then echo '10.0.100 [/sdk]'; exit 0; fi
echo "engine=$PROCCONCURRENCY_TEST_ENGINE $*" >> "$STUB_LOG"
if [ -n "$STUB_SAYS" ]; then printf '%s\n' "$STUB_SAYS"; fi
exit "${STUB_CODE:-0}"
'@)
        foreach ($installer in 'apt-get', 'sudo') {
            [IO.File]::WriteAllText("$TestDrive/bin/$installer", "#!/bin/sh`n")
        }

        & chmod +x "$TestDrive/bin/dotnet" "$TestDrive/bin/apt-get" "$TestDrive/bin/sudo"
    }

    BeforeEach {
        $env:STUB_LOG = "$TestDrive/$([guid]::NewGuid())"
        $env:PATH = "$TestDrive/bin$([IO.Path]::PathSeparator)$path"
    }

    AfterEach {
        $env:PATH = $path
        $env:STUB_LOG = $env:STUB_SAYS = $env:STUB_CODE = $null
    }

    It 'build.ps1 <Task> asks the SDK to <Expected>' -TestCases @(
        @{ Task = 'Build'; Expected = 'build' }
        @{ Task = 'Test'; Expected = 'test --solution' }
        @{ Task = 'Docs'; Expected = 'run --project' }
    ) {
        Invoke-Engine -File "$root/build.ps1" -Task $Task
        $LASTEXITCODE | Should -Be 0
        [IO.File]::ReadAllText($env:STUB_LOG) | Should -BeLike "engine=* $Expected *$root*"
    }

    It 'build.ps1 builds where no task is named, and passes a failure on' {
        $env:STUB_CODE = '3'
        Invoke-Engine -File "$root/build.ps1"
        $LASTEXITCODE | Should -Be 3
        [IO.File]::ReadAllText($env:STUB_LOG) | Should -BeLike 'engine=* build *'
    }

    It 'build.ps1 Test tests on the engine that runs it' {
        $asked = $env:PROCCONCURRENCY_TEST_ENGINE
        $env:PROCCONCURRENCY_TEST_ENGINE = $null
        try {
            Invoke-Engine -File "$root/build.ps1" -Task Test
        } finally {
            $env:PROCCONCURRENCY_TEST_ENGINE = $asked
        }

        $engine = if ([AppContext]::GetData('ProcConcurrency.EmbeddedHost')) { 'embedded' } else { [Environment]::ProcessPath }
        [IO.File]::ReadAllText($env:STUB_LOG) | Should -BeLike "engine=$engine test *"
    }

    It '.ci/run ends with the counts: <Line>, and exit code <Code>' -TestCases @(
        @{ Succeeded = 12; Failed = 0; Skipped = 0; SdkCode = 0; Line = '12 passed, 0 failed'; Code = 0 }
        @{ Succeeded = 12; Failed = 0; Skipped = 2; SdkCode = 0; Line = '12 passed, 0 failed, 2 skipped'; Code = 0 }
        @{ Succeeded = 11; Failed = 1; Skipped = 0; SdkCode = 2; Line = '11 passed, 1 failed'; Code = 2 }
        @{ Succeeded = 5; Failed = 0; Skipped = 0; SdkCode = 1; Line = '5 passed, 1 failed'; Code = 1 }
        @{ Succeeded = 0; Failed = 0; Skipped = 0; SdkCode = 0; Line = '0 passed, 1 failed'; Code = 1 }
    ) {
        $env:STUB_SAYS = "  total: 12`n  failed: $Failed`n  succeeded: $Succeeded`n  skipped: $Skipped"
        $env:STUB_CODE = "$SdkCode"
        $said = @(& bash "$root/.ci/run")
        $LASTEXITCODE | Should -Be $Code
        $said[-1] | Should -Be $Line
        [IO.File]::ReadAllText($env:STUB_LOG) | Should -BeLike 'engine=* test*'
    }

    It 'the bench prints one table: each row with its peers, what was to be reached, and whether it was' {
        $env:PATH = $path
        $table = @(Invoke-Engine -File "$root/bench/Measure-All.ps1" -Runs 1 -Only Import | Where-Object { $_ -like '|*' })
        $table[0] | Should -Match '\| What +\| +ProcConcurrency +\| +engine alone +\| +Start-Job +\| +ForEach-Object -Parallel +\| +Python +\| +reach +\| +reached +\|'
        $rows = @($table | Where-Object { $_ -like '| import *' })
        $rows.Count | Should -Be 2
        @($rows | Where-Object { $_ -match '\| +\d+ ms +\|.*\| +60 ms +\| +(yes|NO) +\|' }).Count | Should -BeGreaterThan 0
    }
}
