<#
.SYNOPSIS
Measures the module beside its peers, and prints one table.

.DESCRIPTION
Each figure is the median of several runs, each in a fresh process; the sides of a row take turns. The module is measured on
the engine that runs this script, and its start on every engine that is there. In brackets: how many times as quick, or
as small, the module is; beside the engine alone, the difference. What can't be measured says why. Nothing fails for being slow.

.PARAMETER Runs
How often each side is measured.

.PARAMETER Quick
Two runs of a tenth of the load, to see that it works.

.PARAMETER Only
Only these groups, separated by commas: Start, Import, Children, Tasks, Output, Memory, Sync, Messages, Pipes.
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
. ([IO.Path]::Combine($PSScriptRoot, 'common.ps1'))

$script:Failures = [Collections.Generic.List[string]]::new()
$Engines = Find-Engine
$Scale = if ($Quick) { 0.1 } else { 1 }
if ($Quick) {
    $Runs = 2
}

$groups = 'Start', 'Import', 'Children', 'Tasks', 'Output', 'Memory', 'Sync', 'Messages', 'Pipes' | Where-Object { $Only -eq '*' -or $_ -in $Only.Split(',') }
if (-not $groups) {
    throw "No group is named '$Only'."
}

$clock = [Diagnostics.Stopwatch]::StartNew()
$rows = @(
    foreach ($group in $groups) {
        $Activity = $group
        . ([IO.Path]::Combine($PSScriptRoot, "$group.ps1"))
    }
)

$columns = @($rows[0].Keys)
$lines = @(, $columns) + @(foreach ($row in $rows) { , @($row.Values) })
$widths = for ($i = 0; $i -lt $columns.Count; $i++) {
    $longest = 0
    foreach ($line in $lines) {
        $longest = [Math]::Max($longest, $line[$i].Length)
    }

    $longest
}

function Join-Cell([string[]] $Cells) {
    $padded = for ($i = 0; $i -lt $Cells.Length; $i++) {
        if ($i -eq 0) { $Cells[$i].PadRight($widths[$i]) } else { $Cells[$i].PadLeft($widths[$i]) }
    }

    '| ' + ($padded -join ' | ') + ' |'
}

$memory = ''
if ([IO.File]::Exists('/proc/meminfo') -and [IO.File]::ReadAllText('/proc/meminfo') -match 'MemTotal:\s+(\d+)') {
    $memory = ", $([Math]::Round([long] $Matches[1] / 1MB)) GB"
}

"$([Environment]::ProcessorCount) processors$memory, $([Runtime.InteropServices.RuntimeInformation]::OSDescription), .NET $([Environment]::Version), PowerShell $($PSVersionTable.PSVersion) ($($Engines.Own)); median of $Runs$(if ($Quick) { ', a tenth of the load' })"
''
Join-Cell $lines[0]
'|' + (($widths | ForEach-Object { '-' * ($_ + 2) }) -join '|') + '|'
for ($i = 1; $i -lt $lines.Count; $i++) {
    Join-Cell $lines[$i]
}

''
'In brackets: how many times as quick, or as small, the module is; beside the engine alone, how much later its figure is.'
foreach ($failure in $Failures) {
    "failed: $failure"
}

"Took $($clock.Elapsed.TotalSeconds.ToString('N0', $Invariant)) s."
