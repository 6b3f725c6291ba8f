<#
.SYNOPSIS
A child has its own memory: what it changes there stays there.

.DESCRIPTION
The session's $n is still 100 after the child has set its own to 1.

.EXAMPLE
./02.1-MemoryIsolation.ps1
#>
[CmdletBinding()]
param()

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../../ProcConcurrency.psd1" -ErrorAction Stop
}

$n = 100
$child = Start-ChildProcess {
    $n = $using:n
    "the child got $n"
    $n = 1
    "the child says $n"
}
$child | Receive-ChildProcess -Wait -AutoRemoveJob
"the session says $n"
