<#
.SYNOPSIS
Producers and consumers, ended by sentinels.

.DESCRIPTION
When all producers are done, the session sends one $null for each consumer. Every bun is eaten once. Closing the queue would end the
consumers, too, and needs no count.

.PARAMETER TimeScale
Multiplies each sleep and timeout: 0.1 runs the program ten times as quick.

.PARAMETER Count
How many each producer makes.

.EXAMPLE
./08.4-Sentinels.ps1
#>
[CmdletBinding()]
param(
    [ValidateRange(0.001, 1000.0)] [double] $TimeScale = 1,
    [ValidateRange(1, 1000)] [int] $Count = 4
)

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../../ProcConcurrency.psd1" -ErrorAction Stop
}

$queue = New-ProcQueue -MaxSize 5
$producer = {
    param($Name, $Food, $Count)
    foreach ($number in 1..$Count) {
        Start-Sleep ((Get-Random -Maximum 0.5) * $using:TimeScale)
        "$Name has made $Food $number"
        Send-ProcQueue $using:queue "$Food $number"
    }
}
$consumer = {
    param($Name)
    while ($null -ne ($food = Receive-ProcQueue $using:queue)) {
        Start-Sleep ((Get-Random -Maximum 0.5) * $using:TimeScale)
        "$Name has eaten $food"
    }

    "$Name has had enough"
}

$producers = 'bun', 'bone' | ForEach-Object { Start-ChildProcess $producer -ArgumentList "the cook of ${_}s", $_, $Count }
$consumers = 'alex', 'yuan' | ForEach-Object { Start-ChildProcess $consumer -ArgumentList $_ }

$null = $producers | Wait-ChildProcess
$consumers | ForEach-Object { Send-ProcQueue $queue $null }
$producers + $consumers | Receive-ChildProcess -Wait -AutoRemoveJob
