<#
.SYNOPSIS
Builds, tests, measures, documents or packs the module.

.DESCRIPTION
Build    builds the module; it can then be imported from ./ProcConcurrency.psd1.
Test     builds, and runs every test: the xUnit tests, and the script tests by Pester on the PowerShell that runs this script.
         The last line is the sum: N passed, N failed[, N skipped].
Bench    builds, and prints one table of the module's speed beside its peers'.
Docs     makes the help files from docs/en-US.
Package  packs what ships into out/ProcConcurrency.<version>.nupkg, as the PowerShell Gallery takes it.

.PARAMETER Task
What to do.

.PARAMETER Path
Test: the script test files to run, by wildcards, and nothing else.

.PARAMETER PesterVersion
Test: the Pester to use, such as 6 or 5.9.1. Without it, Pester 5 from 5.7 on is used, or else the newest of this machine.

.PARAMETER ResultPath
Test: a folder that receives the script tests' results as NUnit XML.

.PARAMETER Runs
Bench: how often each row is measured; the table shows medians.

.PARAMETER Quick
Bench: fewer runs of smaller loads, to see that it works.

.EXAMPLE
./build.ps1 Test -Path tests/ProcQueue*
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [ValidateSet('Build', 'Test', 'Bench', 'Docs', 'Package')]
    [string] $Task = 'Build',

    [SupportsWildcards()]
    [string[]] $Path,

    [string] $PesterVersion,

    [string] $ResultPath,

    [ValidateRange(1, 100)]
    [int] $Runs = 5,

    [switch] $Quick
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $false

function Invoke-Dotnet {
    & dotnet @args
    if ($LASTEXITCODE -ne 0) {
        exit $LASTEXITCODE
    }
}

# Never tools/pwsh: it may be what runs this script.
function Invoke-Build {
    Invoke-Dotnet build (Join-Path $PSScriptRoot src ProcConcurrency) --nologo --verbosity quiet
    "Built the module into $(Join-Path $PSScriptRoot module bin). Next: Import-Module $(Resolve-Path (Join-Path $PSScriptRoot ProcConcurrency.psd1) -Relative)"
}

function Invoke-Test {
    $project = $Path ? (Join-Path $PSScriptRoot src ProcConcurrency) : (Join-Path $PSScriptRoot tests units)
    & dotnet build $project --nologo --verbosity quiet
    if ($LASTEXITCODE -ne 0) {
        '0 passed, 1 failed'
        exit $LASTEXITCODE
    }

    # Beside the script tests, for both wait a lot.
    $units = $Path ? $null : (Start-UnitTest $project)
    $passed = $failed = $skipped = 0
    $parameters = @{ PesterVersion = $PesterVersion; ResultPath = $ResultPath }
    if ($Path) {
        $parameters.Path = $Path
    }

    try {
        & (Join-Path $PSScriptRoot tests Invoke-Tests.ps1) @parameters | Tee-Object -Variable lines
        if (@($lines)[-1] -notmatch '^(\d+) passed, (\d+) failed(, (\d+) skipped)?$') {
            throw "The script tests ended without their counts: $(@($lines)[-1])"
        }

        $passed += $Matches[1]
        $failed += $Matches[2]
        $skipped += $Matches[4]
    } catch {
        Write-Error $_ -ErrorAction Continue
        $failed++
    }

    if ($units) {
        $lines = $units.Output.Result.TrimEnd() -split '\r?\n'
        $lines
        $units.Process.WaitForExit()
        $count = @{ succeeded = 0; failed = 0; skipped = 0 }
        switch -Regex ($lines) {
            '^\s*(succeeded|failed|skipped): (\d+)$' { $count[$Matches[1]] = [int] $Matches[2] }
        }

        # A run that is cut short names no failure, and counts that can't be read are none.
        if ($count.failed -eq 0 -and ($units.Process.ExitCode -ne 0 -or $count.succeeded -eq 0)) {
            $count.failed = 1
        }

        $passed += $count.succeeded
        $failed += $count.failed
        $skipped += $count.skipped
    }

    "$passed passed, $failed failed$($skipped ? ", $skipped skipped" : '')"
    exit [int] ($failed -gt 0 -or $passed -eq 0)
}

function Start-UnitTest($Project) {
    $start = [Diagnostics.ProcessStartInfo]::new('dotnet', [string[]] ('test', '--project', $Project, '--no-build', '--no-ansi', '--no-progress'))
    $start.Environment['DOTNET_CLI_UI_LANGUAGE'] = 'en'

    # Invoke-Tests.ps1 says why.
    $start.Environment['DOTNET_TieredPGO'] = $start.Environment['DOTNET_EnableWriteXorExecute'] = '0'
    $start.RedirectStandardOutput = $true
    $process = [Diagnostics.Process]::Start($start)
    @{ Process = $process; Output = $process.StandardOutput.ReadToEndAsync() }
}

function Invoke-Bench {
    Invoke-Build
    & (Join-Path $PSScriptRoot bench Measure-All.ps1) -Runs $Runs -Quick:$Quick
}

# The topics are HelpBuilder's; the cmdlets' help is PlatyPS's where it is installed.
function Invoke-Docs {
    $pages = Join-Path $PSScriptRoot docs en-US
    $help = Join-Path $PSScriptRoot module en-US
    Invoke-Dotnet run --project (Join-Path $PSScriptRoot tools HelpBuilder) '--' $pages $help
    if (Get-Module Microsoft.PowerShell.PlatyPS -ListAvailable) {
        $made = Join-Path $PSScriptRoot out help
        $null = Get-ChildItem $pages -Filter *-*.md | Import-MarkdownCommandHelp | Export-MamlCommandHelp -OutputFolder $made -Force
        Move-Item (Join-Path $made * *-Help.xml) $help -Force
        Remove-Item $made -Recurse
    }
}

function Invoke-Package {
    & (Join-Path $PSScriptRoot tools New-Package.ps1) -Destination (Join-Path $PSScriptRoot out)
}

& "Invoke-$Task"
