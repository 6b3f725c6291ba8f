<#
.SYNOPSIS
The echo server by Invoke-ProcTask: one client at a time.

.DESCRIPTION
Invoke-ProcTask waits for its task. So the second client, though it is connected and has sent its line, gets its answer only when the
first has gone.

.PARAMETER TimeScale
Multiplies each sleep and timeout: 0.1 runs the program ten times as quick.

.PARAMETER Workers
How many processes could serve.

.EXAMPLE
./03.3-EchoInvoke.ps1
#>
[CmdletBinding()]
param(
    [ValidateRange(0.001, 1000.0)] [double] $TimeScale = 1,
    [ValidateRange(1, 100)] [int] $Workers = 4
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

$client = {
    param($Port, $Name, $Log, $Barrier)
    $connection = [Net.Sockets.TcpClient]::new('127.0.0.1', $Port)
    $null = Wait-ProcBarrier $Barrier    # Both are connected before either is served.
    $reader = [IO.StreamReader]::new($connection.GetStream())
    $connection.Client.Send([Text.Encoding]::UTF8.GetBytes("hello from $Name`n")) | Out-Null
    $null = $Log.Add("got $($reader.ReadLine())")
    Start-Sleep (1 * $using:TimeScale)
    $null = $Log.Add("$Name goes")
    $connection.Close()
}

$listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
$listener.Start()
$port, $log, $barrier = $listener.LocalEndpoint.Port, (New-ProcList), (New-ProcBarrier 2)
$clients = 'egon', 'alex' | ForEach-Object { Start-ChildProcess $client -ArgumentList $port, $_, $log, $barrier }

$pool = New-ProcPool $Workers
1..2 | ForEach-Object { Invoke-ProcTask -Pool $pool $serve -InputObject $listener.AcceptTcpClient() }
$null = $clients | Wait-ChildProcess
$log.ToArray()

$clients | Remove-Job
Stop-ProcPool $pool
$listener.Stop()
