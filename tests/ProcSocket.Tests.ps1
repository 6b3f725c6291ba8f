Describe 'A socket' {
    BeforeAll {
        . $PSScriptRoot/common.ps1

        # A server's socket on a free port of the loopback.
        function New-Listener {
            $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
            $listener.Start()
            $listener
        }

        # A client that says a word, which must be read: a connection that is closed with something unread is reset.
        function Open-Client {
            param([int] $Port, [string] $Word)

            $client = [Net.Sockets.TcpClient]::new('127.0.0.1', $Port)
            $writer = [IO.StreamWriter]::new($client.GetStream())
            $writer.WriteLine($Word)
            $writer.Flush()
            $client
        }

        function Read-Client {
            param($Client)

            $Client.ReceiveTimeout = 60000
            [IO.StreamReader]::new($Client.GetStream()).ReadToEnd()
            $Client.Dispose()
        }
    }

    AfterEach {
        Get-ChildProcess | Remove-Job -Force
        if ($listener) { $listener.Stop() }
    }

    It 'a server with an accept loop and a child a client' {
        $listener = New-Listener
        $clients = 1..3 | ForEach-Object { Open-Client $listener.LocalEndpoint.Port "client $_" }
        $children = foreach ($i in 1..3) {
            $client = $listener.AcceptTcpClient()
            Start-ChildProcess -ArgumentList $client {
                param($client)
                $stream = $client.GetStream()
                $word = [IO.StreamReader]::new($stream).ReadLine()
                $writer = [IO.StreamWriter]::new($stream)
                $writer.Write("$PID greets $word")
                $writer.Flush()
                $client.Close()
                Start-Sleep -Seconds 600
            }
            $client.Close()
        }

        # The children still run: each client sees the end because its child closed the connection, and nobody else has it.
        $answers = $clients | ForEach-Object { Read-Client $_ }
        foreach ($i in 0..2) { $answers[$i] | Should -BeLike "* greets client $($i + 1)" }
        @($answers -replace ' .*' | Sort-Object -Unique) | Should -HaveCount 3
        $children.IsAlive | Should -Be $true, $true, $true
    }

    It 'a pool of 4 serves 6 clients, of which 2 wait' {
        $listener = New-Listener
        $go = New-ProcEvent
        $serving = New-ProcValue 0
        $clients = 1..6 | ForEach-Object { Open-Client $listener.LocalEndpoint.Port "client $_" }
        $shell = New-Shell @'
1..6 | ForEach-Object { $listener.AcceptSocket() } | Invoke-ProcPool -ThrottleLimit 4 -ArgumentList $go, $serving {
    param($socket, $go, $serving)
    $stream = [Net.Sockets.NetworkStream]::new($socket, $true)
    $word = [IO.StreamReader]::new($stream).ReadLine()
    $null = $serving.Increment()
    $go.Wait()
    $writer = [IO.StreamWriter]::new($stream)
    $writer.Write("$PID served $word")
    $writer.Flush()
    $stream.Close()
}
'@
        foreach ($name in 'listener', 'go', 'serving') { $shell.Runspace.SessionStateProxy.SetVariable($name, (Get-Variable $name -ValueOnly)) }
        try {
            $running = $shell.BeginInvoke()
            Wait-Until { $serving.Value -eq 4 }
            $go.Set()
            $null = $shell.EndInvoke($running)
            $shell.Streams.Error | Should -BeNullOrEmpty
            $serving.Value | Should -Be 6
        } finally {
            Remove-Shell $shell
        }

        # A Socket that was sent stays open here until it is closed here too, or collected.
        [GC]::Collect()
        [GC]::WaitForPendingFinalizers()
        $answers = $clients | ForEach-Object { Read-Client $_ }
        foreach ($i in 0..5) { $answers[$i] | Should -BeLike "* served client $($i + 1)" }
    }

    It 'travels by $using:, within a table, through a list, and to a grandchild' {
        $listener = New-Listener
        $clients = 1..4 | ForEach-Object { Open-Client $listener.LocalEndpoint.Port "word $_" }
        $serve = { param($socket) $null = $socket.Receive([byte[]]::new(100)); $null = $socket.Send([Text.Encoding]::ASCII.GetBytes('served')); $socket.Close() }
        $list = New-ProcList
        $s1, $s2, $s3, $s4 = 1..4 | ForEach-Object { $listener.AcceptSocket() }
        $null = $list.Add($s3)
        Start-ChildProcess { . ([scriptblock]::Create($args[0])) $using:s1 } -ArgumentList "$serve" | Receive-ChildProcess -Wait
        Start-ChildProcess { . ([scriptblock]::Create($args[0])) $args[1].inner } -ArgumentList "$serve", @{ inner = $s2 } | Receive-ChildProcess -Wait
        Start-ChildProcess { . ([scriptblock]::Create($args[0])) $args[1][0] } -ArgumentList "$serve", $list | Receive-ChildProcess -Wait
        Start-ChildProcess {
            $serve, $socket = $args
            Start-ChildProcess { . ([scriptblock]::Create($args[0])) $args[1] } -ArgumentList $serve, $socket | Receive-ChildProcess -Wait
            $socket.Close()
        } -ArgumentList "$serve", $s4 | Receive-ChildProcess -Wait
        $s1, $s2, $s3, $s4 | ForEach-Object { $_.Close() }
        $clients | ForEach-Object { Read-Client $_ } | Should -Be 'served', 'served', 'served', 'served'
    }

    It 'travels through a queue to whichever child is free' {
        $listener = New-Listener
        $queue = New-ProcQueue
        $servers = 1..2 | ForEach-Object {
            Start-ChildProcess {
                Receive-ProcQueue $using:queue -All | ForEach-Object {
                    $stream = $_.GetStream()
                    $word = [IO.StreamReader]::new($stream).ReadLine()
                    $writer = [IO.StreamWriter]::new($stream)
                    $writer.Write("$word from $PID")
                    $writer.Flush()
                    $_.Close()
                }
            }
        }
        $clients = 1..4 | ForEach-Object { Open-Client $listener.LocalEndpoint.Port "word $_" }
        1..4 | ForEach-Object { Send-ProcQueue $queue $listener.AcceptTcpClient() }
        Close-ProcQueue $queue
        $answers = $clients | ForEach-Object { Read-Client $_ }
        $answers.ForEach{ $_ -replace ' from.*' } | Should -Be 'word 1', 'word 2', 'word 3', 'word 4'
        $answers.ForEach{ [int] ($_ -replace '.*from ') } | ForEach-Object { $_ | Should -BeIn $servers.ProcessId }
        $servers | Receive-ChildProcess -Wait
    }

    It 'the sender''s socket stays open and works until it is closed' {
        $listener = New-Listener
        $client = Open-Client $listener.LocalEndpoint.Port hello
        $socket = $listener.AcceptSocket()
        $null = $socket.Receive([byte[]]::new(100))
        $null = $socket.Send([byte[]] (65))
        Start-ChildProcess { $null = $args[0].Send([byte[]] (66)) } -ArgumentList $socket | Receive-ChildProcess -Wait
        $null = $socket.Send([byte[]] (67))
        $socket.Close()
        Read-Client $client | Should -Be 'ABC'
    }

    It 'arrives once: a second taker is told who has it' {
        $listener = New-Listener
        $client = Open-Client $listener.LocalEndpoint.Port hello
        $box = New-ProcValue $listener.AcceptSocket()
        $taken = $box.CompareExchange(0, 0)
        $taken | Should -BeOfType ([Net.Sockets.Socket])
        { $box.CompareExchange(0, 0) } | Should -Throw '*has taken it*'
        $taken.Close()
        $client.Dispose()
    }

    It 'a dictionary''s keys, and a removal, take none' {
        $listener = New-Listener
        $client = Open-Client $listener.LocalEndpoint.Port hello
        $d = New-ProcDictionary @{ conn = $listener.AcceptTcpClient() }
        $d.Keys | Should -Be 'conn'
        $d.Values.Count | Should -Be 1
        $child = Start-ChildProcess { $d = $using:d; if ($d.Keys -contains 'conn') { [IO.StreamReader]::new($d.conn.GetStream()).ReadLine() } }
        $child | Receive-ChildProcess -Wait | Should -Be 'hello'
        $d.Remove('conn')
        $d.Count | Should -Be 0
        $client.Dispose()
    }

    It 'a TcpClient is handed over: here it is closed, and sent again before it was taken it is the same' {
        $listener = New-Listener
        $client = Open-Client $listener.LocalEndpoint.Port hello
        $server = $listener.AcceptTcpClient()
        $null = New-ProcValue $server
        $server.Connected | Should -BeFalse
        $box = New-ProcValue $server
        $server.Close()
        $taken = $box.CompareExchange(0, 0)
        $taken.Connected | Should -BeTrue
        [IO.StreamReader]::new($taken.GetStream()).ReadLine() | Should -Be 'hello'
        $taken.Close()
        Read-Client $client | Should -BeNullOrEmpty
    }

    It 'NotSerializable: one that is closed, not connected, or listens for clients' {
        $commands = 'ProcConcurrency.Commands'
        $socket = [Net.Sockets.Socket]::new('InterNetwork', 'Stream', 'Tcp')
        $socket.Close()
        { Start-ChildProcess { } -ArgumentList $socket } | Should -Throw -ErrorId "NotSerializable,$commands.StartChildProcessCommand"
        { Start-ChildProcess { } -ArgumentList ([Net.Sockets.TcpClient]::new()) } | Should -Throw -ErrorId "NotSerializable,$commands.StartChildProcessCommand"
        $listener = New-Listener
        { Start-ChildProcess { } -ArgumentList $listener } | Should -Throw -ErrorId "NotSerializable,$commands.StartChildProcessCommand"
    }

    It 'a socket that listens can be shared by its accepting children' {
        $listener = New-Listener
        $port = $listener.LocalEndpoint.Port
        $children = 1..2 | ForEach-Object {
            Start-ChildProcess { param($server) $s = $server.Accept(); $null = $s.Receive([byte[]]::new(100)); $null = $s.Send([Text.Encoding]::ASCII.GetBytes("$PID")); $s.Close() } -ArgumentList $listener.Server
        }
        $answers = 1..2 | ForEach-Object { Read-Client (Open-Client $port hello) }
        $answers | Sort-Object { [int] $_ } | Should -Be @($children.ProcessId | Sort-Object | ForEach-Object { "$_" })
    }

    It 'leaves no descriptor, whether it was taken or not' {
        $listener = New-Listener
        $port = $listener.LocalEndpoint.Port
        $once = {
            # The sender's own copies are closed by hand: when a collection would close them is anybody's guess.
            $client = Open-Client $port hello
            $sent = $listener.AcceptTcpClient()
            Start-ChildProcess { $null = $args[0].Client.Receive([byte[]]::new(100)); $args[0].Close() } -ArgumentList $sent | Wait-ChildProcess | Out-Null
            $sent.Dispose()
            $null = Read-Client $client

            # This one dies before it takes anything.
            $client = Open-Client $port hello
            $sent = $listener.AcceptTcpClient()
            $child = Start-ChildProcess -EnginePath "$TestDrive/pwsh" { } -ArgumentList $sent
            $child | Wait-ChildProcess | Out-Null
            $sent.Dispose()
            $client.Dispose()
        }
        Set-Content "$TestDrive/pwsh" '#!/bin/sh', 'exit 1'
        & chmod +x "$TestDrive/pwsh"

        # A spare process has descriptors of its own, now here and now not.
        Set-ProcOption -SpareProcessCount 0
        . $once
        Get-ChildProcess | Remove-Job -Force
        $before = Measure-Descriptor
        1..3 | ForEach-Object { . $once }
        Get-ChildProcess | Remove-Job -Force
        Wait-Until { (Measure-Descriptor) -le $before }
        Set-ProcOption -SpareProcessCount 1
    }
}
