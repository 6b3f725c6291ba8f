<#
.SYNOPSIS
A queue with room for 5: full, empty, a wait with a time limit, and none at all.

.DESCRIPTION
What Python raises as queue.Full and queue.Empty are the errors QueueFull and QueueEmpty here, whose exception is a TimeoutException.
The methods give $false instead.

.PARAMETER TimeScale
Multiplies each sleep and timeout: 0.1 runs the program ten times as quick.

.EXAMPLE
./08.1-QueueBasics.ps1
#>
[CmdletBinding()]
param([ValidateRange(0.001, 1000.0)] [double] $TimeScale = 1)

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../../ProcConcurrency.psd1" -ErrorAction Stop
}

function Show-Error([scriptblock] $Block) {
    try { & $Block } catch [TimeoutException] { ($_.FullyQualifiedErrorId -split ',')[0] }
}

$queue = New-ProcQueue -MaxSize 5
1..5 | Send-ProcQueue $queue
"after 5 were sent: full is $($queue.IsFull), count is $($queue.Count)"
"a sixth, at once: $(Show-Error { Send-ProcQueue $queue 6 -NoWait })"
"a sixth, in 3 seconds: $(Show-Error { Send-ProcQueue $queue 6 -Timeout (3 * $TimeScale) })"

"received: $(Receive-ProcQueue $queue -Count 5)"
"after that: empty is $($queue.IsEmpty)"
"one more, at once: $(Show-Error { Receive-ProcQueue $queue -NoWait })"
"one more, in 3 seconds: $(Show-Error { Receive-ProcQueue $queue -Timeout (3 * $TimeScale) })"
$item = $null
"by the method: $($queue.TryReceive([ref] $item))"
