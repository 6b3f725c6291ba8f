<#
.SYNOPSIS
Five pages are fetched by workers, and parsed and written to a file by the session.

.DESCRIPTION
The workers only fetch. The callback gets each page in the session, one at a time, so nothing needs a lock: neither the file nor the
variable. The pages come from a small web server that the example starts, which runs in a child.

.PARAMETER Workers
How many processes fetch.

.EXAMPLE
./13.5-Callbacks.ps1
#>
[CmdletBinding()]
param([ValidateRange(1, 100)] [int] $Workers = 4)

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../../ProcConcurrency.psd1" -ErrorAction Stop
}

# A web server in a child: it is given a socket that listens, and serves until it is ended.
$listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
$listener.Start()
$address = "http://$($listener.LocalEndpoint)"
$server = Start-ChildProcess -Daemon -ArgumentList $listener.Server {
    param($Socket)
    while ($true) {
        $client = [Net.Sockets.NetworkStream]::new($Socket.Accept(), $true)
        $reader = [IO.StreamReader]::new($client)
        $path = ($reader.ReadLine() -split ' ')[1]
        while ($reader.ReadLine()) { }    # The headers, up to the empty line.
        $page = "<html><head><title>Page $path</title></head><body>$('x' * 10 * $path.Length)</body></html>"
        $head = "HTTP/1.1 200 OK`r`nContent-Type: text/html`r`nContent-Length: $($page.Length)`r`nConnection: close`r`n`r`n"
        $client.Write([Text.Encoding]::ASCII.GetBytes($head + $page))
        $client.Dispose()
    }
}
$listener.Stop()

$file = New-TemporaryFile
$script:pages, $script:parsedBy = 0, @()
$pool = New-ProcPool $Workers
$addresses = 'one', 'two', 'three', 'four', 'five' | ForEach-Object { "$address/$_" }
$null = $addresses | Submit-ProcTask -Pool $pool {
    [pscustomobject]@{ Url = $_; Text = (Invoke-WebRequest $_).Content; ProcessId = $PID }
} -Callback {
    param($page)
    $title = [regex]::Match($page.Text, '<title>(.*?)</title>').Groups[1].Value
    Add-Content $file "$title, $($page.Text.Length) characters, fetched in the session: $($page.ProcessId -eq $PID)"
    $script:pages++
    $script:parsedBy += $PID
} -ErrorCallback {
    param($failure)
    Add-Content $file "failed: $failure"
}

Close-ProcPool $pool
Wait-ProcPool $pool
Get-Content $file
"pages: $script:pages, all parsed in the session: $(@($script:parsedBy | Sort-Object -Unique) -eq $PID ? 'yes' : 'no')"

$server | Stop-ChildProcess -Force
$null = $server | Wait-ChildProcess
$server | Remove-Job
Remove-Item $file
