<#
.SYNOPSIS
First in first out, last in first out, and by priority.

.DESCRIPTION
In a priority queue the smallest number comes first; items of equal priority come in the order in which they were sent.

.EXAMPLE
./08.2-QueueOrder.ps1
#>
[CmdletBinding()]
param()

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../../ProcConcurrency.psd1" -ErrorAction Stop
}

foreach ($kind in 'Fifo', 'Lifo') {
    $queue = New-ProcQueue -Kind $kind
    1..5 | Send-ProcQueue $queue
    "${kind}: $(Receive-ProcQueue $queue -Count 5)"
}

$queue = New-ProcQueue -Kind Priority
Send-ProcQueue $queue 'can wait' -Priority 40
Send-ProcQueue $queue 'urgent' -Priority 1
Send-ProcQueue $queue 'soon' -Priority 10
Send-ProcQueue $queue 'soon, too' -Priority 10
"Priority: $((Receive-ProcQueue $queue -Count 4) -join '; ')"
