<#
.SYNOPSIS
A child process from a script block: with arguments, with named parameters, with a name.

.DESCRIPTION
The session's line comes first: starting a child doesn't wait for it. Each child has a process id of its own.

.PARAMETER TimeScale
Multiplies each sleep and timeout: 0.1 runs the program ten times as quick.

.EXAMPLE
./01.1-StartBlock.ps1
#>
[CmdletBinding()]
param([ValidateRange(0.001, 1000.0)] [double] $TimeScale = 1)

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../../ProcConcurrency.psd1" -ErrorAction Stop
}

$task = {
    param($Name, $Seconds)
    "$Name is running in process $PID"
    Start-Sleep $Seconds
    "$Name is done"
}

$byPosition = Start-ChildProcess $task -ArgumentList egon, (1 * $TimeScale)
$byName = Start-ChildProcess $task -Parameters @{ Name = 'alex'; Seconds = 2 * $TimeScale }
$named = Start-ChildProcess { "$((Get-ChildProcess -Current).Name) is what this child is called" } -Name reporter
"This is the session, process $PID"

$byPosition, $byName, $named | Receive-ChildProcess -Wait -AutoRemoveJob
