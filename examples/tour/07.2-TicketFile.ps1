<#
.SYNOPSIS
Ten buyers and one ticket, in a JSON file: oversold without a lock, and sold once with it.

.DESCRIPTION
Each looks how many tickets are left, and then buys: reads the file, waits as for a network, and writes it back. Without a lock all
read that one is left. A lock around the reading and the writing lets exactly one have it.

.PARAMETER TimeScale
Multiplies each sleep and timeout: 0.1 runs the program ten times as quick.

.PARAMETER Buyers
How many want the ticket.

.EXAMPLE
./07.2-TicketFile.ps1
#>
[CmdletBinding()]
param(
    [ValidateRange(0.001, 1000.0)] [double] $TimeScale = 1,
    [ValidateRange(2, 100)] [int] $Buyers = 10
)

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../../ProcConcurrency.psd1" -ErrorAction Stop
}

# In a child, beside each other for both sales.
$buyer = {
    param($Name, $File, $Seconds, $Barrier, $Lock)

    function Get-Ticket {
        (Get-Content $File -Raw | ConvertFrom-Json).count
    }

    function Buy-Ticket {
        $count = Get-Ticket
        Start-Sleep $Seconds    # The network.
        if ($count -gt 0) {
            Set-Content $File (@{ count = $count - 1 } | ConvertTo-Json -Compress)
            "$Name has bought a ticket"
        } else {
            "$Name comes too late"
        }
    }

    "$Name sees $(Get-Ticket) left"
    $null = Wait-ProcBarrier $Barrier
    if ($Lock) { Use-ProcLock $Lock { Buy-Ticket } } else { Buy-Ticket }
}

$file = New-TemporaryFile
try {
    foreach ($lock in $null, (New-ProcLock)) {
        $lock ? '-- with a lock' : '-- without a lock'
        Set-Content $file '{"count":1}'
        $barrier = New-ProcBarrier $Buyers
        $children = 1..$Buyers | ForEach-Object {
            Start-ChildProcess $buyer -ArgumentList "buyer $_", $file.FullName, (0.5 * $TimeScale), $barrier, $lock
        }
        $lines = $children | Receive-ChildProcess -Wait -AutoRemoveJob
        $lines -like '*sees*'
        $lines -notlike '*sees*'
        "tickets sold: $(@($lines -like '*bought*').Count)"
    }
} finally {
    Remove-Item $file
}
