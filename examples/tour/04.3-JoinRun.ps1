<#
.SYNOPSIS
A wait for a child that was only Run() is an error.

.DESCRIPTION
Run() is a call in this process. No child was started, so there is nothing to wait for.

.EXAMPLE
./04.3-JoinRun.ps1
#>
[CmdletBinding()]
param()

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../../ProcConcurrency.psd1" -ErrorAction Stop
}

$child = New-ChildProcess { "running in process $PID" } -Name never
"This is the session, process $PID"
$child.Run()

try {
    $child | Wait-ChildProcess -ErrorAction Stop
} catch {
    "$(($_.FullyQualifiedErrorId -split ',')[0]): $_"
}

$child | Remove-Job -Force
