<#
.SYNOPSIS
The echo server with a pool of 4 workers, and 6 clients.

.DESCRIPTION
Four clients are served at once, by four processes. Two wait, until one of the four has gone: then that one's process serves them.

.PARAMETER Workers
How many processes serve.

.PARAMETER Clients
How many clients come; more than there are workers.

.EXAMPLE
./03.2-EchoPool.ps1
#>
[CmdletBinding()]
param(
    [ValidateRange(1, 100)] [int] $Workers = 4,
    [ValidateRange(2, 1000)] [int] $Clients = 6
)

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../../ProcConcurrency.psd1" -ErrorAction Stop
}

$serve = {
    param([Net.Sockets.TcpClient] $connection)
    $reader = [IO.StreamReader]::new($connection.GetStream())
    $writer = [IO.StreamWriter]::new($connection.GetStream())
    $writer.AutoFlush = $true
    while ($null -ne ($line = $reader.ReadLine())) {
        $writer.WriteLine("$($line.ToUpper()) from process $PID")
    }

    $connection.Close()
}

$listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
$listener.Start()

# A client of the server: one line there, one line back.
function Connect-Echo {
    $client = [Net.Sockets.TcpClient]::new('127.0.0.1', $listener.LocalEndpoint.Port)
    [pscustomobject]@{ Client = $client; Reader = [IO.StreamReader]::new($client.GetStream()) }
}

function Send-Echo($Connection, [string] $Line) {
    $Connection.Client.Client.Send([Text.Encoding]::UTF8.GetBytes("$Line`n")) | Out-Null
}

$pool = New-ProcPool $Workers
$connections = 1..$Clients | ForEach-Object {
    Connect-Echo
    Submit-ProcTask -Pool $pool $serve -InputObject $listener.AcceptTcpClient() | Out-Null
}
foreach ($number in 1..$Clients) { Send-Echo $connections[$number - 1] "hello $number" }

foreach ($number in 1..$Workers) { "client $number got $($connections[$number - 1].Reader.ReadLine())" }
"$($pool.Running) are served, $($pool.Waiting) wait"

# Each that goes makes room for one that waits.
foreach ($number in 1..$Workers) { $connections[$number - 1].Client.Close() }
foreach ($number in ($Workers + 1)..$Clients) {
    "client $number got $($connections[$number - 1].Reader.ReadLine())"
    $connections[$number - 1].Client.Close()
}

Close-ProcPool $pool
Wait-ProcPool $pool
$listener.Stop()
