<#
.SYNOPSIS
A pool whose workers are set up once, with arguments; the same workers do all the tasks.

.DESCRIPTION
The size is the number of processors where nothing is said. The initialization runs once in each worker, not once for each task, so
there are as many process ids as workers at most.

.EXAMPLE
./13.1-Initializer.ps1
#>
[CmdletBinding()]
param()

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../../ProcConcurrency.psd1" -ErrorAction Stop
}

$pool = New-ProcPool -InitializationArgumentList 'greetings from' -InitializationScript {
    param($Text)
    $global:greeting = "$Text process $PID"
    $global:tasks = 0
}
"workers: $($pool.Size), as there are processors: $($pool.Size -eq [Environment]::ProcessorCount)"

$results = 1..20 | Submit-ProcTask -Pool $pool {
    $global:tasks++
    [pscustomobject]@{ Greeting = $global:greeting; Task = $global:tasks; ProcessId = $PID }
} | Receive-ProcTask

"tasks done: $($results.Count)"
"each was greeted by its own worker: $(-not ($results | Where-Object { $_.Greeting -ne "greetings from process $($_.ProcessId)" }))"
"not more processes than workers: $(@($results.ProcessId | Sort-Object -Unique).Count -le $pool.Size)"
$counts = $results | Group-Object ProcessId | ForEach-Object { ($_.Group.Task | Measure-Object -Maximum).Maximum }
"what the workers counted, together: $(($counts | Measure-Object -Sum).Sum)"
Stop-ProcPool $pool
