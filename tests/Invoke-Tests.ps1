<#
.SYNOPSIS
Runs the script tests by Pester, each file in a PowerShell process of its own.

.DESCRIPTION
As many files run at a time as there are processors, and one more, for tests wait a lot; one whose first line begins with "# Takes long"
is among the first. A file fails by its name where a test of it fails, where it doesn't parse or has no test, where its process ends early
or hangs, and where it leaves a process, a socket or a temporary file behind. The last line is `N passed, N failed[, N skipped]`; the
exit code is 0 where tests passed and none failed.

.PARAMETER PesterVersion
Such as 6 or 5.9.1. Without it, the newest Pester 5 of this machine from 5.7 on is used, or else the newest of all.

.PARAMETER ResultPath
A folder that receives each file's results as NUnit XML.

.PARAMETER GraceSeconds
How long what a file started may take to see that the file has ended.
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)] [SupportsWildcards()] [string[]] $Path = "$PSScriptRoot/*.Tests.ps1",
    [string] $PesterVersion,
    [string] $ResultPath,
    [int] $TimeoutSeconds = 900 * [Math]::Max(1, [int] $env:PROCCONCURRENCY_STRESS),
    [int] $GraceSeconds = 10
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'

function Find-Pester {
    $installed = @(Get-Module Pester -ListAvailable | Sort-Object { $_.Version.Major -eq 5 }, Version -Descending)
    foreach ($module in $installed) {
        if ($PesterVersion ? "$($module.Version)." -like "$PesterVersion.*" : $module.Version -ge '5.7') { return $module.Path }
    }

    $wanted = $PesterVersion ? $PesterVersion : '5.7 or later'
    throw "The tests need Pester $wanted; there is $($installed ? $installed.Version -join ', ' : 'none'). 'Install-PSResource Pester' installs it."
}

# Its name is short, for the path of a Unix domain socket below it has some 100 characters.
function New-WorkFolder {
    $temp = [IO.Path]::GetTempPath()
    if (-not $IsWindows -and ($temp.Length -gt 40 -or -not (Test-Path $temp))) { $temp = '/tmp' }
    (New-Item (Join-Path (Convert-Path $temp) "pt-$(Get-Random)/t") -ItemType Directory).Parent.FullName
}

function Start-TestFile($File) {
    $work = New-WorkFolder
    $run = @{ File = $File; Work = $work; Temp = "$work/t"; Marker = "$(New-Guid)"; Clock = [Diagnostics.Stopwatch]::StartNew() }
    $environment = @{
        TMPDIR = $run.Temp; TEMP = $run.Temp; TMP = $run.Temp
        PROCCONCURRENCY_TEST_RUN = $run.Marker
        # Pools assert after each step that all is in order.
        PROCCONCURRENCY_ASSERT = '1'
        POWERSHELL_TELEMETRY_OPTOUT = '1'; POWERSHELL_UPDATECHECK = 'Off'
        # A process that is killed would leave its sockets for debuggers.
        DOTNET_EnableDiagnostics = '0'
        # These processes are short: to compile their methods well costs more than it gains. The engine compiles thousands of small ones
        # for a file's tests, which took half of its processor time. The last number is hexadecimal: a second.
        DOTNET_JITMinOpts = '1'; DOTNET_TieredPGO = '0'; DOTNET_TC_CallCountingDelayMs = '3E8'
        # Nobody attacks them: the guard of compiled code, which costs each start a tenth, has nothing to do.
        DOTNET_EnableWriteXorExecute = '0'
    }
    $arguments = '-NoProfile', '-NonInteractive', '-File', "$PSScriptRoot/Invoke-TestFile.ps1", $File, $pester, "$work/result.json"
    if ($ResultPath) { $arguments += Join-Path $ResultPath "$($File.BaseName).xml" }
    $null = New-Item "$work/in"
    $run.Process = Start-Process ([Environment]::ProcessPath) ($arguments | ForEach-Object { "`"$_`"" }) -PassThru -Environment $environment `
        -WorkingDirectory $root -RedirectStandardInput "$work/in" -RedirectStandardOutput "$work/out" -RedirectStandardError "$work/err"
    $run
}

# What a file started bears its marker. Only Linux shows the environment of other processes.
function Get-Marked($Run) {
    if ($IsLinux) { Get-Process | Where-Object { (Get-Content "/proc/$($_.Id)/environ" -Raw -ErrorAction Ignore) -match $Run.Marker } }
}

function Get-Leftover($Run) {
    $clock = [Diagnostics.Stopwatch]::StartNew()
    while (($left = Get-Marked $Run) -and $clock.Elapsed.TotalSeconds -lt $GraceSeconds) { Start-Sleep -Milliseconds 100 }
    foreach ($process in $left) {
        "Left behind: process $($process.Id): $($process.CommandLine)"
        Stop-Process $process -Force -ErrorAction Ignore
        Wait-Process -InputObject $process -Timeout 10 -ErrorAction Ignore
    }

    # A PowerShell that is killed leaves its own socket; one without a home folder makes itself one.
    Get-ChildItem $Run.Temp -Force | Where-Object Name -notmatch '^(CoreFxPipe_PSHost\.|pwsh-.+-98288ff9-|\.dotnet$|clr-debug-pipe-|dotnet-diagnostic-)' |
        ForEach-Object { "Left behind: $($_.UnixMode -like 's*' ? 'socket' : 'temporary file') $($_.Name)" }
}

function Complete-TestFile($Run) {
    $seconds = $Run.Clock.Elapsed.TotalSeconds
    $hung = -not $Run.Process.HasExited
    if ($hung) { Stop-Process $Run.Process -Force && Wait-Process -InputObject $Run.Process }
    $result = Get-Content "$($Run.Work)/result.json" -Raw -ErrorAction Ignore | ConvertFrom-Json
    $when = $result ? 'after' : 'before'
    $problems = @(
        if ($hung) { "Its process hung $when the end of its tests, and was ended after $TimeoutSeconds s." }
        elseif (-not $result -or $Run.Process.ExitCode) { "Its process ended $when the end of its tests, with exit code $($Run.Process.ExitCode)." }
        Get-Leftover $Run
        if (-not $result) { Get-Content "$($Run.Work)/out", "$($Run.Work)/err" | Select-Object -Last 30 | ForEach-Object { "| $_" } }
    )
    Remove-Item $Run.Work -Recurse -Force -ErrorAction Ignore
    [pscustomobject]@{
        Name     = $Run.File.Name
        Passed   = [int] ${result}?.Passed
        Failed   = [int] ${result}?.Failed + [int] ($problems.Count -gt 0)
        Skipped  = [int] ${result}?.Skipped
        Seconds  = $seconds
        Failures = @(${result}?.Failures; $problems -join "`n") -ne '' -ne $null
    }
}

function Format-Count($Results) {
    $passed, $failed, $skipped = 'Passed', 'Failed', 'Skipped' | ForEach-Object { [int] ($Results | Measure-Object $_ -Sum)?.Sum }
    "$passed passed, $failed failed$($skipped ? ", $skipped skipped" : '')"
}

$pester = Find-Pester
$root = Split-Path $PSScriptRoot
$files = @(Get-ChildItem $Path -File | Where-Object Name -like *.Tests.ps1 |
    Sort-Object { (Get-Content $_ -TotalCount 1) -like '# Takes long*' }, Length -Descending)
if ($ResultPath) { $ResultPath = New-Item $ResultPath -ItemType Directory -Force }
$running = $results = @()
try {
    $waiting = [Collections.Queue]::new($files)
    while ($waiting.Count -or $running) {
        while ($waiting.Count -and $running.Count -le [Environment]::ProcessorCount) { $running += Start-TestFile $waiting.Dequeue() }
        Wait-Process -InputObject $running.Process -Any -Timeout 1 -ErrorAction Ignore
        $ended, $running = $running.Where({ $_.Process.HasExited -or $_.Clock.Elapsed.TotalSeconds -ge $TimeoutSeconds }, 'Split')
        foreach ($result in $ended | ForEach-Object { Complete-TestFile $_ }) {
            $results += $result
            '{0,-36}{1,-36}{2,6:n1} s' -f $result.Name, (Format-Count $result), $result.Seconds
            $result.Failures | ForEach-Object { "  $($_ -replace '\r?\n', "`n    ")" }
        }
    }
} finally {
    foreach ($run in $running) {
        Stop-Process $run.Process -Force -ErrorAction Ignore
        Remove-Item $run.Work -Recurse -Force -ErrorAction Ignore
    }
}

if (-not $files) { "There is no test file: $Path" }
if ($results.Count -gt 1) {
    'The slowest files:'
    $results | Sort-Object Seconds -Descending | Select-Object -First 10 | ForEach-Object { '{0,6:n1} s  {1}' -f $_.Seconds, $_.Name }
}
Format-Count $results
exit [int] (($results | Where-Object Failed) -or -not ($results | Where-Object Passed))
