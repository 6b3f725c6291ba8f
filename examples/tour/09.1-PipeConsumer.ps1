<#
.SYNOPSIS
A consumer that ends by the end of the pipe.

.DESCRIPTION
The child is given both ends, as in Python, and closes the one that it doesn't use: its own copy, not the session's. When the session
closes its end, the consumer receives what is left and then gets PipeClosed, Python's EOFError.

.PARAMETER Count
How many buns are sent.

.EXAMPLE
./09.1-PipeConsumer.ps1
#>
[CmdletBinding()]
param([ValidateRange(1, 100000)] [int] $Count = 5)

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../../ProcConcurrency.psd1" -ErrorAction Stop
}

$left, $right = New-ProcPipe
$consumer = Start-ChildProcess -ArgumentList $left, $right, egon {
    param($Left, $Right, $Name)
    Close-ProcPipe $Left
    try {
        while ($true) { "$Name has eaten bun $(Receive-ProcPipe $Right)" }
    } catch {
        "$Name has seen the end: $(($_.FullyQualifiedErrorId -split ',')[0])"
    }
}

1..$Count | Send-ProcPipe $left
Close-ProcPipe $left
$consumer | Receive-ChildProcess -Wait -AutoRemoveJob
