<#
.SYNOPSIS
Finds out which of many hosts answer on a port, each within a time limit.

.DESCRIPTION
Opens a TCP connection to each host and port, many at a time. A host that neither accepts nor refuses is given up after -TaskTimeout
seconds, whatever the system's own limit is, and is tried -RetryCount times more. So 200 hosts of which a hundred are silent take a
hundred time limits divided by -ThrottleLimit, not hours.

Writes an object for each host and port, in the order of the input: ComputerName, Port, Status (Open, Refused, TimedOut, Failed),
Milliseconds and Reason. With -LogPath a run that was cut short goes on where it was.

.PARAMETER ComputerName
Names or addresses. They may come from the pipeline: Get-Content hosts.txt | ./Test-HostPort.ps1 -Port 22

.PARAMETER Port
The ports to try on each host.

.PARAMETER TaskTimeout
The most seconds that one connection may take.

.PARAMETER RetryCount
How many times a silent host is tried again.

.PARAMETER ThrottleLimit
The most connections at a time. Each is a process of its own.

.PARAMETER LogPath
A log of all tries, from which a later run with the same log goes on.

.EXAMPLE
Get-Content hosts.txt | ./Test-HostPort.ps1 -Port 22, 443 | Where-Object Status -NE Open

.EXAMPLE
1..254 | ForEach-Object { "192.168.1.$_" } | ./Test-HostPort.ps1 -Port 22 -TaskTimeout 1 -ThrottleLimit 32
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory, Position = 0, ValueFromPipeline)]
    [ValidateNotNullOrEmpty()]
    [string[]] $ComputerName,

    [Parameter(Position = 1)]
    [ValidateRange(1, 65535)]
    [int[]] $Port = 22,

    [ValidateRange(0.1, 3600)]
    [double] $TaskTimeout = 3,

    [ValidateRange(0, 10)]
    [int] $RetryCount = 0,

    [ValidateRange(1, 1024)]
    [int] $ThrottleLimit = 16,

    [string] $LogPath
)

begin {
    Set-StrictMode -Version 3
    if (-not (Get-Module ProcConcurrency)) {
        Import-Module "$PSScriptRoot/../ProcConcurrency.psd1" -ErrorAction Stop
    }

    $targets = [Collections.Generic.List[object]]::new()
}

process {
    foreach ($name in $ComputerName) {
        foreach ($number in $Port) {
            $targets.Add([pscustomobject]@{ ComputerName = $name; Port = $number })
        }
    }
}

end {
    $how = @{ TaskTimeout = $TaskTimeout; RetryCount = $RetryCount; ThrottleLimit = $ThrottleLimit; Detailed = $true }
    if ($LogPath) {
        $how += @{ LogPath = $LogPath; Resume = $true }
    }

    # A refused connection is an answer, and no reason to try again: so it is no error.
    Invoke-ProcPool @how -InputObject $targets {
        $client = [Net.Sockets.TcpClient]::new()
        try {
            $client.Connect($_.ComputerName, $_.Port)
            'Open'
        } catch {
            $cause = $_.Exception.GetBaseException()
            if ($cause -isnot [Net.Sockets.SocketException] -or $cause.SocketErrorCode -ne 'ConnectionRefused') { throw $cause }
            'Refused'
        } finally {
            $client.Dispose()
        }
    } | ForEach-Object {
        [pscustomobject]@{
            ComputerName = $_.InputObject.ComputerName
            Port         = $_.InputObject.Port
            Status       = $_.Status -eq 'Done' ? "$($_.Output)" : $_.Status -eq 'TimedOut' ? 'TimedOut' : 'Failed'
            Milliseconds = [Math]::Round($_.Duration.TotalMilliseconds, 1)
            Reason       = $_.Error ? "$($_.Error[0])" : $null
        }
    }
}
