<#
.SYNOPSIS
Producers and consumers with completions: the work ends, the consumers never do.

.DESCRIPTION
Each consumer says of each item that it is done. Wait-ProcQueue waits until all are, and then the consumers, which are daemons, are no
longer needed.

.PARAMETER TimeScale
Multiplies each sleep and timeout: 0.1 runs the program ten times as quick.

.PARAMETER Count
How many each producer makes.

.EXAMPLE
./08.5-Completions.ps1
#>
[CmdletBinding()]
param(
    [ValidateRange(0.001, 1000.0)] [double] $TimeScale = 1,
    [ValidateRange(1, 1000)] [int] $Count = 4
)

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../../ProcConcurrency.psd1" -ErrorAction Stop
}

$queue, $eaten = (New-ProcQueue), (New-ProcList)
$producers = 'bun', 'bone' | ForEach-Object {
    Start-ChildProcess -ArgumentList $_, $Count {
        param($Food, $Count)
        1..$Count | ForEach-Object { Send-ProcQueue $using:queue "$Food $_" }
        "all of ${Food} are made"
    }
}
$consumers = 'alex', 'yuan' | ForEach-Object {
    Start-ChildProcess -Daemon -ArgumentList $_ {
        param($Name)
        while ($true) {
            $food = Receive-ProcQueue $using:queue
            Start-Sleep ((Get-Random -Maximum 0.5) * $using:TimeScale)
            $null = ($using:eaten).Add("$Name has eaten $food")
            Complete-ProcQueue $using:queue
        }
    }
}

$producers | Receive-ChildProcess -Wait -AutoRemoveJob
Wait-ProcQueue $queue
$eaten.ToArray()
"all is eaten; alive are $(@($consumers | Where-Object IsAlive).Count) consumers, both daemons"

$consumers | Stop-ChildProcess -Force
$null = $consumers | Wait-ChildProcess
$consumers | Remove-Job
