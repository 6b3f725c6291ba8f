Describe 'The log of Invoke-ProcPool' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $PSDefaultParameterValues = @{ 'Invoke-ProcPool:ThrottleLimit' = 1 }

        function Get-LogLine {
            param([string] $Path)

            Get-Content $Path | ConvertFrom-Json
        }
    }

    BeforeEach {
        $log = Join-Path $TestDrive "$(New-Guid).jsonl"
    }

    It 'has a line an attempt, in exactly this form' {
        1 | Invoke-ProcPool { 'done' } -LogPath $log | Should -Be 'done'
        $line = @(Get-Content $log)
        $line.Count | Should -Be 1
        $line[0] | Should -Match ('^\{"index":0,"key":"[0-9a-f]{64}","input":"1","status":"Done","attempt":1,"processId":\d+,"computerName":"[^"]+",' +
            '"started":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z","duration":\d+(\.\d+)?(E-\d+)?,"exitCode":0,"error":null\}$')
    }

    It 'tells every end of an attempt, the repeated ones too' {
        $ran = "$TestDrive/ran"
        1..5 | Invoke-ProcPool -LogPath $log -RetryCount 1 -TaskTimeout 10 -ArgumentList $ran -ErrorAction SilentlyContinue {
            param($n, $ran)
            Add-Content $ran $n
            $attempt = @((Get-Content $ran) -eq $n).Count
            switch ($n) {
                2 { Write-Error "bad $attempt`n""2""" }
                3 { if ($attempt -eq 1) { exit 7 } }
                4 { if ($attempt -eq 1) { Start-Sleep 600 } }
                5 { if ($attempt -eq 1) { throw 'first' } }
            }
        }
        $seen = Get-LogLine $log | Sort-Object index, attempt | ForEach-Object { "$($_.input) $($_.attempt) $($_.status) $($_.exitCode) $($_.error)" }
        $seen.Count | Should -Be 9 -Because ($seen -join ' / ')
        $seen[0] | Should -Be '1 1 Done 0 '
        $seen[1, 2] | Should -Be "2 1 Failed 1 bad 1`n""2""", "2 2 Failed 1 bad 2`n""2"""
        $seen[3] | Should -BeLike '3 1 Lost 7 The worker died with *7*'
        $seen[5] | Should -BeLike '4 1 TimedOut  *10 seconds, its -TaskTimeout*'
        $seen[7] | Should -Be '5 1 Failed 1 first'
        $seen[4, 6, 8] | Should -Be '3 2 Done 0 ', '4 2 Done 0 ', '5 2 Done 0 '
    }

    It 'has the errors of items that are not repeated, and inputs that can''t be sent' {
        $file = [IO.File]::OpenRead('/dev/null')
        try { 1, $file, 3 | Invoke-ProcPool { Write-Error "bad $_"; 'x' * 100000; Write-Error 'more' } -LogPath $log -ErrorAction SilentlyContinue | Out-Null } finally { $file.Dispose() }
        $lines = Get-LogLine $log | Sort-Object index
        $lines.status | Should -Be 'Failed', 'Failed', 'Failed'
        $lines[0, 2].error | Should -Be 'bad 1', 'bad 3'
        $lines[1].error | Should -BeLike '*FileStream*'
        $lines[1].processId | Should -BeNullOrEmpty
    }

    It 'has the line of an item while the next one runs' {
        1, 2 | Invoke-ProcPool -LogPath $log {
            $clock = [Diagnostics.Stopwatch]::StartNew()
            while ($_ -eq 2 -and -not (Get-Content $using:log) -and $clock.Elapsed.TotalSeconds -lt 60) { Start-Sleep -Milliseconds 50 }
            @(Get-Content $using:log).Count
        } | Should -Be 0, 1
    }

    It 'is read by Export-ProcTimeline' {
        1..3 | Invoke-ProcPool { $_ } -LogPath $log | Out-Null
        Export-ProcTimeline "$TestDrive/log.html" -LogPath $log
        "$TestDrive/log.html" | Should -Exist
    }

    It 'of two runs at once has whole lines' {
        $script = "1..300 | Invoke-ProcPool { `$_ } -ThrottleLimit 1 -LogPath '$log' | Out-Null"
        $sessions = 1, 2 | ForEach-Object { Start-Session $script "$TestDrive/run$_" }
        $sessions | ForEach-Object { $_.WaitForExit(); $_.Dispose() }
        $lines = Get-LogLine $log
        $lines.Count | Should -Be 600
        ($lines | Group-Object input -NoElement | Where-Object Count -NE 2) | Should -BeNullOrEmpty
    }

    It 'that can''t be opened is an error before anything starts: <Path>' -TestCases @(
        @{ Path = '/proc/nowhere/log.jsonl'; Id = 'FileOpenFailure' }
        @{ Path = '/'; Id = 'FileOpenFailure' }
        @{ Path = 'env:log'; Id = 'NotInFileSystem' }
    ) {
        $ran = "$TestDrive/$(New-Guid)"
        { 1 | Invoke-ProcPool { Set-Content $using:ran '' } -LogPath $Path } | Should -Throw -ErrorId "$Id,*"
        $ran | Should -Not -Exist
    }

    It 'that finds no room is a warning, once, and the run goes on' -Skip:(-not $IsLinux) {
        1..200 | Invoke-ProcPool { $_ } -LogPath /dev/full -WarningVariable warnings -WarningAction SilentlyContinue | Should -Be (1..200)
        $warnings.Count | Should -Be 1
        "$warnings" | Should -BeLike "The log '/dev/full' can't be written: *"
    }

    It 'says of nothing that it is done whose results don''t come, where the pool can''t go on' {
        $folder = (New-Item -Type Directory "$TestDrive/$(New-Guid)").FullName
        $written = [Collections.Generic.List[object]]::new()
        Push-Location $folder
        try {
            {
                1..6 | Invoke-ProcPool -Fresh -ThrottleLimit 2 -BatchSize 1 -LogPath $log -ArgumentList $folder {
                    param($n, $folder)
                    if ($n -eq 1) { Start-Sleep 600 }
                    elseif ($n -eq 5) { [IO.Directory]::Delete($folder); Stop-Process -Id $PID -Force }
                    else { $n }
                } -ErrorAction SilentlyContinue | ForEach-Object { $written.Add($_) }
            } | Should -Throw -ErrorId 'WorkerStartFailed,*'
        }
        finally { Pop-Location }
        $written | Should -Be 2, 3, 4
        (Get-LogLine $log | Where-Object status -EQ Done).input | Should -Be 2, 3, 4
    }

    Context '-Resume' {
        It 'skips what the log says has been done, and says how many' {
            1..4 | Invoke-ProcPool { param($n, $flag) if ($n -eq 3 -and -not (Test-Path $flag)) { Write-Error 'bad' } else { $n } } -ArgumentList "$TestDrive/well" `
                -LogPath $log -Resume -ErrorAction SilentlyContinue | Should -Be 1, 2, 4
            Set-Content "$TestDrive/well" ''
            $seen = 1..5 | Invoke-ProcPool { param($n, $flag) if ($n -eq 3 -and -not (Test-Path $flag)) { Write-Error 'bad' } else { $n } } -ArgumentList "$TestDrive/well" `
                -LogPath $log -Resume -Verbose 4>&1
            $seen | Where-Object { $_ -is [int] } | Should -Be 3, 5
            "$($seen | Where-Object { $_ -isnot [int] })" | Should -BeLike "3 inputs were skipped: the log '$log' says *"
            (Get-LogLine $log)[-2, -1].index | Should -Be 2, 4
        }

        It 'goes on where a session was killed amid its run' {
            $go, $worker = "$TestDrive/go-on", "$TestDrive/worker"
            $script = "1..6 | Invoke-ProcPool { if (`$_ -eq 4) { Set-Content '$worker' `$PID; while (-not (Test-Path '$go')) { Start-Sleep -Milliseconds 50 } }; `$_ } -ThrottleLimit 1 -LogPath '$log' -Resume"
            $session = Start-Session $script "$TestDrive/killed"
            $id = @(Wait-Line $worker)[0]
            $null = Wait-Line $log -Count 3
            & kill -KILL $session.Id
            $session.WaitForExit()
            Wait-Until { Test-Gone $id }
            Set-Content $go ''
            & ([scriptblock]::Create($script)) | Should -Be 4, 5, 6
            (Get-LogLine $log).input | Should -Be (1..6)
        }

        It 'runs again what changed: input, block, arguments or $using:' {
            $add = 1
            1 | Invoke-ProcPool { $_ + $using:add } -LogPath $log | Should -Be 2
            1 | Invoke-ProcPool { $_ + $using:add } -LogPath $log -Resume | Should -BeNullOrEmpty
            2 | Invoke-ProcPool { $_ + $using:add } -LogPath $log -Resume | Should -Be 3
            1 | Invoke-ProcPool { $_ + $using:add + 0 } -LogPath $log -Resume | Should -Be 2
            1 | Invoke-ProcPool { $_ + $using:add } -ArgumentList 5 -LogPath $log -Resume | Should -Be 2
            $add = 2
            1 | Invoke-ProcPool { $_ + $using:add } -LogPath $log -Resume | Should -Be 3
        }

        It 'runs again what a closure has closed over another value for' {
            $seen = foreach ($stage in 'test', 'prod', 'prod') { 'web1' | Invoke-ProcPool { "$_ $stage" }.GetNewClosure() -LogPath $log -Resume }
            $seen | Should -Be 'web1 test', 'web1 prod'
        }

        It 'knows items of another session again' {
            $file = "$TestDrive/read.txt"
            Set-Content $file 'line'
            $makes = [ordered] @{
                'a dictionary' = '@{ one = 1; two = 2; three = 3; four = @{ five = 5; six = 6; seven = 7; eight = 8 } }'
                'a secret' = "[pscredential]::new('admin', (ConvertTo-SecureString 'x' -AsPlainText -Force))"
                'a file that was read' = "Get-Item '$file'"
                'a shared object' = 'New-ProcValue 1'
                'a line of a file' = "Get-Content '$file'"
                'an object with properties from a dictionary' = 'New-Object psobject -Property @{ Name = 1; Port = 2; Zone = 3; Owner = 4; Kind = 5; Tier = 6 }'
                'an entry of a dictionary' = '@{ a = @{ one = 1; two = 2; three = 3; four = 4; five = 5; six = 6 } }.GetEnumerator()'
                'an object of a class' = 'class Job { [hashtable] $With = @{ one = 1; two = 2; three = 3; four = 4; five = 5; six = 6 }; [securestring] $Secret }; [Job]::new()'
                'a custom object' = "[pscustomobject]@{ Host = 'a'; Ports = 22, 443; Since = [datetime]'2026-01-02' }"
            }
            $scripts = $makes.Keys | ForEach-Object { "$($makes[$_]) | Invoke-ProcPool { '$_' } -ThrottleLimit 1 -LogPath '$log-$_' -Resume" }
            $first = Start-Session ($scripts -join "`n") "$TestDrive/first"
            $first.WaitForExit()
            Get-Content "$TestDrive/first" | Should -Be @($makes.Keys)
            [IO.File]::SetLastAccessTime($file, (Get-Date).AddHours(1))
            $scripts | ForEach-Object { & ([scriptblock]::Create($_)) } | Should -BeNullOrEmpty
        }

        It 'tells inputs apart by all that travels with them, but for secrets and where they were found' {
            class Server { [string] $Name; [pscredential] $Credential }
            function New-Text($Note) { [string]::new('x') | Add-Member -PassThru Note $Note }
            $one, $other = 'one', 'other' | ForEach-Object { [pscredential]::new('admin', (ConvertTo-SecureString $_ -AsPlainText -Force)) }
            $nodes = [xml] '<s><server name="a"/><server name="b"/><t>1</t><t>2</t></s>'
            $tree = [pscustomobject] @{ Children = @() }
            $tree.Children = 1..40 | ForEach-Object { [pscustomobject] @{ Number = $_; Parent = $tree } }
            $inputs = @(
                $nodes.s.server; [xml] '<a>1</a>'; [xml] '<a>2</a>'; $nodes.s.ChildNodes[2..3]
                [Server] @{ Name = 'a'; Credential = $one }; [Server] @{ Name = 'b'; Credential = $one }
                New-Text 1; New-Text 2
                $tree.Children
                [pscustomobject] @{ PSPath = 'a' }; [pscustomobject] @{ PSPath = 'b' }; [pscustomobject] @{ PSPath = 'c'; PSDrive = $PWD.Drive }
            )
            # The same drive, of which another folder is the current one.
            $drive = [Management.Automation.PSDriveInfo]::new($PWD.Drive.Name, $PWD.Provider, $PWD.Drive.Root, 'another', $null)
            $drive.CurrentLocation = 'tmp'
            $same = @([Server] @{ Name = 'a'; Credential = $other }; New-Text 1 | Add-Member -PassThru ReadCount 7; [pscustomobject] @{ PSPath = 'c'; PSDrive = $drive })
            $inputs, $same | ForEach-Object { $_ } | Invoke-ProcPool { } -LogPath $log
            $keys = (Get-LogLine $log | Sort-Object index).key
            $keys | Select-Object -SkipLast 3 | Sort-Object -Unique | Should -HaveCount $inputs.Count
            $keys[-3..-1] | Should -Be $keys[6, 8, -4]

            $secret = $one.GetNetworkCredential()
            1 | Invoke-ProcPool { $args[1]; $null = $using:secret } -ArgumentList prod -LogPath $log | Should -Be prod
            1 | Invoke-ProcPool { $args[1]; $null = $using:secret } -ArgumentList test -LogPath $log -Resume | Should -Be test
            $secret = $other.GetNetworkCredential()
            1 | Invoke-ProcPool { $args[1]; $null = $using:secret } -ArgumentList test -LogPath $log -Resume | Should -BeNullOrEmpty
        }

        It 'runs the same input as often as it stands there and has not been done' {
            1, 1 | Invoke-ProcPool { $_ } -LogPath $log | Should -Be 1, 1
            1, 1, 1 | Invoke-ProcPool { $_ } -LogPath $log -Resume | Should -Be 1
        }

        It 'understands a last line that is half written, and appends after it' {
            1, 2 | Invoke-ProcPool { $_ } -LogPath $log | Out-Null
            $text = [IO.File]::ReadAllText($log)
            [IO.File]::WriteAllText($log, $text.Substring(0, $text.Length - 30))
            1, 2, 3 | Invoke-ProcPool { $_ } -LogPath $log -Resume | Should -Be 2, 3
            $lines = Get-Content $log
            $lines.Count | Should -Be 4
            ($lines[0, 2, 3] | ConvertFrom-Json).input | Should -Be 1, 2, 3
            1, 2, 3 | Invoke-ProcPool { $_ } -LogPath $log -Resume | Should -BeNullOrEmpty
        }

        It 'leaves no worker where something goes wrong as it begins' {
            function Get-Worker { Get-Process pwsh | Where-Object { $_.Parent.Id -eq $PID } | ForEach-Object Id }
            $before = @(Get-Worker)
            $array = New-ProcArray Int32 1
            { Invoke-ProcPool { $using:array; Start-Sleep 600 } -OnEachHost -HostName ., 127.0.0.2 -LogPath $log } | Should -Throw -ErrorId 'NotSerializable,*'
            Wait-Until { -not (Get-Worker | Where-Object { $_ -notin $before }) }
        }

        It 'needs -LogPath' {
            { 1 | Invoke-ProcPool { $_ } -Resume } | Should -Throw -ErrorId 'LogMissing,*'
        }

        It 'NoLog: the file is something else, and stays as it is: <What>' -TestCases @(
            @{ What = 'a table'; Bytes = [Text.Encoding]::UTF8.GetBytes("a,b`n1,2`n") }
            @{ What = 'a program'; Bytes = [byte[]] (127, 69, 76, 70, 2, 1, 0, 10, 123, 125) }
            @{ What = 'an empty line'; Bytes = [byte[]] 10 }
        ) {
            $path = "$TestDrive/no-log"
            [IO.File]::WriteAllBytes($path, $Bytes)
            { 1 | Invoke-ProcPool { $_ } -LogPath $path -Resume } | Should -Throw -ErrorId 'NoLog,*'
            [IO.File]::ReadAllBytes($path) | Should -Be $Bytes
        }
    }
}
