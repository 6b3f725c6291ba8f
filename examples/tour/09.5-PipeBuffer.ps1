<#
.SYNOPSIS
Receive into a buffer of one's own, also one that is too small.

.DESCRIPTION
ReceiveInto fills the buffer from a place on and says how many bytes came. What doesn't fit is a BufferTooShortException, which has the
whole message: nothing is lost, and the pipe can be used further.

.EXAMPLE
./09.5-PipeBuffer.ps1
#>
[CmdletBinding()]
param()

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../../ProcConcurrency.psd1" -ErrorAction Stop
}

$a, $b = New-ProcPipe
$child = Start-ChildProcess -ArgumentList $b {
    param($Pipe)
    foreach ($text in 'hello', 'a message that is too long', 'bye') { Send-ProcPipe $Pipe -Bytes ([Text.Encoding]::ASCII.GetBytes($text)) }
}

$buffer = [byte[]]::new(10)
foreach ($place in 0, 0, 5) {
    try {
        $count = $a.ReceiveInto($buffer, $place)
        "$count bytes: $([Text.Encoding]::ASCII.GetString($buffer, $place, $count))"
    } catch [ProcConcurrency.Runtime.Messaging.BufferTooShortException] {
        $bytes = $_.Exception.GetBytes()
        "too long for the buffer, $($bytes.Length) bytes: $([Text.Encoding]::ASCII.GetString($bytes))"
    }
}
"the buffer: $([Text.Encoding]::ASCII.GetString($buffer, 0, 8))"

$null = $child | Wait-ChildProcess
$child | Remove-Job
Close-ProcPipe $a
