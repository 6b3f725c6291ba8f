<#
.SYNOPSIS
Many short children while the session sleeps: no zombie is left.

.DESCRIPTION
The session waits for no child. All the same each is collected as soon as it ends: none of their process ids is in the system's table
any more.

.PARAMETER TimeScale
Multiplies each sleep and timeout: 0.1 runs the program ten times as quick.

.PARAMETER Count
How many children.

.EXAMPLE
./05.3-NoZombies.ps1
#>
[CmdletBinding()]
param(
    [ValidateRange(0.001, 1000.0)] [double] $TimeScale = 1,
    [ValidateRange(1, 1000)] [int] $Count = 20
)

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../../ProcConcurrency.psd1" -ErrorAction Stop
}

$children = 1..$Count | ForEach-Object { Start-ChildProcess { } }
"$Count children were started"

while ($children.IsAlive -contains $true) { Start-Sleep (0.5 * $TimeScale) }

# A zombie would be listed here.
$left = @(Get-Process -Id $children.ProcessId -ErrorAction Ignore)
"in the system's table: $($left.Count)"
"exit codes: $(($children.ExitCode | Group-Object | ForEach-Object { "$($_.Count) times $($_.Name)" }) -join ', ')"
$children | Remove-Job
