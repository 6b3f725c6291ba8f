<#
.SYNOPSIS
Whether a child is a daemon is settled when it starts.

.DESCRIPTION
Before the start the flag can be set; after it that is an error, and the flag stays as it was.

.EXAMPLE
./06.3-DaemonTooLate.ps1
#>
[CmdletBinding()]
param()

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../../ProcConcurrency.psd1" -ErrorAction Stop
}

$child = New-ChildProcess { Start-Sleep 600 } -Name late
$child.Daemon = $true
"before the start: daemon is $($child.Daemon)"

$child.Start()
try {
    $child.Daemon = $false
} catch {
    "$(($_.FullyQualifiedErrorId -split ',')[0]): $($_.Exception.GetBaseException().Message)"
}
"after the start: daemon is $($child.Daemon)"

$child | Stop-ChildProcess -Force
$null = $child | Wait-ChildProcess
$child | Remove-Job
