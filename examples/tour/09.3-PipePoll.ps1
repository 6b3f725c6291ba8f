<#
.SYNOPSIS
Poll: whether a pipe has something to receive.

.DESCRIPTION
Test-ProcPipe waits as long as it is told, and not at all where nothing is said. The end of a pipe counts as something to receive, for
a receiver would not wait then.

.PARAMETER TimeScale
Multiplies each sleep and timeout: 0.1 runs the program ten times as quick.

.EXAMPLE
./09.3-PipePoll.ps1
#>
[CmdletBinding()]
param([ValidateRange(0.001, 1000.0)] [double] $TimeScale = 1)

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../../ProcConcurrency.psd1" -ErrorAction Stop
}

$mine, $theirs = New-ProcPipe
$child = Start-ChildProcess -ArgumentList $theirs {
    param($Pipe)
    $null = Receive-ProcPipe $Pipe
    Send-ProcPipe $Pipe 'hello'
}

"before it is asked: $(Test-ProcPipe $mine)"
"in the next second: $(Test-ProcPipe $mine -Timeout (1 * $TimeScale))"
Send-ProcPipe $mine 'speak'
"after it was asked, within a minute: $(Test-ProcPipe $mine -Timeout 60)"
"received: $(Receive-ProcPipe $mine)"

$null = $child | Wait-ChildProcess
"when the child has ended: $(Test-ProcPipe $mine)"
try { Receive-ProcPipe $mine } catch { "received: $(($_.FullyQualifiedErrorId -split ',')[0])" }
$child | Remove-Job
