# Takes long: waits until silent hosts are given up.
# Hosts of which nothing is heard: what becomes of who uses them, and of what runs there.
BeforeDiscovery {
    . $PSScriptRoot/sshd.ps1
    $hasSshd = Test-Sshd
}

Describe 'A silent host' -Skip:(-not $hasSshd) {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        . $PSScriptRoot/sshd.ps1
        $server = Start-Sshd
        $shell = $server.Rc
        $to = $server.Parameters
    }

    AfterAll {
        Clear-ProcSession
        Assert-HostIsEmpty $server
        Stop-Sshd $server
    }

    # sshd ends no command whose client has vanished, and ssh doesn't see that a far machine hangs: both ends give up what is silent for
    # 45 seconds.
    Context 'on which a child runs' {
        BeforeAll {
            # Both fall silent now, for that takes long: the one's agent hangs, and behind the other the jump host, which breaks no
            # connection, not that to the host either when ssh ends here.
            $hanging = Start-Sleeper ($to + @{ HostName = '127.0.0.2' })
            $agent = (Get-HostProcess $server | Where-Object CommandLine -Match AgentMain | Where-Object Name -EQ pwsh).Id
            $jump = Start-Sshd
            $way = "ssh -F none -p $($jump.Port) -i $($jump.Parameters.KeyFilePath) -o UserKnownHostsFile=$($jump.Folder)/known_hosts -o IdentitiesOnly=yes -o LogLevel=ERROR -W %h:%p 127.0.0.1"
            $behind = $to + @{ HostName = '127.0.0.3' }
            $behind.SshOption = $to.SshOption + @{ ProxyCommand = $way }
            $cut = Start-Sleeper $behind
            $sessions = (Get-HostProcess $jump).Id
            $begun = Join-Path $TestDrive begun
            $pool = 1..4 | Invoke-ProcPool {
                if ($env:SSH_CONNECTION) { Set-Content $using:begun $PID; Start-Sleep 600 }
                while (-not (Get-Content $using:begun -ErrorAction Ignore)) { Start-Sleep -Milliseconds 50 }
                $_
            } -HostName 127.0.0.2, . -ThrottleLimit 1 -BatchSize 1 -RetryCount 1 -AsJob @to
            Wait-Until { Get-Content $begun -ErrorAction Ignore }
            Suspend-Id (@($agent) + $sessions)
        }

        AfterAll {
            kill -CONT $agent 2>/dev/null
            Stop-Sshd $jump
        }

        It 'is given up by a pool, whose other host does what it had' {
            $pool | Wait-Job -Timeout 120 | Receive-Job -AutoRemoveJob -Wait | Should -Be (1..4)
        }

        It 'is given up, and ends what runs there when it wakes up' {
            $hanging | Wait-ChildProcess -Timeout 120 | Should -Be $hanging
            Test-Gone $hanging.ProcessId | Should -BeFalse
            kill -CONT $agent
            $null = $hanging | Receive-ChildProcess -ErrorVariable failed -ErrorAction SilentlyContinue
            $failed.FullyQualifiedErrorId | Should -BeLike 'HostUnreachable*'
            "$failed" | Should -Match 'Nothing was heard'
            Wait-Until { Test-Gone $hanging.ProcessId }
            Wait-Until { Test-Gone (Get-Content $begun) }
        }

        It 'is given up, and gives up its session, where what is between them is silent' {
            $cut | Wait-ChildProcess -Timeout 120 | Should -Be $cut
            $null = $cut | Receive-ChildProcess -ErrorVariable failed -ErrorAction SilentlyContinue
            $failed.FullyQualifiedErrorId | Should -BeLike 'HostUnreachable*'
            Wait-Until { Test-Gone $cut.ProcessId } -TimeoutSeconds 120

            # Nobody woke it up, so no connection has told the host.
            $sessions | ForEach-Object { (Get-Content /proc/$_/stat) -replace '.*\) (.).*', '$1' } | Should -Be (@('T') * $sessions.Count)
        }
    }

    It 'costs one time limit, however many there are, and however few are connected to at a time' {
        # Each notes that it is there, and then whether all are, at once; it ends by itself, for sshd doesn't end it. Two at a time, and
        # each for its time limit, they would not meet within a minute.
        $folder = New-Item (Join-Path $TestDrive silent) -ItemType Directory
        @"
        : > '$folder/'`$`$
        while [ `$SECONDS -lt 45 ] && ! [ -f '$folder/over' ]; do
            n=0
            for f in '$folder'/[0-9]*; do kill -0 "`${f##*/}" 2>/dev/null && n=`$((n + 1)); done
            [ `$n -ge 8 ] && : > '$folder/all'
            sleep 0.3
        done
        exit
"@ | Set-Content $shell
        $null = Start-ChildProcess { 1 } -HostName (2..9 | ForEach-Object { "127.0.0.$_" }) -ConnectTimeout 20 -ConnectThrottle 2 @to -ErrorVariable failed -ErrorAction SilentlyContinue
        $null = New-Item (Join-Path $folder over)
        $failed | Should -HaveCount 8
        $failed | ForEach-Object { "$($_.FullyQualifiedErrorId) $_" | Should -Match '^HostUnreachable,.*no PowerShell answered within 20 s \(-ConnectTimeout\)' }
        Join-Path $folder all | Should -Exist
        Wait-Until { -not (Get-HostProcess $server) } -TimeoutSeconds 60
    }
}
