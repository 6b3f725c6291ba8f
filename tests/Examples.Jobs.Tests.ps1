Describe 'examples/Compress-Tree.ps1' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $compress = Convert-Path "$PSScriptRoot/../examples/Compress-Tree.ps1"
        $log = "$TestDrive/compress.jsonl"
        $null = 'one.txt', 'deep/two [x] ''q''.txt' | ForEach-Object { New-Item "$TestDrive/c/$_" -Value ('text ' * 1000) -Force }
        & ln -s one.txt "$TestDrive/c/link"
    }

    AfterAll {
        Clear-ProcSession
    }

    It 'does nothing with -WhatIf' {
        & $compress "$TestDrive/c" -WhatIf | Should -BeNullOrEmpty
        Get-ChildItem "$TestDrive/c" -Recurse -Filter *.gz | Should -BeNullOrEmpty
    }

    It 'compresses each file once, however often it is called with the same log' {
        & $compress "$TestDrive/c" -Keep -Force -LogPath $log -ThrottleLimit 1 | Should -BeLike '2 files compressed, 0 skipped, 0 failed; 10000 bytes became *'
        (& gzip -dc "$TestDrive/c/one.txt.gz") | Should -Be ('text ' * 1000)
        "$TestDrive/c/deep" | Get-ChildItem -Name | Should -Be 'two [x] ''q''.txt', 'two [x] ''q''.txt.gz'
        "$TestDrive/c/link.gz" | Should -Not -Exist
        Add-Content -LiteralPath "$TestDrive/c/one.txt" 'changed'
        & $compress "$TestDrive/c", "$TestDrive/c/deep" -Keep -Force -LogPath $log -ThrottleLimit 1 | Should -BeLike '1 files compressed, 1 skipped, 0 failed; *'
    }

    It 'tells of a file whose tool fails, by its exit code, and goes on' {
        # The place of its result is a folder; the log lies among the files.
        $null = New-Item "$TestDrive/d/bad.txt.gz" -ItemType Directory -Force
        $null = New-Item "$TestDrive/d/bad.txt", "$TestDrive/d/good.txt", "$TestDrive/d/old.txt", "$TestDrive/d/old.txt.gz" -Value text
        $said = & $compress "$TestDrive/d" -LogPath "$TestDrive/d/run.log" -ThrottleLimit 1 -ErrorVariable errors -ErrorAction SilentlyContinue
        $said | Should -BeLike '1 files compressed, 0 skipped, 2 failed; 4 bytes became *'
        @($errors).FullyQualifiedErrorId | Should -Be 'TargetExists', 'TargetExists'
        $said = & $compress "$TestDrive/d" -Force -LogPath "$TestDrive/d/run.log" -ThrottleLimit 1 -ErrorVariable errors -ErrorAction SilentlyContinue
        $said | Should -BeLike '1 files compressed, 0 skipped, 1 failed; 4 bytes became *'
        @($errors).FullyQualifiedErrorId | Should -Contain 'ToolFailed'
        "$errors" | Should -BeLike '*gzip ended with *bad.txt*'
        { & $compress "$TestDrive/none" } | Should -Throw '*none*'
    }
}

Describe 'examples/Search-Log.ps1' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $search = Convert-Path "$PSScriptRoot/../examples/Search-Log.ps1"
        $expected = @{}
        $lines = foreach ($i in 1..3000) {
            $name = "host$($i % 7)" + 'é' * ($i % 5)
            $isFound = $i % 3 -eq 0
            $expected[$name] += $isFound ? 1 : 0
            "$name GET /$i $($isFound ? 404 : 200)"
        }
        [IO.File]::WriteAllText("$TestDrive/unix.log", $lines -join "`n")
        [IO.File]::WriteAllText("$TestDrive/windows.log", ($lines -join "`r`n") + "`r`n")
        & gzip -c "$TestDrive/unix.log" > "$TestDrive/packed.log.gz"
        [IO.File]::WriteAllText("$TestDrive/wide[1].log", $lines -join "`n", [Text.Encoding]::Unicode)
    }

    AfterAll {
        Clear-ProcSession
    }

    It 'counts each line once, wherever pieces begin, with any end of line, packed or not' {
        $found = & $search "$TestDrive/*.log", "$TestDrive/wide[1].log", "$TestDrive/*.gz" '^(?<key>\S+) .* 404$' -PieceSize 4099 -ThrottleLimit 2
        @($found).Length | Should -Be @($expected.GetEnumerator() | Where-Object Value).Count
        foreach ($one in $found) { $one.Count | Should -Be (4 * $expected[$one.Key]) -Because $one.Key }
        $counts = $found | ForEach-Object Count
        $counts | Should -Be ($counts | Sort-Object -Descending)
    }

    It 'counts lines by file where the pattern has no key' {
        $found = & $search "$TestDrive/unix.log", "$TestDrive/windows.log" ' 404$' -ThrottleLimit 1
        $found.Key | Should -Be "$TestDrive/unix.log", "$TestDrive/windows.log"
        $found | ForEach-Object Count | Should -Be 1000, 1000
        & $search "$TestDrive/unix.log" 'nowhere' -ThrottleLimit 1 | Should -BeNullOrEmpty
    }

    It 'refuses what is no pattern' {
        { & $search "$TestDrive/unix.log" '(' } | Should -Throw '*is no regular expression*' -ErrorId 'PatternInvalid,Search-Log.ps1'
    }
}

Describe 'examples of the network' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $examples = Convert-Path "$PSScriptRoot/../examples"
        $silent = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
        $silent.Start(1)

        # As many as its queue takes are connected; the next hears nothing.
        $full = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
        $full.Start(1)
        $callers = @(
            do {
                $caller = [Net.Sockets.TcpClient]::new()
                $caller
            } while ($caller.ConnectAsync($full.LocalEndpoint.Address, $full.LocalEndpoint.Port).Wait(5000))
        )
        $closed = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
        $closed.Start()
        $refused = $closed.LocalEndpoint.Port
        $closed.Stop()

        # A site of four pages, one of which is missing and one breaks off.
        $server = Start-ChildProcess -Daemon {
            $web = [Net.HttpListener]::new()
            do {
                $port = Get-Random -Minimum 20000 -Maximum 60000
                $web.Prefixes.Clear()
                $web.Prefixes.Add("http://localhost:$port/")
                try { $web.Start() } catch { $web = [Net.HttpListener]::new() }
            } until ($web.IsListening)
            $port
            while ($true) {
                $call = $web.GetContext()
                $path = $call.Request.Url.AbsolutePath
                if ($path -eq '/broken') {
                    # Less than it says.
                    $call.Response.ContentLength64 = 1000
                    $call.Response.OutputStream.Write([byte[]]::new(10))
                    $call.Response.Abort()
                    continue
                }

                $call.Response.ContentType = 'text/html; charset=utf-8'
                $call.Response.StatusCode = $path -eq '/missing' ? 404 : 200
                $page = "<html><title>Page &amp; $path</title><a href='/a#part'>a</a> <a href=""missing"">m</a> <a href='/broken'>n</a> <a href='http://'>x</a> <a href='http://elsewhere.invalid/'>e</a></html>"
                $call.Response.Close([Text.Encoding]::UTF8.GetBytes($page), $true)
            }
        }
        Wait-Until { $server.HasMoreData -and ($script:site = Receive-ChildProcess $server) }
    }

    AfterAll {
        $callers | ForEach-Object Dispose
        $full.Stop()
        $silent.Stop()
        Clear-ProcSession
    }

    It 'Test-HostPort tells open from refused from unknown, in the order of the input' {
        $found = 'localhost', 'no-such-host.invalid' | & $examples/Test-HostPort.ps1 -Port $silent.LocalEndpoint.Port, $refused -ThrottleLimit 2 -TaskTimeout 60
        $found.ComputerName | Should -Be 'localhost', 'localhost', 'no-such-host.invalid', 'no-such-host.invalid'
        $found.Status | Should -Be 'Open', 'Refused', 'Failed', 'Failed'
        $found[2].Reason | Should -Not -BeNullOrEmpty
    }

    It 'Test-HostPort gives up a host that is silent, and goes on' {
        $found = & $examples/Test-HostPort.ps1 127.0.0.1 -Port $full.LocalEndpoint.Port, $refused -ThrottleLimit 1 -TaskTimeout 10
        $found.Status | Should -Be 'TimedOut', 'Refused'
        $found[0].Reason | Should -Not -BeNullOrEmpty
        $found.Port | Should -Be $full.LocalEndpoint.Port, $refused
    }

    It 'Test-HostPort tries two hundred, in the order of the input' {
        $many = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Any, 0)
        $many.Start(512)
        try {
            $hosts = 1..100 | ForEach-Object { "127.0.0.$_" }
            $found = $hosts | & $examples/Test-HostPort.ps1 -Port $many.LocalEndpoint.Port, $refused -ThrottleLimit 4 -TaskTimeout 60
            $found.ComputerName | Should -Be ($hosts | ForEach-Object { $_; $_ })
            $found.Status | Should -Be ($hosts | ForEach-Object { 'Open'; 'Refused' })
        } finally {
            $many.Stop()
        }
    }

    It 'Get-WebSite meets each page of the site once' {
        $pages = & $examples/Get-WebSite.ps1 "http://localhost:$site/" -ThrottleLimit 2
        @($pages.Uri.AbsolutePath | Sort-Object) | Should -Be '/', '/a', '/broken', '/missing'
        $byPath = @{}
        $pages | ForEach-Object { $byPath[$_.Uri.AbsolutePath] = $_ }
        $byPath['/'].Title | Should -Be 'Page & /'
        $byPath['/missing'].Status | Should -Be 404
        $byPath['/broken'].Error | Should -Not -BeNullOrEmpty
        (& $examples/Get-WebSite.ps1 "http://localhost:$site/" -MaxPages 1).Uri.AbsolutePath | Should -Be '/'
        Get-ProcPool | Should -BeNullOrEmpty
    }

    It 'Get-WebSite refuses what is no page' {
        { & $examples/Get-WebSite.ps1 'ftp://x/' } | Should -Throw "*is no address of a web page*"
    }
}
