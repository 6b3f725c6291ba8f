<#
.SYNOPSIS
A result: ready, successful, wait, get with a timeout; and terminate.

.DESCRIPTION
Before a task is over, IsSuccessful is neither true nor false. Receive-ProcTask with a timeout gives up the wait, not the task. Stopping
the pool ends what runs and what waits.

.PARAMETER TimeScale
Multiplies each sleep and timeout: 0.1 runs the program ten times as quick.

.EXAMPLE
./13.4-Results.ps1
#>
[CmdletBinding()]
param([ValidateRange(0.001, 1000.0)] [double] $TimeScale = 1)

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../../ProcConcurrency.psd1" -ErrorAction Stop
}

function Show-Task($Task) {
    "$($Task.Name): completed is $($Task.IsCompleted), successful is $($Task.IsSuccessful ?? 'not known'), status is $($Task.Status)"
}

$pool, $go = (New-ProcPool 1), (New-ProcEvent)
$good = Submit-ProcTask -Pool $pool -Name good { Wait-ProcEvent $using:go; 42 }
$bad = Submit-ProcTask -Pool $pool -Name bad { throw 'out of paper' }
while ($good.Status -ne 'Running') { Start-Sleep 0.05 }

Show-Task $good
try {
    Receive-ProcTask $good -Timeout (1 * $TimeScale) -ErrorAction Stop
} catch [TimeoutException] {
    "get with a timeout: $(($_.FullyQualifiedErrorId -split ',')[0])"
}

Set-ProcEvent $go
$null = Wait-ProcTask $good, $bad
Show-Task $good
"get: $($good.GetResult())"
Show-Task $bad
try { $bad.GetResult() } catch { "get: $($_.Exception.GetBaseException().Message)" }

$running, $waiting = 'running', 'waiting' | ForEach-Object { Submit-ProcTask -Pool $pool -Name $_ { Start-Sleep 600 } }
while ($running.Status -ne 'Running') { Start-Sleep 0.05 }
Stop-ProcPool $pool
$null = Wait-ProcTask $running, $waiting
"after terminate: $($running.Name) is $($running.Status), $($waiting.Name) is $($waiting.Status)"
