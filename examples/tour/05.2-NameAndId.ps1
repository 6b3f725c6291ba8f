<#
.SYNOPSIS
Name and process id of a child, and of the session.

.DESCRIPTION
The process id is there from the start on, and still when the child is long gone. Inside, Get-ChildProcess -Current tells the same.

.EXAMPLE
./05.2-NameAndId.ps1
#>
[CmdletBinding()]
param()

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../../ProcConcurrency.psd1" -ErrorAction Stop
}

$child = New-ChildProcess -Name worker {
    $me = Get-ChildProcess -Current
    "inside: $($me.Name), process $($me.ProcessId), started by process $($me.ParentProcessId)"
}
$unnamed = New-ChildProcess { }

"the session: $((Get-ChildProcess -Current).Name), process $PID"
"before the start: $($child.Name), process '$($child.ProcessId)'"
$null = Start-ChildProcess -ChildProcess $child, $unnamed
$child | Receive-ChildProcess -Wait
"after the end: $($child.Name), process $($child.ProcessId), alive is $($child.IsAlive)"
"a child that was given no name: $($unnamed.Name -replace '\d+', 'N')"

$null = $unnamed | Wait-ChildProcess
$child, $unnamed | Remove-Job
