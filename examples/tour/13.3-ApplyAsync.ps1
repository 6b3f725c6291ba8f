<#
.SYNOPSIS
Asynchronous tasks, whose results are collected after close and join.

.DESCRIPTION
Submitting doesn't wait. The pool is closed, so that it takes no more; then it is waited for, and each task has its result. A join before
the close is an error: the pool could be given more at any time.

.PARAMETER TimeScale
Multiplies each sleep and timeout: 0.1 runs the program ten times as quick.

.EXAMPLE
./13.3-ApplyAsync.ps1
#>
[CmdletBinding()]
param([ValidateRange(0.001, 1000.0)] [double] $TimeScale = 1)

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../../ProcConcurrency.psd1" -ErrorAction Stop
}

$pool = New-ProcPool 3
$tasks = 1..6 | Submit-ProcTask -Pool $pool -ArgumentList (0.5 * $TimeScale) {
    param($Number, $Seconds)
    Start-Sleep $Seconds
    $Number * $Number
}
"submitted: $($tasks.Count)"

try { Wait-ProcPool $pool -ErrorAction Stop } catch { "a join before the close: $(($_.FullyQualifiedErrorId -split ',')[0])" }

Close-ProcPool $pool
try { Submit-ProcTask -Pool $pool { 'more' } } catch { "a task after the close: $(($_.FullyQualifiedErrorId -split ',')[0])" }

Wait-ProcPool $pool
"completed: $(@($tasks | Where-Object IsCompleted).Count)"
"results: $($tasks.GetResult())"
