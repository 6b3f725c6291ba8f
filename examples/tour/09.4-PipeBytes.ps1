<#
.SYNOPSIS
Bytes as they are, a part of an array, and a receiver that takes no more than so many.

.DESCRIPTION
A message that is longer than the receiver allows is the error MessageTooLarge.

.EXAMPLE
./09.4-PipeBytes.ps1
#>
[CmdletBinding()]
param()

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../../ProcConcurrency.psd1" -ErrorAction Stop
}

$a, $b = New-ProcPipe
$child = Start-ChildProcess -ArgumentList $b {
    param($Pipe)
    $bytes = [byte[]] (1..10)
    Send-ProcPipe $Pipe -Bytes $bytes
    Send-ProcPipe $Pipe -Bytes $bytes -Offset 2 -Count 3
    Send-ProcPipe $Pipe -Bytes $bytes
}

"all of them: $(Receive-ProcPipe $a -AsBytes)"
"a part: $(Receive-ProcPipe $a -AsBytes -MaxLength 5)"
try {
    Receive-ProcPipe $a -AsBytes -MaxLength 5
} catch {
    "not more than 5: $(($_.FullyQualifiedErrorId -split ',')[0])"
}

$null = $child | Wait-ChildProcess
$child | Remove-Job
Close-ProcPipe $a
