# What stands in ssh's configuration, or is given as -SshOption, and would be in the way of a connection that nobody looks at.
BeforeDiscovery {
    . $PSScriptRoot/sshd.ps1
    $hasSshd = Test-Sshd
}

Describe 'ssh''s configuration' -Skip:(-not $hasSshd) {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        . $PSScriptRoot/sshd.ps1
        $server = Start-Sshd
        $to = $server.Parameters
        $config = Join-Path $TestDrive config
        $path = $env:PATH

        # The user's own configuration is not a test's to change: ssh with another.
        $bin = New-Item (Join-Path $TestDrive bin) -ItemType Directory
        '#!/bin/sh', "exec '$((Get-Command ssh).Source)' -F '$config' `"`$@`"" | Set-Content (Join-Path $bin ssh)
        chmod +x (Join-Path $bin ssh)
        $env:PATH = "${bin}:$path"
        $common = @(
            'Host *'
            "  Port $($to.Port)"
            "  IdentityFile $($to.KeyFilePath)"
            '  IdentityAgent none'
            '  IdentitiesOnly yes'
            '  GlobalKnownHostsFile /dev/null'
        )
    }

    AfterEach {
        Clear-ProcSession
        Assert-HostIsEmpty $server
    }

    AfterAll {
        $env:PATH = $path
        Stop-Sshd $server
    }

    It 'may have a command for who types ssh, and forward ports that are in use' {
        $taken = [Net.Sockets.TcpListener]::new([ipaddress]::Loopback, 0)
        $taken.Start()
        try {
            @(
                'Host web'
                '  HostName 127.0.0.2'
                '  RemoteCommand echo for people; exec bash -l'
                '  RequestTTY yes'
                "  LocalForward 127.0.0.1:$($taken.LocalEndpoint.Port) localhost:80"
                '  ExitOnForwardFailure yes'
                $common
                "  UserKnownHostsFile $($server.Folder)/known_hosts"
            ) | Set-Content $config
            Start-ChildProcess { 'fine' } -HostName web -EnginePath $to.EnginePath | Receive-ChildProcess -Wait | Should -Be fine

            # Who asks for one by a parameter has it, or is told.
            $forward = @{ LocalForward = "127.0.0.1:$($taken.LocalEndpoint.Port) localhost:80" }
            { Start-ChildProcess { 1 } -HostName web -EnginePath $to.EnginePath -SshOption $forward } | Should -Throw '*forward*' -ErrorId 'HostUnreachable,*'
        } finally {
            $taken.Stop()
        }
    }

    It 'may have a jump host whose key is not known: ssh asks nobody on the terminal, and says so at once' {
        @(
            'Host far'
            '  HostName 127.0.0.5'
            '  ProxyJump gate'
            "  UserKnownHostsFile $($server.Folder)/known_hosts"
            'Host gate'
            '  HostName 127.0.0.4'
            '  UserKnownHostsFile /dev/null'
            $common
        ) | Set-Content $config

        # On a terminal of its own, whose keys nobody presses. A run that was started in the background ignores its end.
        $out = Join-Path $TestDrive terminal
        mkfifo "$out.keys"
        $prefix = "sh -c 'exec env --default-signal=INT,QUIT,HUP script -qfc `"`$*`" /dev/null <`"$out.keys`"' sh"
        $session = Start-Session -OutputPath $out -Prefix $prefix @"
try { `$null = Start-ChildProcess { 1 } -HostName far -EnginePath '$($to.EnginePath)' -ConnectTimeout 600 -ErrorAction Stop } catch { Set-Content '$out.said' `$_.FullyQualifiedErrorId, "`$_" }
"@
        $keys = [IO.File]::OpenWrite("$out.keys")
        try {
            $said = Wait-Line "$out.said" -Count 2
            $said[0] | Should -BeLike 'HostUnreachable,*'
            $said[1] | Should -Match 'Host key verification failed'
            $session.WaitForExit(60000) | Should -BeTrue
            Get-Content $out -Raw | Should -Not -Match 'continue connecting'
        } finally {
            $keys.Dispose()
            if (-not $session.HasExited) { $session.Kill($true) }
            $session.WaitForExit()
        }

        Wait-Until { -not (Get-Process ssh -ErrorAction Ignore | Where-Object CommandLine -Match ([regex]::Escape($config))) }
    }

    It 'may name files of the session''s location, as where ssh is typed' {
        $common | Set-Content $config
        $folder = New-Item (Join-Path $TestDrive here) -ItemType Directory
        Copy-Item "$($server.Folder)/known_hosts" (Join-Path $folder known)
        $with = @{ HostName = '127.0.0.2'; EnginePath = $to.EnginePath; SshOption = @{ UserKnownHostsFile = 'known' } }
        Push-Location $folder
        try {
            Start-ChildProcess { 'known here' } @with | Receive-ChildProcess -Wait | Should -Be 'known here'
        } finally {
            Pop-Location
        }
        { Start-ChildProcess { 1 } @with } | Should -Throw '*Host key verification failed*' -ErrorId 'HostUnreachable,*'
    }
}
