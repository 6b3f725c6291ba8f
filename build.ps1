<#
.SYNOPSIS
Builds, tests, measures, documents or packs the module.

.DESCRIPTION
Runs under PowerShell 7.4 or later and under the embedded engine:

    ./build.ps1 -Task Test
    dotnet run --project src/ProcConcurrency.Host -- build.ps1 -Task Bench

Build    builds everything; the module can then be imported from ./ProcConcurrency.psd1.
Test     builds and runs every test. The script tests run on the PowerShell that runs this script, with Pester 5 where it
         has it; PROCCONCURRENCY_TEST_ENGINE (embedded, or the path of a pwsh) chooses another.
Bench    builds, and prints one table of the module's speed beside its peers'.
Docs     makes the help files from docs/en-US.
Package  packs what ships into out/ProcConcurrency.<version>.nupkg, as the PowerShell Gallery takes it.

.PARAMETER Task
What to do.

.PARAMETER Runs
Bench: how often each row is measured; the table shows medians.

.PARAMETER Quick
Bench: fewer runs of smaller loads, to see that it works.
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [ValidateSet('Build', 'Test', 'Bench', 'Docs', 'Package')]
    [string] $Task = 'Build',

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

function Invoke-Build {
    Invoke-Dotnet build $PSScriptRoot --nologo --verbosity quiet
}

function Invoke-Test {
    $embedded = [AppContext]::GetData('ProcConcurrency.EmbeddedHost')
    if (-not $env:PROCCONCURRENCY_TEST_ENGINE) {
        $env:PROCCONCURRENCY_TEST_ENGINE = if ($embedded) { 'embedded' } else { [Environment]::ProcessPath }
    }

    Invoke-Dotnet test --solution ([IO.Path]::Combine($PSScriptRoot, 'ProcConcurrency.slnx'))
}

function Invoke-Bench {
    Invoke-Build
    & ([IO.Path]::Combine($PSScriptRoot, 'bench', 'Measure-All.ps1')) -Runs $Runs -Quick:$Quick
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
