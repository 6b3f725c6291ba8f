<#
.SYNOPSIS
100 children decrement a counter: without a lock, under a lock, and in one step.

.DESCRIPTION
Each takes one from three counters. The first is read, and then written: what others write in between is lost. (Four at a time wait
for each other in between, so that it doesn't take luck to see that.) Under a lock nothing is lost, however long it takes from the one
to the other, and the counter ends at 0; nor by Increment, which is one step and needs no lock.

.PARAMETER Count
How many children; a multiple of four.

.EXAMPLE
./10.1-Counter.ps1
#>
[CmdletBinding()]
param([ValidateScript({ $_ -gt 0 -and $_ % 4 -eq 0 }, ErrorMessage = 'A multiple of four, please.')] [int] $Count = 100)

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../../ProcConcurrency.psd1" -ErrorAction Stop
}

$counters = New-ProcDictionary @{ bare = $Count; locked = $Count; atomic = $Count }
$lock, $four = (New-ProcLock), (New-ProcBarrier 4)
$children = 1..$Count | ForEach-Object {
    Start-ChildProcess -ArgumentList $counters, $lock, $four {
        param($Counters, $Lock, $Four)
        $seen = $Counters.bare
        $null = Wait-ProcBarrier $Four
        $Counters.bare = $seen - 1

        Use-ProcLock $Lock {
            $seen = $Counters.locked
            Start-Sleep -Milliseconds 20
            $Counters.locked = $seen - 1
        }

        $null = $Counters.Increment('atomic', -1)
    }
}
$null = $children | Wait-ChildProcess

"$Count children have taken one each"
"without a lock: $($counters.bare) are left"
"under a lock: $($counters.locked) are left"
"in one step: $($counters.atomic) are left"
$children | Remove-Job
