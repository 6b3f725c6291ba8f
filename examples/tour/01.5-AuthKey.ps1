<#
.SYNOPSIS
The key by which the processes of a session know each other.

.DESCRIPTION
It is made at random for each session, the same in all its processes, and a SecureString, so that it is not shown by accident. A
listener takes it; a client with another key is refused.

.EXAMPLE
./01.5-AuthKey.ps1
#>
[CmdletBinding()]
param()

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../../ProcConcurrency.psd1" -ErrorAction Stop
}

$child = Start-ChildProcess { (Get-ChildProcess -Current).AuthKey }
$theirs = $child | Receive-ChildProcess -Wait -AutoRemoveJob
$mine = (Get-ChildProcess -Current).AuthKey

"The key is shown as $mine"
"The child has the same key: $((ConvertFrom-SecureString $mine -AsPlainText) -ceq (ConvertFrom-SecureString $theirs -AsPlainText))"

$listener = New-ProcListener -AuthKey $mine
$client = Start-ChildProcess -ArgumentList $listener.Address {
    param($address)
    try {
        Connect-ProcPipe $address -AuthKey 'a wrong key'
    } catch {
        "with a wrong key: $(($_.FullyQualifiedErrorId -split ',')[0])"
    }

    (Connect-ProcPipe $address -AuthKey (Get-ChildProcess -Current).AuthKey).Send('hello')
}
$pipe = Receive-ProcListener $listener
"with the session's key: $($pipe.Receive())"
$client | Receive-ChildProcess -Wait -AutoRemoveJob
$pipe | Close-ProcPipe
Close-ProcListener $listener
