<#
.SYNOPSIS
Measures the module beside its peers, and prints one table.

.DESCRIPTION
Everything runs on the PowerShell that runs this script, and on Python's multiprocessing where python3 is there. Each figure is
the median of several runs, each in a fresh process; the sides of a row take turns. The engine alone is the same PowerShell without
the module; the row says what it does. Processor time is user and system time of all processes that the row starts, and is measured
on Linux. What can't be measured says why. Nothing fails for being slow.

.PARAMETER Runs
How often each side is measured.

.PARAMETER Quick
Two runs of a tenth of the load, to see that it works.

.PARAMETER Only
Only these groups, separated by commas: Start, Import, Children, Tasks, Pools, Output, Memory, Sync, Messages, Pipes, Remote.
#>
[CmdletBinding()]
param(
    [ValidateRange(1, 100)]
    [int] $Runs = 5,

    [switch] $Quick,

    [string] $Only = '*'
)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
$clock = [Diagnostics.Stopwatch]::StartNew()
. (Join-Path $PSScriptRoot common.ps1)
. (Join-Path $PSScriptRoot table.ps1)

$Failures = [Collections.Generic.List[string]]::new()
$Scale = if ($Quick) { 0.1 } else { 1 }
if ($Quick) {
    $Runs = 2
}

$groups = 'Start', 'Import', 'Children', 'Tasks', 'Pools', 'Output', 'Memory', 'Sync', 'Messages', 'Pipes', 'Remote' | Where-Object { $Only -eq '*' -or $_ -in $Only.Split(',') }
if (-not $groups) {
    throw "No group is named '$Only'."
}

$rows = @(
    foreach ($group in $groups) {
        $Activity = $group
        . (Join-Path $PSScriptRoot "$group.ps1")
    }
)

$columns = @($rows[0].Keys)
$lines = @(, $columns) + @(foreach ($row in $rows) { , @($row.Values) })
$widths = for ($i = 0; $i -lt $columns.Count; $i++) {
    ($lines | ForEach-Object { $_[$i].Length } | Measure-Object -Maximum).Maximum
}

function Join-Cell([string[]] $Cells) {
    $padded = for ($i = 0; $i -lt $Cells.Length; $i++) {
        if ($i -eq 0) { $Cells[$i].PadRight($widths[$i]) } else { $Cells[$i].PadLeft($widths[$i]) }
    }

    '| ' + ($padded -join ' | ') + ' |'
}

$memory = ''
if ((Test-Path /proc/meminfo) -and (Get-Content /proc/meminfo -Raw) -match 'MemTotal:\s+(\d+)') {
    $memory = ", $([Math]::Round([long] $Matches[1] / 1MB)) GB"
}

"$([Environment]::ProcessorCount) processors$memory, $($PSVersionTable.OS), .NET $([Environment]::Version), PowerShell $($PSVersionTable.PSVersion); median of $Runs$(if ($Quick) { ', a tenth of the load' })"
''
Join-Cell $lines[0]
'|' + (($widths | ForEach-Object { '-' * ($_ + 2) }) -join '|') + '|'
$lines | Select-Object -Skip 1 | ForEach-Object { Join-Cell $_ }
''
'In brackets: how many times as quick, or as small, the module is; beside the engine alone, how much more the module takes, and its figure divided by the engine''s.'
foreach ($failure in $Failures) {
    "failed: $failure"
}

"Took $($clock.Elapsed.TotalSeconds.ToString('N0', $Invariant)) s."
