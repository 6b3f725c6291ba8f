Describe 'examples/Find-DuplicateFile.ps1' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $example = Convert-Path "$PSScriptRoot/../examples/Find-DuplicateFile.ps1"
        $line = '^(?<files>\d+) files, (?<bytes>\d+) bytes \((?<read>\d+) files, (?<readBytes>\d+) bytes read\); ' +
            '(?<seconds>\d+\.\d\d) seconds; (?<workers>\d+) workers; groups of duplicates: (?<groups>\d+)$'

        # One worker finds what any number of them does, and starts sooner.
        $one = @{ ThrottleLimit = 1 }

        function Add-File([string] $Name, [string] $Text) {
            New-Item "$tree/$Name" -Value $Text -Force | Out-Null
        }
    }

    BeforeEach {
        $tree = "$TestDrive/tree"
        Add-File 'b/two' 'same'
        Add-File 'a/one' 'same'
        Add-File 'b/deep/three' 'same'
        Add-File 'b/other' 'diff'
        Add-File 'large.1' ('x' * 3000)
        Add-File 'with space & ''quote''.2' ('x' * 3000)
        Add-File 'alone' 'of its own size'
        Add-File 'empty.1' ''
        Add-File 'empty.2' ''
        & ln -s "$tree/a/one" "$tree/link"
        & ln -s $tree "$tree/b/loop"
    }

    AfterEach {
        # Not by Remove-Item, which can't delete every name that a test makes.
        & chmod -R u+rwX $tree
        & rm -rf $tree
    }

    It 'groups files of equal content: what wastes most first, the files in order' {
        $groups = & $example -Path $tree -PassThru @one
        $groups.Count | Should -Be 2
        $groups[0].Files | Should -Be "$tree/large.1", "$tree/with space & 'quote'.2"
        $groups[1].Files | Should -Be "$tree/a/one", "$tree/b/deep/three", "$tree/b/two"
        $groups.Size | Should -Be 3000, 4
        $groups | ForEach-Object Count | Should -Be 2, 3
        $groups.WastedBytes | Should -Be 3000, 8
        foreach ($group in $groups) {
            $group.Hash | Should -BeExactly (Get-FileHash -LiteralPath $group.Files[0]).Hash.ToLower()
        }
    }

    It 'ends with a table of the groups and one line of counts' {
        $lines = & $example -Path $tree
        ($lines[0] -split '\s+') | Should -Be 'Hash', 'Size', 'Count', 'WastedBytes', 'FirstFile'
        $lines[2] | Should -Match "^[0-9a-f]{64}\s+3000\s+2\s+3000\s+$([regex]::Escape("$tree/large.1"))$"
        $lines[3] | Should -Match '^[0-9a-f]{64}\s+4\s+3\s+8\s'
        $lines[-1] | Should -Match $line
        $null = $lines[-1] -match $line
        $Matches.files | Should -Be 9
        $Matches.bytes | Should -Be (4 * 4 + 2 * 3000 + 15)
        $Matches.read | Should -Be 6
        $Matches.readBytes | Should -Be (4 * 4 + 2 * 3000)
        [int] $Matches.workers | Should -BeGreaterThan 0
        $Matches.groups | Should -Be 2
    }

    It '-MinimumSize leaves small files out, and single files may be named' {
        (& $example -Path $tree -PassThru @one -MinimumSize 5).Size | Should -Be 3000
        (& $example "$tree/a/one", "$tree/b/two", "$tree/link" -PassThru @one).Files | Should -Be "$tree/a/one", "$tree/b/two"
    }

    It 'reads a file whose name has a backslash or a bracket' {
        # PowerShell's cmdlets take a backslash in a path for a slash.
        [IO.File]::WriteAllText("$tree/back\slash.2", 'x' * 3000)
        Add-File '[ab].2' ('x' * 3000)
        $groups = & $example -Path $tree -PassThru @one -MinimumSize 5
        $groups.Files | Should -HaveCount 4
        $groups.Files | Should -Contain "$tree/back\slash.2"
        $groups.Files | Should -Contain "$tree/[ab].2"
    }

    It '-AsJson prints the groups alone' {
        $text = (& $example -Path $tree -AsJson @one) -join "`n"
        Test-Json $text | Should -BeTrue
        $groups = ConvertFrom-Json $text -NoEnumerate
        Should -ActualValue $groups -BeOfType ([object[]])
        $groups.Count | Should -Be 2
        $groups[0].PSObject.Properties.Name | Should -BeExactly 'Hash', 'Size', 'Count', 'WastedBytes', 'Files'
        $groups[0].Hash | Should -MatchExactly '^[0-9a-f]{64}$'
        foreach ($name in 'Size', 'Count', 'WastedBytes') { $groups[0].$name | Should -BeOfType ([long]) }
        $groups[0].Size | Should -Be 3000
        $groups[0].Count | Should -Be 2
        $groups[0].WastedBytes | Should -Be 3000
        $groups[0].Files | Should -Be "$tree/large.1", "$tree/with space & 'quote'.2"
    }

    It '-AsJson prints an empty array where there are no duplicates' {
        & $example -Path "$tree/a" -AsJson @one | Should -Be '[]'
    }

    It 'names a file that can''t be listed right, and goes on' {
        & sh -c 'printf same >"$1/$(printf "bad\377")"' sh $tree
        $groups = & $example -Path $tree -PassThru @one -ErrorVariable errors -ErrorAction SilentlyContinue
        $groups.Size | Should -Be 3000, 4
        $errors.Count | Should -Be 1
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'FileUnreadable*'
        $errors[0].CategoryInfo.Category | Should -Be 'ReadError'
        $errors[0].TargetObject | Should -BeLike "$tree/bad*"
        $errors[0].Exception.Message | Should -BeLike "*$tree/bad*"
    }

    It 'names a file or folder that may not be read, and goes on' {
        if ((& id -u) -eq 0) {
            Set-ItResult -Skipped -Because 'root may read everything'
        }

        Add-File 'closed/inside' 'same'
        & chmod 000 "$tree/b/two" "$tree/closed"
        $groups = & $example -Path $tree -PassThru @one -ErrorVariable errors -ErrorAction SilentlyContinue
        ($groups | ForEach-Object Count) | Should -Be 2, 2
        $errors.Count | Should -Be 2
        $errors.FullyQualifiedErrorId | Should -BeLike 'FileUnreadable*'
        $errors.TargetObject | Sort-Object | Should -Be "$tree/b/two", "$tree/closed"
    }

    It 'names a file that a worker can''t read, and goes on' {
        # The kernel's own: root too may open these, and reading fails.
        $deaf = @(Get-ChildItem /sys/bus/*/drivers_probe -File | Where-Object Length -GT 0 | Select-Object -First 2 -ExpandProperty FullName)
        if ($deaf.Count -lt 2) {
            Set-ItResult -Skipped -Because 'this kernel has no such files'
        }

        $groups = & $example -Path (@($tree) + $deaf) -PassThru @one -ErrorVariable errors -ErrorAction SilentlyContinue
        $groups.Size | Should -Be 3000, 4
        $errors.Count | Should -Be 2
        $errors.FullyQualifiedErrorId | Should -BeLike 'FileUnreadable*'
        $errors.TargetObject | Sort-Object | Should -Be $deaf
        foreach ($each in $errors) { $each.Exception.Message | Should -BeLike "'$($each.TargetObject)' can't be read: *" }
    }

    It 'refuses a path that is not there, and no path' {
        { & $example -Path "$tree/none" } | Should -Throw -ErrorId 'PathNotFound*'
        { & $example } | Should -Throw -ErrorId 'PathMissing*'
    }

    It 'runs as a program: JSON alone on standard output, exit code 0' {
        & sh -c 'printf same >"$1/$(printf "bad\377")"' sh $tree
        $text = (Invoke-Engine -File $example -Path $tree -AsJson) -join "`n"
        $LASTEXITCODE | Should -Be 0
        Test-Json $text | Should -BeTrue
        @(ConvertFrom-Json $text).Count | Should -Be 2
        (Get-Content "$TestDrive/err.txt" -Raw) -replace '[\s|]+' | Should -BeLike '*bad*can''tberead*'
    }

    It 'runs as a program: several paths after -Path, and the line of counts' {
        $lines = Invoke-Engine -File $example -Path "$tree/a" "$tree/b"
        $LASTEXITCODE | Should -Be 0
        $lines[-1] | Should -Match $line
    }

    It 'runs as a program: a missing path is exit code 1' {
        Invoke-Engine -File $example -Path "$tree/none" | Should -BeNullOrEmpty
        $LASTEXITCODE | Should -Be 1
        Get-Content "$TestDrive/err.txt" -Raw | Should -BeLike '*There is no file or folder*none*'
    }

    It 'shows its progress on a terminal, and shares the work among workers' {
        # They take long to read and no room: holes.
        & truncate -s 200M "$tree/hole.1" "$tree/hole.2"
        $session = Start-Session -OutputPath "$TestDrive/terminal" -Prefix "sh -c 'exec script -qfc `"`$*`" /dev/null </dev/null' sh" @"
`$ProgressPreference = 'Continue'
& '$example' -Path '$tree/hole.1', '$tree/hole.2' -ThrottleLimit 2
"@
        $session.WaitForExit(300000) | Should -BeTrue
        $session.ExitCode | Should -Be 0
        $shown = (Get-Content "$TestDrive/terminal" -Raw) -replace '\e\[[0-9;?]*[A-Za-z]'
        $shown | Should -Match 'Invoke-ProcPool.*\d of 2 done'
        $shown | Should -Match '; 2 workers; groups of duplicates: 1'
    }
}

Describe 'README.md' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $text = [IO.File]::ReadAllText([IO.Path]::GetFullPath("$PSScriptRoot/../README.md"))
        $recipes = @([regex]::Matches($text, '(?s)```powershell\n(.*?)```').ForEach{ $_.Groups[1].Value })
    }

    AfterEach {
        Get-ChildProcess | Remove-Job -Force
    }

    It 'shows the two commands of a machine with the SDK alone first' {
        $code = @([regex]::Matches($text, '(?m)^(    \S.*|```powershell)$').ForEach{ $_.Value.Trim() })
        $code[0] | Should -Be 'dotnet run --project tools/pwsh -- examples/Find-DuplicateFile.ps1 -Path /usr/share/doc'
        $code[1] | Should -Be 'dotnet run --project tools/pwsh -- build.ps1 Test'
        $code[2..4] | Should -Be './build.ps1', 'Import-Module ./ProcConcurrency.psd1', './build.ps1 Test'
    }

    It 'has six recipes' {
        $recipes.Count | Should -Be 6
    }

    It 'the first: hosts, with a limit, retries and a log' {
        Push-Location $TestDrive
        try {
            $seen = . ([scriptblock]::Create($recipes[0]))
            $seen.Host | Should -Be 'localhost', '127.0.0.1'
            @(Get-Content run.jsonl).Count | Should -Be 2
        } finally {
            Pop-Location
        }
    }

    It 'the second: a child''s streams come back' {
        $seen = . ([scriptblock]::Create($recipes[1])) 3>&1
        $seen.Count | Should -Be 2
        $seen[0] | Should -Match '^Hello Egon, from process \d+$'
        $seen[0] | Should -Not -Match "process $PID$"
        "$($seen[1])" | Should -Be 'It works.'
    }

    It 'the third: the first five of many files' {
        if (-not [IO.Directory]::Exists('/usr/share/doc') -or [IO.Directory]::GetFiles('/usr/share/doc', 'copyright', 'AllDirectories').Count -lt 5) {
            Set-ItResult -Skipped -Because 'this system has no such files'
        }

        $seen = . ([scriptblock]::Create($recipes[2]))
        $seen.Count | Should -Be 5
        $seen[0].Lines | Should -Be ([IO.File]::ReadAllLines($seen[0].File).Count)
    }

    It 'the fourth: a host that fails is named' {
        $seen = . ([scriptblock]::Create($recipes[3]))
        $seen[0].Host | Should -Be 'localhost'
        $seen[1].Address | Should -Be '127.0.0.1'
        $seen[2] | Should -BeLike 'no-such-host.invalid failed: *'
        $seen.Count | Should -Be 3
    }

    It 'the fifth: a hung command is stopped' {
        . ([scriptblock]::Create($recipes[4])) | Should -Be 'backup ended with -9'
    }

    It 'the sixth: a counter counts, and a file is written by one at a time' {
        $seen = . ([scriptblock]::Create($recipes[5]))
        $seen[0] | Should -Be 4
        $lines = @($seen[1].Trim().Split("`n"))
        $lines.Count | Should -Be 4
        $lines.ForEach{ [regex]::Match($_, '^process \d+ was number (\d)$').Groups[1].Value } | Sort-Object | Should -Be '1', '2', '3', '4'
        [IO.File]::Delete($log)
    }
}

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
        & $compress "$TestDrive/c" -Keep -LogPath $log -ThrottleLimit 1 | Should -BeLike '2 files compressed, 0 skipped, 0 failed; 10000 bytes became *'
        (& gzip -dc "$TestDrive/c/one.txt.gz") | Should -Be ('text ' * 1000)
        "$TestDrive/c/deep" | Get-ChildItem -Name | Should -Be 'two [x] ''q''.txt', 'two [x] ''q''.txt.gz'
        "$TestDrive/c/link.gz" | Should -Not -Exist
        Add-Content -LiteralPath "$TestDrive/c/one.txt" 'changed'
        & $compress "$TestDrive/c" -Keep -LogPath $log -ThrottleLimit 1 | Should -BeLike '1 files compressed, 1 skipped, 0 failed; *'
    }

    It 'tells of a file whose tool fails, by its exit code, and goes on' {
        # The place of its result is a folder.
        $null = New-Item "$TestDrive/c/one.txt.gz.bz2", "$TestDrive/d/bad.txt.gz" -ItemType Directory -Force
        $null = New-Item "$TestDrive/d/bad.txt", "$TestDrive/d/good.txt" -Value text
        $said = & $compress "$TestDrive/d" -ThrottleLimit 1 -ErrorVariable errors -ErrorAction SilentlyContinue
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
    }

    AfterAll {
        Clear-ProcSession
    }

    It 'counts each line once, wherever pieces begin, with any end of line, packed or not' {
        $found = & $search "$TestDrive/*.log", "$TestDrive/*.gz" '^(?<key>\S+) .* 404$' -PieceSize 4099 -ThrottleLimit 2
        @($found).Length | Should -Be @($expected.GetEnumerator() | Where-Object Value).Count
        foreach ($one in $found) { $one.Count | Should -Be (3 * $expected[$one.Key]) -Because $one.Key }
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
                $page = "<html><title>Page &amp; $path</title><a href='/a#part'>a</a> <a href=""missing"">m</a> <a href='/broken'>n</a> <a href='http://elsewhere.invalid/'>e</a></html>"
                $call.Response.Close([Text.Encoding]::UTF8.GetBytes($page), $true)
            }
        }
        Wait-Until { $server.HasMoreData -and ($script:site = Receive-ChildProcess $server) }
    }

    AfterAll {
        $silent.Stop()
        Clear-ProcSession
    }

    It 'Test-HostPort tells open from refused from unknown, in the order of the input' {
        $found = 'localhost', 'no-such-host.invalid' | & $examples/Test-HostPort.ps1 -Port $silent.LocalEndpoint.Port, $refused -ThrottleLimit 2 -TaskTimeout 60
        $found.ComputerName | Should -Be 'localhost', 'localhost', 'no-such-host.invalid', 'no-such-host.invalid'
        $found.Status | Should -Be 'Open', 'Refused', 'Failed', 'Failed'
        $found[2].Reason | Should -Not -BeNullOrEmpty
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
