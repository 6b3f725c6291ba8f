<#
.SYNOPSIS
Stop a child, and see whether it is alive right after and a little later.

.DESCRIPTION
Stop-ChildProcess asks, and doesn't wait: right after it the child is alive still, for its finally block runs. -Force kills, and
leaves no time to tidy up.

.PARAMETER TimeScale
Multiplies each sleep and timeout: 0.1 runs the program ten times as quick.

.EXAMPLE
./05.1-Stop.ps1
#>
[CmdletBinding()]
param([ValidateRange(0.001, 1000.0)] [double] $TimeScale = 1)

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../../ProcConcurrency.psd1" -ErrorAction Stop
}

$task = {
    try {
        Set-ProcEvent $using:ready
        Start-Sleep 600
    } finally {
        Start-Sleep (1 * $using:TimeScale)
        'the child tidies up'
    }
}

foreach ($force in $false, $true) {
    $ready = New-ProcEvent
    $child = Start-ChildProcess $task
    Wait-ProcEvent $ready
    $child | Stop-ChildProcess -Force:$force
    if (-not $force) { "right after it was asked: alive is $($child.IsAlive)" }
    $null = $child | Wait-ChildProcess
    "a little later: alive is $($child.IsAlive), exit code $($child.ExitCode)"
    $child | Receive-ChildProcess -AutoRemoveJob -Wait
}
