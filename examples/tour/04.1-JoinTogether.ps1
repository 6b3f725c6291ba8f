<#
.SYNOPSIS
Three children of 1, 2 and 3 seconds: 6 seconds one by one, 3 seconds together.

.DESCRIPTION
Starting a child and waiting for it before starting the next one gains nothing. Start all, then wait: that takes as long as the longest.
The start of a PowerShell comes on top, a fraction of a second. Those that are started together wait until all three have begun, which
shows that all were there at once.

.PARAMETER TimeScale
Multiplies each sleep and timeout: 0.1 runs the program ten times as quick.

.EXAMPLE
./04.1-JoinTogether.ps1
#>
[CmdletBinding()]
param([ValidateRange(0.001, 1000.0)] [double] $TimeScale = 1)

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../../ProcConcurrency.psd1" -ErrorAction Stop
}

$task = {
    param($Number, $Seconds, $Barrier)
    "child $Number begins"
    $null = Wait-ProcBarrier $Barrier    # Alone it goes on at once; of three each waits until all have begun.
    Start-Sleep $Seconds
    "child $Number ends"
}

$alone, $three = (New-ProcBarrier 1), (New-ProcBarrier 3)

'One by one:'
$clock = [Diagnostics.Stopwatch]::StartNew()
foreach ($number in 1..3) {
    Start-ChildProcess $task -ArgumentList $number, ($number * $TimeScale), $alone | Receive-ChildProcess -Wait -AutoRemoveJob
}
'{0:0.0} seconds' -f $clock.Elapsed.TotalSeconds

'Together:'
$clock.Restart()
$children = foreach ($number in 1..3) { Start-ChildProcess $task -ArgumentList $number, ($number * $TimeScale), $three }
$children | Receive-ChildProcess -Wait -AutoRemoveJob
'{0:0.0} seconds' -f $clock.Elapsed.TotalSeconds
