<#
.SYNOPSIS
A pipe for request and answer: the adder.

.DESCRIPTION
A pipe carries both ways. The server answers until the client has closed its end.

.EXAMPLE
./09.2-PipeAdder.ps1
#>
[CmdletBinding()]
param()

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../../ProcConcurrency.psd1" -ErrorAction Stop
}

$client, $server = New-ProcPipe
$adder = Start-ChildProcess -ArgumentList $server {
    param($Pipe)
    Receive-ProcPipe $Pipe -All | ForEach-Object { Send-ProcPipe $Pipe ($_[0] + $_[1]) }
    'the adder has no more to do'
}

foreach ($pair in (1, 2), (20, 22), ('con', 'currency')) {
    Send-ProcPipe $client $pair
    "$($pair -join ' + ') = $(Receive-ProcPipe $client)"
}

Close-ProcPipe $client
$adder | Receive-ChildProcess -Wait -AutoRemoveJob
