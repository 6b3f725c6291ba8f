<#
.SYNOPSIS
The ticket server: a lock for each connection protects nothing, one lock for all does.

.DESCRIPTION
A child serves each connection and looks into the same file. A server that makes a new lock for each connection gives each child a lock
that nobody else has, and sells one ticket to all. The right way is one lock, made once, that all children are given.

.PARAMETER TimeScale
Multiplies each sleep and timeout: 0.1 runs the program ten times as quick.

.PARAMETER Clients
How many clients want the ticket.

.EXAMPLE
./07.3-TicketServer.ps1
#>
[CmdletBinding()]
param(
    [ValidateRange(0.001, 1000.0)] [double] $TimeScale = 1,
    [ValidateRange(2, 100)] [int] $Clients = 3
)

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../../ProcConcurrency.psd1" -ErrorAction Stop
}

$serve = {
    param([Net.Sockets.TcpClient] $connection, $File, $Lock, $Seconds)
    $reader = [IO.StreamReader]::new($connection.GetStream())
    $writer = [IO.StreamWriter]::new($connection.GetStream())
    $writer.AutoFlush = $true
    while ($null -ne ($line = $reader.ReadLine())) {
        $answer = if ($line -eq 'look') {
            "$(Get-Content $File) left"
        } else {
            Use-ProcLock $Lock {
                $left = [int] (Get-Content $File)
                Start-Sleep $Seconds
                if ($left -gt 0) { Set-Content $File ($left - 1); 'bought' } else { 'sold out' }
            }
        }

        $writer.WriteLine($answer)
    }

    $connection.Close()
}

# Sends each client's request before it reads the first answer, so that all come at once.
function Send-Request($Clients, [string] $Line) {
    foreach ($client in $Clients) { $null = $client.Client.Client.Send([Text.Encoding]::UTF8.GetBytes("$Line`n")) }
    foreach ($client in $Clients) { "client $($client.Number), ${Line}: $($client.Reader.ReadLine())" }
}

$file = New-TemporaryFile
$listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
$listener.Start()
try {
    $oneLock = New-ProcLock
    foreach ($way in 'a lock for each connection', 'one lock for all') {
        "-- $way"
        Set-Content $file 1
        $servers = @()
        $connected = foreach ($number in 1..$Clients) {
            $client = [Net.Sockets.TcpClient]::new('127.0.0.1', $listener.LocalEndpoint.Port)
            [pscustomobject]@{ Number = $number; Client = $client; Reader = [IO.StreamReader]::new($client.GetStream()) }
            $lock = $way -eq 'one lock for all' ? $oneLock : (New-ProcLock)
            $servers += Start-ChildProcess $serve -ArgumentList $listener.AcceptTcpClient(), $file.FullName, $lock, (0.5 * $TimeScale)
        }

        Send-Request $connected look
        $answers = Send-Request $connected buy
        $answers
        "tickets sold: $(@($answers -like '*bought').Count)"

        $connected.Client.Close()
        $null = $servers | Wait-ChildProcess
        $servers | Remove-Job
    }
} finally {
    $listener.Stop()
    Remove-Item $file
}
