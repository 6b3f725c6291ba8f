<#
.SYNOPSIS
A daemon that outlives its welcome is ended with the session.

.DESCRIPTION
The session does its work and ends, and its daemon, which never would, ends at once with it. A child that is no daemon would have been
waited for.

.PARAMETER TimeScale
Multiplies each sleep and timeout: 0.1 runs the program ten times as quick.

.EXAMPLE
./06.1-Daemon.ps1
#>
[CmdletBinding()]
param([ValidateRange(0.001, 1000.0)] [double] $TimeScale = 1)

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../../ProcConcurrency.psd1" -ErrorAction Stop
}

# A session of its own, so that its end can be watched from here.
$session = {
    param($Module, $Seconds)
    Import-Module $Module
    $started = New-ProcEvent
    $daemon = Start-ChildProcess -Daemon { Set-ProcEvent $using:started; while ($true) { Start-Sleep 1 } }
    Wait-ProcEvent $started
    Start-Sleep $Seconds
    "session $PID ends; alive is its daemon: $($daemon.IsAlive)"
    $daemon.ProcessId
}

$module = "$PSScriptRoot/../../ProcConcurrency.psd1"
$line, $id = & ([Environment]::ProcessPath) -NoProfile -Command "& { $session } '$module' $(1 * $TimeScale)"
$line
"after the session's end the daemon, process $id, $((Get-Process -Id $id -ErrorAction Ignore).Path ? 'runs still' : 'is gone')"
