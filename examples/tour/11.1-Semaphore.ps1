<#
.SYNOPSIS
Ten users and five places.

.DESCRIPTION
Not more than five are inside at a time; each that leaves lets the next one in.

.PARAMETER TimeScale
Multiplies each sleep and timeout: 0.1 runs the program ten times as quick.

.PARAMETER Users
How many users come.

.PARAMETER Places
How many of them find place at a time.

.EXAMPLE
./11.1-Semaphore.ps1
#>
[CmdletBinding()]
param(
    [ValidateRange(0.001, 1000.0)] [double] $TimeScale = 1,
    [ValidateRange(1, 100)] [int] $Users = 10,
    [ValidateRange(1, 100)] [int] $Places = 5
)

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../../ProcConcurrency.psd1" -ErrorAction Stop
}

$room = New-ProcSemaphore $Places
$inside, $here = (New-ProcValue 0), (New-ProcBarrier $Users)
$children = 1..$Users | ForEach-Object {
    Start-ChildProcess -ArgumentList $_ {
        param($Number)
        $inside = $using:inside
        $null = Wait-ProcBarrier $using:here
        Use-ProcLock $using:room {
            "user $Number has a place; inside: $($inside.Increment())"
            Start-Sleep ((Get-Random -Minimum 1.0 -Maximum 2.0) * $using:TimeScale)
            "user $Number leaves; inside: $($inside.Increment(-1))"
        }
    }
}
$children | Receive-ChildProcess -Wait -AutoRemoveJob
