<#
.SYNOPSIS
How a child ended, told by its exit code.

.DESCRIPTION
0 is a block that ran to its end, 1 an error that ended it, N what it said by exit N, and -N the signal N that ended it. While the
child runs there is none.

.EXAMPLE
./01.4-ExitCode.ps1
#>
[CmdletBinding()]
param()

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../../ProcConcurrency.psd1" -ErrorAction Stop
}

$children = @(
    Start-ChildProcess { 'all is well' } -Name 'ran to its end'
    Start-ChildProcess { throw 'no disk' } -Name 'threw an error'
    Start-ChildProcess { exit 7 } -Name 'said exit 7'
    Start-ChildProcess { Stop-Process -Id $PID -Force } -Name 'was killed'
)
$asked = Start-ChildProcess { Start-Sleep 600 } -Name 'was asked to end'
"$($asked.Name): '$($asked.ExitCode)' while it runs"
$asked | Stop-ChildProcess

$null = $children + $asked | Wait-ChildProcess
$children + $asked | ForEach-Object { "$($_.Name): $($_.ExitCode), $($_.State)" }

# The reason of a failure is kept, too.
"$($children[1].Name): $($children[1].JobStateInfo.Reason.Message)"
$children + $asked | Remove-Job
