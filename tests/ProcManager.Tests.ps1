Describe 'A manager' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $commands = 'ProcConcurrency.Commands'
    }

    AfterEach {
        if ($manager -and $manager.IsConnected) { Stop-ProcManager $manager }
        $manager = $null
        Get-ChildProcess | Remove-Job -Force
    }

    It 'is a hub in a process of its own, which unrelated sessions share' {
        $manager = Start-ProcManager
        $manager.ProcessId | Should -Not -Be $PID
        $d = New-ProcDictionary -Manager $manager -Name shared @{ from = 'here' }
        Set-Content "$TestDrive/key" $manager.GetAuthKey()
        $session = Start-Session -OutputPath "$TestDrive/other" @"
`$m = Connect-ProcManager '$($manager.Address)' (Get-Content '$TestDrive/key')
`$d = New-ProcDictionary -Manager `$m -Name shared
`$d.back = "`$(`$d.from) and there"
`$lock = New-ProcLock -Manager `$m -Name gate
`$lock.Enter()
'held'
Start-Sleep -Seconds 600
"@
        try {
            Wait-Line "$TestDrive/other" | Should -Be 'held'
            $d.back | Should -Be 'here and there'
            $lock = New-ProcLock -Manager $manager -Name gate
            $lock.TryEnter() | Should -BeFalse
            & kill -KILL $session.Id
            $lock.TryEnter(30) | Should -BeTrue
            $lock.WasAbandoned | Should -BeTrue
        } finally {
            if (-not $session.HasExited) { $session.Kill($true) }
        }
    }

    It 'its handles travel to children' {
        $manager = Start-ProcManager
        $d = New-ProcDictionary -Manager $manager @{ n = 1 }
        Start-ChildProcess { ($using:d).Increment('n', 41) } | Receive-ChildProcess -Wait | Should -Be 42
        $lock = New-ProcLock -Manager $manager
        Start-ChildProcess -Name visitor { ($using:lock).Enter() } | Wait-ChildProcess | Out-Null
        $lock.TryEnter(30) | Should -BeTrue
        $d.n | Should -Be 42
        Get-ProcObject -Manager $manager -Kind Dictionary | Should -HaveCount 1
    }

    It 'is told from the session by its HubId, which is the same in each process' {
        $manager = Start-ProcManager
        $own, $its = (New-ProcLock), (New-ProcLock -Manager $manager)
        $its.HubId | Should -Not -Be $own.HubId
        $known = Start-ChildProcess { ($using:own).HubId, ($using:its).HubId, (Get-ProcObject)[0].HubId } | Receive-ChildProcess -Wait
        $known | Should -Be @($own.HubId, $its.HubId, $own.HubId)
    }

    # The other session's own queue has the number of one that this session has.
    It 'its handles travel by it to other sessions, and those of a session do not' {
        $manager = Start-ProcManager -AuthKey both
        $shelf = New-ProcDictionary -Manager $manager -Name shelf
        $inbox, $done = (New-ProcQueue -Manager $manager -Name inbox), (New-ProcEvent -Manager $manager -Name done)
        $own = 1..8 | ForEach-Object { New-ProcQueue }
        $session = Start-Session -OutputPath "$TestDrive/giver" @"
`$m = Connect-ProcManager '$($manager.Address)' both
`$work = New-ProcQueue -Manager `$m
`$work.Send('job')
(New-ProcDictionary -Manager `$m -Name shelf).work = `$work
`$inbox = New-ProcQueue -Manager `$m -Name inbox
`$inbox.Send(`$work)
`$reply = 1..3 | ForEach-Object { New-ProcQueue }
`$inbox.Send(@{ Reply = `$reply[2] })
`$null = Wait-ProcEvent (New-ProcEvent -Manager `$m -Name done) -Timeout 600
"@
        try {
            $work = Receive-ProcQueue $inbox -Timeout 120
            $work | Receive-ProcQueue -Timeout 60 | Should -Be 'job'
            $shelf.work | Should -Be $work
            $child = Start-ChildProcess { ($using:shelf).work.Send('of a child') }
            $work | Receive-ProcQueue -Timeout 60 | Should -Be 'of a child'
            $null = $child | Wait-ChildProcess

            Receive-ProcQueue $inbox -Timeout 60 -ErrorAction SilentlyContinue -ErrorVariable failed | Should -BeNullOrEmpty
            $failed.FullyQualifiedErrorId | Should -BeLike 'ValueNotReadable,*'
            "$failed" | Should -BeLike '*it is of another session*-Manager*'
            ($own | Measure-Object Count -Sum).Sum | Should -Be 0
        } finally {
            Set-ProcEvent $done
            $session.WaitForExit()
        }
    }

    It 'AuthenticationFailed: a wrong key is refused and logged, and disturbs nobody' {
        $manager = Start-ProcManager
        $d = New-ProcDictionary -Manager $manager @{ n = 1 }
        { Connect-ProcManager $manager.Address 'wrong' } | Should -Throw -ErrorId "AuthenticationFailed,$commands.ConnectProcManagerCommand"
        Wait-Until { $manager.Log.Count -eq 1 }
        $manager.Log[0] | Should -BeLike '*refused*'
        $d.n | Should -Be 1
    }

    It 'listens on the loopback when asked to, with a key of the user''s' {
        $manager = Start-ProcManager tcp:127.0.0.1:0 -AuthKey secret
        $manager.Address | Should -Match '^tcp:127\.0\.0\.1:[1-9]'
        $manager.GetAuthKey() | Should -BeNullOrEmpty
        $secure = ConvertTo-SecureString secret -AsPlainText
        (Connect-ProcManager $manager.Address $secure).IsConnected | Should -BeTrue
    }

    It 'listens where others can reach it with a certificate, and its handles travel to children' {
        $key = [Security.Cryptography.ECDsa]::Create([Security.Cryptography.ECCurve+NamedCurves]::nistP256)
        $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new('CN=test', $key, 'SHA256')
        $certificate = $request.CreateSelfSigned([DateTimeOffset]::Now.AddDays(-1), [DateTimeOffset]::Now.AddDays(1))
        $manager = Start-ProcManager tcp:0.0.0.0:0 -AuthKey secret -Certificate $certificate
        $manager.Address | Should -BeLike "tls:127.0.0.1:*#$($certificate.GetCertHashString('SHA256'))"
        $address = $manager.Address -replace '#.*'
        { Connect-ProcManager $address secret } | Should -Throw -ErrorId 'CertificateRefused,*'
        $other = Connect-ProcManager $address secret -Thumbprint $certificate.Thumbprint
        $count = New-ProcValue 1 -Name count -Manager $other
        $numbers = New-ProcArray int 3 -Manager $other
        $numbers[2] = 7
        Start-ChildProcess { ($using:count).Increment(); ($using:numbers)[2] } | Receive-ChildProcess -Wait | Should -Be 2, 7
        Stop-ProcManager $other
    }

    It 'keeps time limits and Ctrl-C while its process is stopped, and undoes what it does later' -Skip:$IsWindows {
        $manager = Start-ProcManager
        $queue = New-ProcQueue -Manager $manager -Name items
        $lock = New-ProcLock -Manager $manager -Name gate
        Set-Content "$TestDrive/stopped-key" $manager.GetAuthKey()
        $shell = New-Shell @"
`$m = Connect-ProcManager '$($manager.Address)' (Get-Content '$TestDrive/stopped-key')
`$q = New-ProcQueue -Manager `$m -Name items
Set-Content '$TestDrive/at-it' ''
`$q.Receive()
"@
        $item = $null
        Suspend-Id $manager.ProcessId
        try {
            $lock.TryEnter(0.1) | Should -BeFalse
            $queue.TrySend([byte[]]::new(5mb), 0.1) | Should -BeFalse
            $queue.TryReceive(0.1, [ref] $item) | Should -BeFalse
        } finally {
            & kill -CONT $manager.ProcessId
        }
        $lock.TryEnter(60) | Should -BeTrue
        $queue.Count | Should -Be 0
        $queue.Send('after')
        $queue.TryReceive(60, [ref] $item) | Should -BeTrue
        $item | Should -Be 'after'

        $running = $shell.BeginInvoke()
        try {
            Wait-Until { Test-Path "$TestDrive/at-it" }
            Suspend-Id $manager.ProcessId
            $null = $shell.BeginStop($null, $null)
            Wait-Until { $running.IsCompleted }
        } finally {
            & kill -CONT $manager.ProcessId
            Remove-Shell $shell
        }
        $queue.Send('next')
        $queue.TryReceive(60, [ref] $item) | Should -BeTrue
        $item | Should -Be 'next'
    }

    It 'a handle of one that does not answer holds up nothing that came after it' -Skip:$IsWindows {
        $done = New-ProcEvent
        $child = Start-ChildProcess {
            $far = Start-ProcManager
            $lock = New-ProcLock -Manager $far -Name gate
            Suspend-Id $far.ProcessId
            $far.ProcessId
            $lock
            'after'
            ($using:done).Wait()
        }
        $seen = [Collections.Generic.List[object]]::new()
        try {
            Wait-Until { Receive-ChildProcess $child | ForEach-Object { $seen.Add($_) }; $seen.Count -eq 3 }
            $seen[2] | Should -Be 'after'
            $seen[1].TryEnter(0.01) | Should -BeFalse
            & kill -CONT $seen[0]
            $seen[1].TryEnter(60) | Should -BeTrue
        } finally {
            if ($seen.Count) { & kill -CONT $seen[0] }
            $done.Set()
            # It ends its manager, which takes its socket away.
            $null = Wait-ChildProcess $child -Timeout 60
        }
    }

    It 'an object of it that is on its way through the session outlives its sender, however that one ends: <Way>' -TestCases @(
        @{ Way = 'a queue'; Make = { New-ProcQueue }; Send = { param($to, $it) $to.Send($it) }; Take = { $args[0].Receive() } }
        @{ Way = 'a dictionary'; Make = { New-ProcDictionary }; Send = { param($to, $it) $to.it = @($it) }; Take = { $args[0].it; $args[0].Clear() } }
        @{ Way = 'a pipe'; Make = { New-ProcPipe }; Send = { param($to, $it) $to.Send($it) }; Take = { $args[0].Receive() } }
    ) {
        $manager = Start-ProcManager
        $here, $there = & $Make
        $child = Start-ChildProcess -ArgumentList $manager.Address, $manager.GetAuthKey(), ($there ?? $here), $Send {
            param($address, $key, $to, $send)
            & $send $to (New-ProcValue 42 -Manager (Connect-ProcManager $address $key))
            Stop-Process -Id $PID -Force
        }
        ($child | Wait-ChildProcess).ExitCode | Should -Be -9
        Get-ProcObject -Manager $manager | Should -HaveCount 1
        $taken = & $Take $here
        $taken.Value | Should -Be 42

        # Passed on by one who has it from there, and so on: each holds it, and nobody for ever.
        $taken = & { $taken } | Invoke-ProcPool -Fresh { $_ } | Start-ChildProcess { process { Start-ChildProcess { $input } -InputObject $_ | Receive-ChildProcess -Wait } } | Receive-ChildProcess -Wait
        $taken.Value | Should -Be 42
        (Get-ProcObject).Kind | Where-Object { $_ -notin [enum]::GetValues($_.GetType()) } | Should -BeNullOrEmpty
        $taken = $null
        Get-ChildProcess | Remove-Job -Force
        Wait-Until {
            [GC]::Collect()
            [GC]::WaitForPendingFinalizers()
            -not (Get-ProcObject -Manager $manager)
        }
    }

    It 'what its objects mention of another hub lives as long as the session that put it there' {
        $manager = Start-ProcManager
        $other = Start-ProcManager
        try {
            $queue = New-ProcQueue -Manager $manager
            $child = Start-ChildProcess -ArgumentList $other.Address, $other.GetAuthKey(), $queue {
                param($address, $key, $queue)
                $queue.Send((New-ProcValue 42))
                $queue.Send((New-ProcValue 43 -Manager (Connect-ProcManager $address $key)))
                Stop-Process -Id $PID -Force
            }
            ($child | Wait-ChildProcess).ExitCode | Should -Be -9
            $queue.Receive().Value | Should -Be 42

            # On from there, by one who has it from the manager.
            $here = New-ProcQueue
            $child = Start-ChildProcess -ArgumentList $queue, $here {
                param($queue, $here)
                $here.Send($queue.Receive())
                Stop-Process -Id $PID -Force
            }
            ($child | Wait-ChildProcess).ExitCode | Should -Be -9
            $here.Receive().Value | Should -Be 43
        } finally {
            Stop-ProcManager $other
        }
    }

    It 'an object of it that was sent while it did not answer is held as soon as it does' -Skip:$IsWindows {
        $manager = Start-ProcManager
        $queue = New-ProcQueue
        $child = Start-ChildProcess -ArgumentList $manager.Address, $manager.GetAuthKey(), $queue, $manager.ProcessId {
            param($address, $key, $queue, $id)
            $it = New-ProcValue 42 -Manager (Connect-ProcManager $address $key)
            Suspend-Id $id
            foreach ($i in 1..3) { $queue.Send(@($it, $i)) }
            Wait-ProcQueue $queue
        }
        try {
            Wait-Until { $queue.Count -eq 3 }
        } finally {
            & kill -CONT $manager.ProcessId
        }

        # What the session has asked before is answered before.
        Get-ProcObject -Manager $manager | Should -HaveCount 1
        Stop-ChildProcess $child -Force
        foreach ($i in 1..3) {
            $it, $number = $queue.Receive()
            $it.Value, $number | Should -Be 42, $i
        }
    }

    It 'ends with Stop-ProcManager, and leaves no process and no socket' {
        $manager = Start-ProcManager
        $path = $manager.Address -replace '^unix:'
        Test-Path $path | Should -BeTrue
        $id = $manager.ProcessId
        $event1 = New-ProcEvent -Manager $manager
        $manager | Stop-ProcManager
        Test-Gone $id | Should -BeTrue
        Test-Path (Split-Path $path) | Should -BeFalse
        Wait-Until { -not $manager.IsConnected }
        { Set-ProcEvent $event1 } | Should -Throw -ErrorId "ObjectGone,$commands.SetProcEventCommand"
        Stop-ProcManager $manager -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -Be "AlreadyEnded,$commands.StopProcManagerCommand"
    }

    It 'ends with Stop-ProcManager though somebody has put a file beside its socket, which stays' {
        $manager = Start-ProcManager
        $folder = Split-Path ($manager.Address -replace '^unix:')
        Set-Content "$folder/mine.txt" 'mine'
        try {
            $manager | Stop-ProcManager
            Test-Gone $manager.ProcessId | Should -BeTrue
            (Get-ChildItem $folder).Name | Should -Be 'mine.txt'
        } finally {
            Remove-Item $folder -Recurse -Force
        }
    }

    It 'leaves no socket when it or its session is killed: <What>' -TestCases @(
        @{ What = 'it' }, @{ What = 'its session' }
    ) {
        $session = Start-Session -OutputPath "$TestDrive/killed-$($What.Length)" @"
`$m = Start-ProcManager
"`$(`$m.ProcessId) `$(`$m.Address)"
Start-Sleep -Seconds 600
"@
        try {
            $server, $address = @(Wait-Line "$TestDrive/killed-$($What.Length)")[0] -split ' '
            & kill -KILL $(if ($What -eq 'it') { $server } else { $session.Id })
            Wait-Until { Test-Gone $server }
            Wait-Until { -not (Test-Path ($address -replace '^unix:')) }
        } finally {
            if (-not $session.HasExited) { $session.Kill($true) }
        }
    }

    It 'says what is wrong: <Id>' -TestCases @(
        @{ Id = 'InvalidAddress,ProcConcurrency.Commands.StartProcManagerCommand'; Call = { Start-ProcManager nowhere } }
        @{ Id = 'InvalidAddress,ProcConcurrency.Commands.ConnectProcManagerCommand'; Call = { Connect-ProcManager tcp:x key } }
        @{ Id = 'InsecureAddress,ProcConcurrency.Commands.StartProcManagerCommand'; Call = { Start-ProcManager tcp:0.0.0.0:0 } }
        @{ Id = 'ManagerNotReached,ProcConcurrency.Commands.ConnectProcManagerCommand'; Call = { Connect-ProcManager "unix:$TestDrive/none" key } }
        @{ Id = 'ManagerStartFailed,ProcConcurrency.Commands.StartProcManagerCommand'; Call = { Start-ProcManager unix:/no/such/folder/hub } }
    ) {
        $Call | Should -Throw -ErrorId $Id
    }

    It 'names the folder that is not there for its socket' {
        { Start-ProcManager "unix:$TestDrive/none/hub" } | Should -Throw "*There is no folder '$TestDrive/none'.*" -ErrorId 'ManagerStartFailed,*'
        { New-ProcListener "unix:$TestDrive/none/hub" } | Should -Throw "*There is no folder '$TestDrive/none'.*" -ErrorId 'ListenerStartFailed,*'
    }

    It 'Ctrl-C ends a connect that nobody answers' {
        $silent = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
        $silent.Start()
        $shell = New-Shell "Connect-ProcManager tcp:127.0.0.1:$($silent.LocalEndpoint.Port) key -Timeout 600"
        try {
            $running = $shell.BeginInvoke()
            Wait-Until { $silent.Pending() }
            $null = $shell.BeginStop($null, $null)
            Wait-Until { $running.IsCompleted }

            # And -Timeout does.
            $address = "tcp:127.0.0.1:$($silent.LocalEndpoint.Port)"
            { Connect-ProcManager $address key -Timeout 0.1 } | Should -Throw -ErrorId 'ManagerNotReached,*'
        } finally {
            Remove-Shell $shell
            $silent.Stop()
        }
    }

    It 'does nothing on -WhatIf' {
        Start-ProcManager -WhatIf | Should -BeNullOrEmpty
    }
}
