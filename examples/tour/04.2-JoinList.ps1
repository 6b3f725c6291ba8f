<#
.SYNOPSIS
A list of children, and one wait for all.

.DESCRIPTION
A timeout is an error for each child that still runs, and the child goes on. Without one, Wait-ChildProcess writes each child as it
ends, and returns when all have.

.PARAMETER TimeScale
Multiplies each sleep and timeout: 0.1 runs the program ten times as quick.

.EXAMPLE
./04.2-JoinList.ps1
#>
[CmdletBinding()]
param([ValidateRange(0.001, 1000.0)] [double] $TimeScale = 1)

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../../ProcConcurrency.psd1" -ErrorAction Stop
}

$go = New-ProcEvent
$children = foreach ($seconds in 3, 2, 1) {
    Start-ChildProcess -Name "the child of $seconds s" {
        Wait-ProcEvent $using:go
        Start-Sleep ($using:seconds * $using:TimeScale)
    }
}

$children | Wait-ChildProcess -Timeout (0.5 * $TimeScale) -ErrorAction SilentlyContinue -ErrorVariable late
$late | ForEach-Object { "$($_.TargetObject.Name) has not ended" }

Set-ProcEvent $go
$children | Wait-ChildProcess | ForEach-Object { "$($_.Name) has ended with $($_.ExitCode)" }
"Still alive: $(@($children | Where-Object IsAlive).Count)"
$children | Remove-Job
