<#
.SYNOPSIS
Apply: each call waits for its result, so that the tasks run one after the other.

.DESCRIPTION
Each task has begun and ended before the next begins, although the pool has two workers.

.PARAMETER TimeScale
Multiplies each sleep and timeout: 0.1 runs the program ten times as quick.

.EXAMPLE
./13.2-Apply.ps1
#>
[CmdletBinding()]
param([ValidateRange(0.001, 1000.0)] [double] $TimeScale = 1)

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../../ProcConcurrency.psd1" -ErrorAction Stop
}

$pool = New-ProcPool 2
foreach ($number in 1..3) {
    Invoke-ProcTask -Pool $pool -ArgumentList $number, (0.5 * $TimeScale) {
        param($Number, $Seconds)
        "task $Number begins in process $PID"
        Start-Sleep $Seconds
        "task $Number ends"
    }
    "the session has the result of task $number"
}

Close-ProcPool $pool
Wait-ProcPool $pool
