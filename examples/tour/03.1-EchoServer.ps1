<#
.SYNOPSIS
An echo server with a child process for each client, and its clients.

.DESCRIPTION
The session accepts; each connection is handed to a child of its own, which sends back what it gets in capitals. So two clients are
served at the same time: the second has its answer while the first is still connected.

.EXAMPLE
./03.1-EchoServer.ps1
#>
[CmdletBinding()]
param()

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

$client = {
    param($Port, $Name, $Barrier)
    $connection = [Net.Sockets.TcpClient]::new('127.0.0.1', $Port)
    $reader = [IO.StreamReader]::new($connection.GetStream())
    $writer = [IO.StreamWriter]::new($connection.GetStream())
    $writer.AutoFlush = $true
    foreach ($word in 'hello', 'bye') {
        $writer.WriteLine($word)
        "$Name sent $word and got $($reader.ReadLine())"
        $null = Wait-ProcBarrier $Barrier    # The clients go on together, each connected still.
    }

    $connection.Close()
}

$listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
$listener.Start()
$port, $barrier = $listener.LocalEndpoint.Port, (New-ProcBarrier 2)
$clients = 'egon', 'alex' | ForEach-Object { Start-ChildProcess $client -ArgumentList $port, $_, $barrier }
$servers = 1..2 | ForEach-Object { Start-ChildProcess $serve -ArgumentList $listener.AcceptTcpClient() }

$clients | Receive-ChildProcess -Wait -AutoRemoveJob
$null = $servers | Wait-ChildProcess
"The servers were the processes $($servers.ProcessId -join ' and '); their exit codes: $($servers.ExitCode -join ', ')"
$servers | Remove-Job
$listener.Stop()
