<#
.SYNOPSIS
A queue between parent and child, and between two children.

.DESCRIPTION
The session only hands the queue to both; which of them is whose child makes no difference.

.EXAMPLE
./08.3-QueueBetween.ps1
#>
[CmdletBinding()]
param()

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../../ProcConcurrency.psd1" -ErrorAction Stop
}

$queue = New-ProcQueue
$child = Start-ChildProcess { Send-ProcQueue $using:queue "hello from process $PID" }
"parent and child: process $PID got '$(Receive-ProcQueue $queue)'"
$null = $child | Wait-ChildProcess
$child | Remove-Job

$sender = Start-ChildProcess { Send-ProcQueue $using:queue "hello from process $PID" }
$receiver = Start-ChildProcess { "child and child: process $PID got '$(Receive-ProcQueue $using:queue)'" }
$sender, $receiver | Receive-ChildProcess -Wait -AutoRemoveJob
