<#
.SYNOPSIS
Run() runs the block in this process: an ordinary call, and no child.

.DESCRIPTION
The process id is the session's, and what the block sets with $global: is set in the session.

.EXAMPLE
./01.3-RunHere.ps1
#>
[CmdletBinding()]
param()

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../../ProcConcurrency.psd1" -ErrorAction Stop
}

$global:TourMark = 'untouched'
$child = New-ChildProcess { $global:TourMark = "set in process $PID"; "running in process $PID" } -Name here

"This is the session, process $PID"
$child.Run()
"The mark of the session is: $global:TourMark"
"State of the child: $($child.State); process id: $($child.ProcessId ?? 'none')"

$child | Remove-Job -Force    # Remove-Job alone takes only what has ended.
Remove-Variable TourMark -Scope Global
