<#
.SYNOPSIS
An event as a traffic light: cars wait for green, police cars don't wait long.

.DESCRIPTION
The light is red when all come. A car waits until the event is set; a police car waits for a while, and then goes at red. When the light
changes to green, all cars that wait go at once.

.PARAMETER TimeScale
Multiplies each sleep and timeout: 0.1 runs the program ten times as quick.

.PARAMETER Cars
How many cars come.

.PARAMETER PoliceCars
How many police cars come.

.EXAMPLE
./12.1-TrafficLight.ps1
#>
[CmdletBinding()]
param(
    [ValidateRange(0.001, 1000.0)] [double] $TimeScale = 1,
    [ValidateRange(1, 100)] [int] $Cars = 5,
    [ValidateRange(1, 100)] [int] $PoliceCars = 2
)

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../../ProcConcurrency.psd1" -ErrorAction Stop
}

$green, $crossing = (New-ProcEvent), (New-ProcBarrier ($Cars + $PoliceCars + 1))
$car = {
    param($Name)
    $null = Wait-ProcBarrier $using:crossing
    "$Name sees red, and waits"
    Wait-ProcEvent $using:green
    "$Name sees green, and goes"
}
$policeCar = {
    param($Name)
    $null = Wait-ProcBarrier $using:crossing
    "$Name sees red, and waits a little"
    $isGreen = ($using:green).Wait(1 * $using:TimeScale)
    "$Name goes at $($isGreen ? 'green' : 'red')"
}
$light = Start-ChildProcess -Daemon {
    $null = Wait-ProcBarrier $using:crossing
    while ($true) {
        Start-Sleep (5 * $using:TimeScale)
        Set-ProcEvent $using:green
        Start-Sleep (5 * $using:TimeScale)
        Reset-ProcEvent $using:green
    }
}

$traffic = @(
    1..$Cars | ForEach-Object { Start-ChildProcess $car -ArgumentList "car $_" }
    1..$PoliceCars | ForEach-Object { Start-ChildProcess $policeCar -ArgumentList "police car $_" }
)
$traffic | Receive-ChildProcess -Wait -AutoRemoveJob

$light | Stop-ChildProcess -Force
$null = $light | Wait-ChildProcess
$light | Remove-Job
