# Children and pools on hosts, over a real OpenSSH server: each loopback address is a host of its own.
BeforeDiscovery {
    . $PSScriptRoot/sshd.ps1
    $hasSshd = Test-Sshd
}

Describe 'Another machine' -Skip:(-not $hasSshd) {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        . $PSScriptRoot/sshd.ps1
        $server = Start-Sshd
        $to = $server.Parameters

        # Here, for what a context brings about Pester takes away at its end, and the host's cache is to stay.
        Start-ChildProcess { } -HostName 127.0.0.2 @to | Receive-ChildProcess -Wait
    }

    AfterAll {
        Clear-ProcSession
        Assert-HostIsEmpty $server
        Stop-Sshd $server
    }

    Context 'with a child' {
        It 'runs a block there, and brings back all streams with their origin' {
            $child = Start-ChildProcess {
                param($a) "$a on $PID"; Write-Warning careful; Write-Verbose v -Verbose; Write-Information i; Write-Error bad -ErrorId MyId
            } -ArgumentList here -HostName 127.0.0.2 @to
            $verbose, $out = ($child | Receive-ChildProcess -Wait -Verbose 4>&1 -WarningVariable warned -InformationVariable said -ErrorVariable failed -WarningAction SilentlyContinue -ErrorAction SilentlyContinue).Where({ $_ -is [Management.Automation.VerboseRecord] }, 'Split')
            "$verbose" | Should -Be v
            $verbose.PSComputerName | Should -Be 127.0.0.2
            $out | Should -Be "here on $($child.ProcessId)"
            $out.PSComputerName | Should -Be 127.0.0.2
            "$warned" | Should -Be careful
            $warned.PSComputerName | Should -Be 127.0.0.2
            $said.Count | Should -Be 1
            $failed[0].FullyQualifiedErrorId | Should -BeLike 'MyId*'
            $failed[0].PSComputerName | Should -Be 127.0.0.2
            $child.ComputerName, $child.Location, $child.ExitCode, $child.JobStateInfo.State | Should -Be 127.0.0.2, 127.0.0.2, 0, 'Completed'

            # The server's process is above it, not this session.
            $child.ProcessId | Should -Not -BeIn $PID
        }

        It 'tells how it ended: <Name>' -ForEach @(
            @{ Name = 'by exit 7'; Block = { exit 7 }; Code = 7 }
            @{ Name = 'by an error'; Block = { throw 'x' }; Code = 1 }
            @{ Name = 'by a signal'; Block = { kill -9 $PID; Start-Sleep 60 }; Code = -9 }
        ) {
            $child = Start-ChildProcess $Block -HostName 127.0.0.2 @to
            $child | Wait-ChildProcess -Timeout 60 | Should -Be $child
            $child.ExitCode | Should -Be $Code
            $child | Remove-Job
        }

        It 'keeps its stream from what the block starts, and gives it no input' {
            $out = Start-ChildProcess { cat; /bin/echo printed; [Console]::Out.WriteLine('past the streams'); 'done' } -HostName 127.0.0.2 @to | Receive-ChildProcess -Wait -InformationVariable lines
            $out | Should -Be printed, done
            "$lines" | Should -Match 'past the streams'
        }

        It 'carries every byte there is, and large ones' {
            $bytes = [byte[]]::new(3MB)
            [Random]::new(7).NextBytes($bytes)
            $all = [byte[]] (0..255)
            $text = "Grüße 你好 `u{1F600} `0 `e[31m"
            $back = Start-ChildProcess { , $args[0]; , $args[1]; $args[2] } -ArgumentList $bytes, $all, $text -HostName 127.0.0.2 @to | Receive-ChildProcess -Wait
            [Linq.Enumerable]::SequenceEqual([byte[]] $back[0], $bytes) | Should -BeTrue
            [byte[]] $back[1] | Should -Be $all
            $back[2] | Should -BeExactly $text
        }

        It 'gets secrets, and gives them back, by a key that is not the session''s' {
            $secret = ConvertTo-SecureString 'Geheim 1' -AsPlainText -Force
            $credential = [pscredential]::new('me', $secret)
            $block = { param($c) $c; ConvertFrom-SecureString $c.Password -AsPlainText; (Get-ChildProcess -Current).AuthKey }
            $back = Start-ChildProcess $block -ArgumentList $credential -HostName 127.0.0.2 @to | Receive-ChildProcess -Wait
            ConvertFrom-SecureString $back[0].Password -AsPlainText | Should -Be 'Geheim 1'
            $back[1] | Should -Be 'Geheim 1'
            ConvertFrom-SecureString $back[2] -AsPlainText | Should -Not -Be (ConvertFrom-SecureString (Get-ChildProcess -Current).AuthKey -AsPlainText)
            $results = $credential, $credential | Invoke-ProcPool { $_.GetNetworkCredential().Password } -HostName 127.0.0.2, . -ThrottleLimit 1 @to
            $results | Should -Be 'Geheim 1', 'Geheim 1'

            # What this machine's processes put into shared objects is sealed for them alone; what the hosts put in, all can read.
            $shared = New-ProcDictionary
            $shared['here'] = $secret
            $said = Start-ChildProcess { $d = $using:shared; $d['there'] = ConvertTo-SecureString there -AsPlainText -Force; try { "$($d['here'].GetType())" } catch { 'sealed' } } -HostName 127.0.0.2 @to |
                Receive-ChildProcess -Wait -ErrorAction SilentlyContinue
            $said | Should -Be sealed
            ConvertFrom-SecureString $shared['there'] -AsPlainText | Should -Be there
        }

        It 'has the objects of this session: locks, queues, values' {
            $lock = New-ProcLock
            $queue = New-ProcQueue
            $value = New-ProcValue 0
            $children = Start-ChildProcess {
                foreach ($i in 1..20) { Use-ProcLock $using:lock { $v = $using:value; $v.Value = $v.Value + 1 } }
                1..5 | Send-ProcQueue $using:queue
            } -HostName 127.0.0.2, 127.0.0.3 @to
            $children | Wait-ChildProcess -Timeout 60 | Should -HaveCount 2
            $children.ExitCode | Should -Be 0, 0
            $value.Value | Should -Be 40
            $queue | Close-ProcQueue
            @($queue | Receive-ProcQueue -All) | Should -HaveCount 10
        }

        It 'gives a lock back whose holder there is killed' {
            $lock = New-ProcLock
            $entered = New-ProcEvent
            $child = Start-ChildProcess { Enter-ProcLock $using:lock; Set-ProcEvent $using:entered; Start-Sleep 600 } -HostName 127.0.0.2 @to
            Wait-ProcEvent $entered -Timeout 60
            $child | Stop-ChildProcess -Force
            $child.IsAlive | Should -BeFalse
            Enter-ProcLock $lock -Timeout 60 -WarningVariable warned -WarningAction SilentlyContinue
            "$warned" | Should -Match 'left behind by the process'
            Exit-ProcLock $lock
            $child | Wait-ChildProcess -Timeout 60 | Remove-Job
        }

        It 'starts where it is told, with the environment that it is told' {
            $folder = New-Item (Join-Path $TestDrive there) -ItemType Directory
            Start-ChildProcess { "$PWD"; $env:ONE } -WorkingDirectory $folder.FullName -Environment @{ ONE = 'é 1' } -HostName 127.0.0.2 @to |
                Receive-ChildProcess -Wait | Should -Be $folder.FullName, 'é 1'
            Start-ChildProcess { "$PWD" } -HostName 127.0.0.2 @to | Receive-ChildProcess -Wait | Should -Be $HOME
            { Start-ChildProcess { 1 } -WorkingDirectory /no/such/folder -HostName 127.0.0.2 @to -ErrorAction Stop } |
                Should -Throw -ErrorId 'WorkerStartFailed,*' -ExpectedMessage "*'/no/such/folder' does not exist or is no folder*"
        }

        It 'starts children of its own, and takes them along when it is stopped' {
            $child = Start-ChildProcess { $inner = Start-ChildProcess { Start-Sleep 600 }; $inner.ProcessId; Start-Sleep 600 } -HostName 127.0.0.2 @to
            Wait-Until { $child.HasMoreData -and ($script:inner = $child | Receive-ChildProcess) } -TimeoutSeconds 60
            $child | Stop-ChildProcess
            $child | Wait-ChildProcess -Timeout 60 | Should -Be $child
            Wait-Until { Test-Gone $inner }
            $child | Remove-Job
        }

        It 'is reached by each way to write its name, and as the user that is named: <As>' -ForEach @(
            @{ As = 'user@host:port'; Name = { "$(id -un)@127.0.0.2:$($to.Port)" } }
            @{ As = 'ssh://'; Name = { "ssh://$(id -un)@127.0.0.2:$($to.Port)" } }
            @{ As = '-UserName'; Name = { "127.0.0.2:$($to.Port)" }; More = @{ UserName = id -un } }
        ) {
            $way = $to.Clone()
            $way.Remove('Port')
            $with = $More ?? @{}
            $child = Start-ChildProcess { id -un } -HostName (& $Name) @way @with
            $child | Receive-ChildProcess -Wait | Should -Be (id -un)
        }

        It 'is told what bytes alone can not carry, where a child of this machine has started it, and that one lives on' {
            $null = New-ProcArray Int32 4 -Name between
            $child = Start-ChildProcess {
                $to = $using:to
                Start-ChildProcess {
                    $a, $null = New-ProcPipe
                    try { $a.Send(1) } catch { "$_" }
                    try { (New-ProcArray Int32 4 -Name between).ToArray() } catch { "$_" }
                } -HostName 127.0.0.2 @to | Receive-ChildProcess -Wait
                'lives'
            }
            $said = @($child | Receive-ChildProcess -Wait)
            $said[0] | Should -BeLike '*carries bytes alone*'
            $said[1] | Should -BeLike '*on the session''s machine*'
            $said[-1] | Should -Be lives
            $child | Remove-Job
            Remove-ProcObject between
        }

        It 'is one a host, each with its name' {
            $children = New-ChildProcess { $args } -Name c -HostName 127.0.0.2, 127.0.0.2, . -ConnectTimeout 0 @to
            $children.Name | Should -Be c-127.0.0.2, c-localhost
            $children.ComputerName | Should -Be 127.0.0.2, $null
            $nowhere = New-ChildProcess { } -Name nowhere -HostName no-such-host.invalid
            @($nowhere; $children) | Start-ChildProcess -ErrorVariable failed -ErrorAction SilentlyContinue | Wait-ChildProcess -Timeout 60 | Should -HaveCount 2
            $failed.FullyQualifiedErrorId | Should -Be 'HostUnreachable,ProcConcurrency.Commands.StartChildProcessCommand'
            { $nowhere | Start-ChildProcess -ErrorAction Stop } | Should -Throw -ErrorId 'AlreadyStarted,*'
            $children, $nowhere | Remove-Job
        }
    }

    It 'refuses at once what bytes alone can not carry: <Name>' -ForEach @(
        @{ Name = 'an end of a pipe'; Make = { (New-ProcPipe)[0] } }
        @{ Name = 'an array'; Make = { New-ProcArray Int32 4 } }
        @{ Name = 'a connection'; Make = { [Net.Sockets.TcpClient]::new('127.0.0.1', $server.Port) } }
    ) {
        $thing = & $Make
        { Start-ChildProcess { $args } -ArgumentList $thing -HostName 127.0.0.2 @to } | Should -Throw "*to '127.0.0.2' go bytes alone*" -ErrorId 'NotSerializable,*'
        { Start-ChildProcess { $using:thing } -HostName 127.0.0.2 @to } | Should -Throw -ErrorId 'NotSerializable,*'
        { 1 | Invoke-ProcPool { $using:thing } -HostName 127.0.0.2, . @to } | Should -Throw "*to '127.0.0.2' go bytes alone*" -ErrorId 'NotSerializable,*'
        , $thing | Invoke-ProcPool { $_ } -HostName 127.0.0.2, 127.0.0.3 @to -ErrorAction SilentlyContinue -ErrorVariable refused
        "$refused" | Should -BeLike "*to '127.0.0.2' and '127.0.0.3' go bytes alone*"
        { New-ProcPool 1 -HostName (2..4 | ForEach-Object { "127.0.0.$_" }) -InitializationArgumentList $thing -InitializationScript { } @to } |
            Should -Throw "*to '127.0.0.2' and 2 others go bytes alone*" -ErrorId 'NotSerializable,*'
        { Invoke-ProcPool -OnEachHost { $using:thing } -HostName 127.0.0.3 @to } | Should -Throw "*to '127.0.0.3' go bytes alone*" -ErrorId 'NotSerializable,*'

        # This machine, among hosts, takes it.
        if ($Name -eq 'an array') {
            Invoke-ProcPool -OnEachHost { ($using:thing).Count } -HostName . | Should -Be 4
        }
        if ($Name -eq 'a connection') {
            $thing.Connected | Should -BeTrue
            $thing.Dispose()
        }
    }

    It 'gives objects back of a manager that the session is connected to, and of no other' {
        $manager = Start-ProcManager tcp:127.0.0.1:0 -AuthKey secret
        $count, $queue = (New-ProcValue 1 -Manager $manager), (New-ProcQueue)
        $back = Invoke-ProcPool { ($using:queue).Send($using:count); $using:count } -OnEachHost -HostName 127.0.0.2 @to
        $null = $back.Increment()
        $count.Value, $queue.Receive().Value | Should -Be 2, 2

        # Among hosts this machine's workers get what all of them can read.
        1 | Invoke-ProcPool { ($using:count).Value } -HostName . | Should -Be 2

        $back = Invoke-ProcPool {
            $its = New-ProcValue 7 -Manager (Start-ProcManager tcp:127.0.0.1:0 -AuthKey other)
            ($using:queue).Send($its)
            $its
            'goes on'
        } -OnEachHost -HostName 127.0.0.2 @to -ErrorVariable failed -ErrorAction SilentlyContinue
        $back | Should -Be 'goes on'
        $failed.FullyQualifiedErrorId | Should -BeLike 'ValueNotReadable*'
        "$failed" | Should -BeLike '*manager at tcp:127.0.0.1:*no connection*'
        { $queue.Receive() } | Should -Throw '*no connection*'
        $queue | Remove-ProcObject
        Stop-ProcManager $manager
    }

    Context 'with a pool' {
        It 'shares the work between hosts, and says whose each result is' {
            # None goes on before all three have one.
            $all = New-ProcBarrier 3
            $results = 1..3 | Invoke-ProcPool { $null = Wait-ProcBarrier $using:all; $_ } -HostName 127.0.0.2, 127.0.0.3, . -ThrottleLimit 1 -BatchSize 1 @to
            $results | Should -Be (1..3)
            $results.PSComputerName | Sort-Object -Unique | Should -Be 127.0.0.2, 127.0.0.3, localhost
        }

        It 'tells the host of each record, error and log line' {
            $log = Join-Path $TestDrive log.jsonl
            $records = 1..2 | Invoke-ProcPool { if ($_ -eq 2) { throw 'x' }; $_ } -HostName 127.0.0.2 -Detailed -LogPath $log @to
            $records.ComputerName | Should -Be 127.0.0.2, 127.0.0.2
            $records[1].Error[0].PSComputerName | Should -Be 127.0.0.2
            (Get-Content $log | ConvertFrom-Json).computerName | Sort-Object -Unique | Should -Be 127.0.0.2
        }

        It 'says which host was too slow' {
            $results = Invoke-ProcPool { if ($_ -eq '127.0.0.3') { Start-Sleep 600 }; $_ } -OnEachHost -HostName 127.0.0.2, 127.0.0.3 -Timeout 30 @to -ErrorVariable failed -ErrorAction SilentlyContinue
            $results | Should -Be 127.0.0.2
            $failed.FullyQualifiedErrorId | Should -BeLike 'WaitTimeout*'
            $failed.PSComputerName | Should -Be 127.0.0.3
        }

        It 'runs a block once on every host' {
            $results = Invoke-ProcPool { "$_ $($using:PID -eq $PID)" } -OnEachHost -HostName 127.0.0.2, 127.0.0.3, . @to
            $results | Sort-Object | Should -Be '127.0.0.2 False', '127.0.0.3 False', 'localhost False'
            $results | ForEach-Object { "$_".Split(' ')[0] -eq $_.PSComputerName } | Should -Be $true, $true, $true
        }

        It 'runs it on those hosts alone that the log doesn''t have, with -Resume' {
            $with = @{ OnEachHost = $true; LogPath = "$TestDrive/each.jsonl"; Resume = $true; ErrorAction = 'SilentlyContinue' } + $to
            $ready = "$TestDrive/each-ready"
            $block = { if ($_ -eq '127.0.0.3' -and -not (Test-Path $using:ready)) { throw 'not yet' }; $_ }
            Invoke-ProcPool $block -HostName 127.0.0.2, 127.0.0.3 @with | Should -Be 127.0.0.2
            Set-Content $ready ''
            $said = Invoke-ProcPool $block -HostName 127.0.0.2, 127.0.0.3, 127.0.0.4 @with -Verbose 4>&1
            $said | Where-Object { $_ -is [string] } | Sort-Object | Should -Be 127.0.0.3, 127.0.0.4
            "$said" | Should -Match '1 inputs were skipped'
            (Get-Content $with.LogPath | ConvertFrom-Json).status | Sort-Object | Should -Be Done, Done, Done, Failed
        }

        It 'ends a task there at its limit, with all below it, and tries a failed one again' {
            $error1 = 1..2 | Invoke-ProcPool { if ($_ -eq 1) { sleep 600 }; $_ } -HostName 127.0.0.2 -TaskTimeout 5 @to -ErrorVariable failed -ErrorAction SilentlyContinue
            $error1 | Should -Be 2
            $failed[0].FullyQualifiedErrorId | Should -BeLike 'TaskTimeout*'
            $file = Join-Path $TestDrive tried
            1 | Invoke-ProcPool { Add-Content $using:file x; if (@(Get-Content $using:file).Count -lt 3) { kill -9 $PID }; 'at last' } -HostName 127.0.0.2 -RetryCount 5 @to | Should -Be 'at last'
        }

        It 'is ended there by Ctrl-C, with all below its tasks: <Name>' -ForEach @(
            @{ Name = 'of a pipeline'; Call = { param($Block, $With) 1..2 | Invoke-ProcPool $Block -ThrottleLimit 1 -BatchSize 1 @With } }
            @{ Name = 'on each host'; Call = { param($Block, $With) Invoke-ProcPool $Block -OnEachHost @With } }
        ) {
            # Each task, and the program that it runs, tells its process.
            $folder = New-Item (Join-Path $TestDrive "stopped-$(Get-Random)") -ItemType Directory
            $block = "`$null > `"$folder/`$PID`"; sh -c ': > ""$folder/""`$`$; exec sleep 600'"
            $with = $to + @{ HostName = '127.0.0.2', '127.0.0.3' }
            $shell = New-Shell
            try {
                $running = $shell.AddStatement().AddScript("`$null = & { $Call } -Block ([scriptblock]::Create(`$args[0])) -With `$args[1]").
                    AddArgument($block).AddArgument($with).BeginInvoke()
                Wait-Until { @(Get-ChildItem $folder).Count -eq 4 } -TimeoutSeconds 60
                $ids = (Get-ChildItem $folder).Name
                $ids | Where-Object { Test-Gone $_ } | Should -BeNullOrEmpty
                $shell.Stop()
                Wait-Until { -not ($ids | Where-Object { -not (Test-Gone $_) }) }

                # As of Remote.Ways.Tests.ps1: of several statements, the end is not told when Stop returns.
                Wait-Until { $running.IsCompleted }
            } finally {
                Remove-Shell $shell
            }
        }

        It 'lives on between calls, and takes tasks' {
            $pool = New-ProcPool 1 -HostName 127.0.0.2, 127.0.0.3 @to
            $both = New-ProcBarrier 2
            $first = 1..2 | Invoke-ProcPool { $null = Wait-ProcBarrier $using:both; $PID } -Pool $pool -BatchSize 1 | Sort-Object
            $second = 1..2 | Invoke-ProcPool { $null = Wait-ProcBarrier $using:both; $PID } -Pool $pool -BatchSize 1 | Sort-Object
            $second | Should -Be $first
            $pool.Workers.ComputerName | Sort-Object | Should -Be 127.0.0.2, 127.0.0.3
            $task = Submit-ProcTask -Pool $pool { 'task' }
            $task | Receive-ProcTask | Should -Be task
            $task.ComputerName | Should -BeIn 127.0.0.2, 127.0.0.3
            $task.GetResult()[0].PSComputerName | Should -Be $task.ComputerName
            $pool.Size = 2
            $pool.Size | Should -Be 2
            $four = New-ProcBarrier 4
            1..4 | Invoke-ProcPool { $null = Wait-ProcBarrier $using:four; $PID } -Pool $pool -BatchSize 1 | Sort-Object -Unique | Should -HaveCount 4
            $pool | Stop-ProcPool
        }

        It 'tells with its tasks of a host that can not be used' {
            $pool = New-ProcPool 1 -MinSize 2 -HostName 127.0.0.2, no-such-host.invalid @to
            Wait-Until {
                Submit-ProcTask -Pool $pool { 'done' } | Receive-ProcTask -ErrorVariable script:failed -ErrorAction SilentlyContinue | Should -Be done
                $script:failed
            }
            $failed.FullyQualifiedErrorId | Should -Be 'HostUnreachable,ProcConcurrency.Commands.ReceiveProcTaskCommand'
            Invoke-ProcTask -Pool $pool { 'once' } -ErrorAction Stop | Should -Be once
            $pool | Stop-ProcPool
        }

        It 'is an error of a call where none of its hosts can be used' {
            $pool = New-ProcPool 1 -HostName no-such-host.invalid
            Wait-Until { $pool.State -eq 'Failed' }
            { 1..3 | Invoke-ProcPool { 1 } -Pool $pool } | Should -Throw -ErrorId 'HostUnreachable,*'
            $pool | Stop-ProcPool
        }

        It 'has one connection a host, however many workers, and keeps it for the next call' {
            [ProcConcurrency.Runtime.Remote.RemoteHosts]::CloseUnused()
            $null = 1..8 | Invoke-ProcPool { Start-Sleep -Milliseconds 100 } -HostName 127.0.0.2 -ThrottleLimit 3 @to
            $ssh = [ProcConcurrency.Runtime.Remote.RemoteHosts]::SshProcessIds
            $ssh | Should -HaveCount 1
            $null = Start-ChildProcess { } -HostName 127.0.0.2 @to | Receive-ChildProcess -Wait
            [ProcConcurrency.Runtime.Remote.RemoteHosts]::SshProcessIds | Should -Be $ssh
        }
    }

    It 'has nothing of the module, and keeps it in its cache' {
        $folder = @(Get-ChildItem (Join-Path $server.Cache ProcConcurrency))
        $folder | Should -HaveCount 1
        [int] [IO.File]::GetUnixFileMode($folder[0]) | Should -Be 448
        (Get-ChildItem $folder -Recurse -File).Name | Sort-Object | Should -Be ProcConcurrency.dll, ProcConcurrency.Format.ps1xml, ProcConcurrency.psd1, ProcConcurrency.Runtime.dll, ProcConcurrency.Types.ps1xml
    }
}
