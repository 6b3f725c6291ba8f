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
Package  packs what ships into out/ProcConcurrency-<version>.zip.

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

# The package holds plain IL: it runs on every system that PowerShell runs on.
function Invoke-Package {
    $version = [regex]::Match([IO.File]::ReadAllText([IO.Path]::Combine($PSScriptRoot, 'ProcConcurrency.psd1')), "ModuleVersion\s*=\s*'([^']+)'").Groups[1].Value
    $out = [IO.Path]::Combine($PSScriptRoot, 'out')
    $stage = [IO.Path]::Combine($out, 'ProcConcurrency')
    $zip = [IO.Path]::Combine($out, "ProcConcurrency-$version.zip")
    if ([IO.Directory]::Exists($stage)) {
        [IO.Directory]::Delete($stage, $true)
    }

    $null = [IO.Directory]::CreateDirectory($stage)
    [IO.File]::Delete($zip)
    $project = [IO.Path]::Combine($PSScriptRoot, 'src', 'ProcConcurrency')
    $bin = [IO.Path]::Combine($stage, 'module', 'bin')
    Invoke-Dotnet build $project --nologo --verbosity quiet --configuration Release '-p:CompileAhead=false' "-p:ImageFolder=$bin/"
    foreach ($name in 'ProcConcurrency.psd1', 'LICENSE', 'README.md', 'CHANGELOG.md') {
        [IO.File]::Copy([IO.Path]::Combine($PSScriptRoot, $name), [IO.Path]::Combine($stage, $name))
    }

    foreach ($folder in 'module', 'en-US') {
        $from = [IO.Path]::Combine($PSScriptRoot, $folder)
        if (-not [IO.Directory]::Exists($from)) {
            continue
        }

        foreach ($file in [IO.Directory]::GetFiles($from, '*', 'AllDirectories')) {
            $relative = [IO.Path]::GetRelativePath($PSScriptRoot, $file)
            $to = [IO.Path]::Combine($stage, $relative)
            if (-not $relative.StartsWith([IO.Path]::Combine('module', 'bin'), 'Ordinal') -and -not [IO.File]::Exists($to)) {
                $null = [IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($to))
                [IO.File]::Copy($file, $to)
            }
        }
    }

    [IO.Compression.ZipFile]::CreateFromDirectory($stage, $zip, 'Optimal', $true)
    [IO.Directory]::Delete($stage, $true)
    $zip
}

& "Invoke-$Task"
