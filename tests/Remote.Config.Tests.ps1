# What stands in ssh's configuration, or is given as -SshOption, and would be in the way of a connection that nobody looks at.
BeforeDiscovery {
    . $PSScriptRoot/sshd.ps1
    $hasSshd = Test-Sshd
}

Describe 'ssh''s configuration' -Skip:(-not $hasSshd) {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        . $PSScriptRoot/sshd.ps1
        . $PSScriptRoot/terminal.ps1
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

        # Of the configuration that the tests write: the sessions' own, and those of jump hosts.
        function Get-Ssh { Get-Process ssh -ErrorAction Ignore | Where-Object CommandLine -Match ([regex]::Escape($config)) }
    }

    AfterEach {
        Stop-Terminal $terminal
        $terminal = $null
        Remove-Item $server.Rc -ErrorAction Ignore
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

    It 'may say <_>, as for who types ssh' -ForEach @(
        # What ssh's -N, -s, -n and -f are by name: a host that is there to forward ports has them.
        'SessionType none', 'SessionType subsystem', 'StdinNull yes', 'ForkAfterAuthentication yes'
    ) {
        'Host web', '  HostName 127.0.0.2', "  $_", $common, "  UserKnownHostsFile $($server.Folder)/known_hosts" | Set-Content $config
        if (ssh -G web 2>&1 | Where-Object { $_ -match 'Bad configuration option' }) { Set-ItResult -Skipped -Because 'this ssh has no such setting'; return }
        Start-ChildProcess { 'fine' } -HostName web -EnginePath $to.EnginePath | Receive-ChildProcess -Wait | Should -Be fine
    }

    It 'is as a connection needs it, whatever -SshOption says of <_>' -ForEach 'ControlMaster', 'SessionType', 'StdinNull', 'ForkAfterAuthentication', 'RemoteCommand' {
        'Host web', '  HostName 127.0.0.2', $common, "  UserKnownHostsFile $($server.Folder)/known_hosts" | Set-Content $config
        $value = @{ ControlMaster = 'auto'; SessionType = 'none'; StdinNull = 'yes'; ForkAfterAuthentication = 'yes'; RemoteCommand = 'sleep 60' }[$_]
        if (ssh -o "$_=$value" -G web exit 2>&1 | Where-Object { $_ -match 'Bad configuration option' }) { Set-ItResult -Skipped -Because 'this ssh has no such setting'; return }

        # A socket's path has to be short.
        $socket = "/tmp/proc-test-$PID"
        try {
            Start-ChildProcess { 'fine' } -HostName web -EnginePath $to.EnginePath -SshOption @{ $_ = $value; ControlPath = $socket; ControlPersist = 20 } | Receive-ChildProcess -Wait | Should -Be fine
            $socket | Should -Not -Exist
        } finally {
            if (Test-Path $socket) { ssh -o "ControlPath=$socket" -O exit web 2>$null }
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

        $said = Join-Path $TestDrive said
        $terminal = Start-Terminal asked @"
try { `$null = Start-ChildProcess { 1 } -HostName far -EnginePath '$($to.EnginePath)' -ConnectTimeout 600 -ErrorAction Stop } catch { Set-Content '$said' `$_.FullyQualifiedErrorId, "`$_" }
"@
        $id, $text = Wait-Line $said -Count 2
        $id | Should -BeLike 'HostUnreachable,*'
        $text | Should -Match 'Host key verification failed'
        $terminal.Session.WaitForExit(60000) | Should -BeTrue
        Get-Content $terminal.Out -Raw | Should -Not -Match 'continue connecting'
        Wait-Until { -not (Get-Ssh) }
    }

    It 'may have a jump host on the way to one that is silent: Ctrl-C on the terminal leaves nothing of it' {
        @(
            'Host far'
            '  HostName 127.0.0.5'
            '  ProxyJump 127.0.0.4'
            $common
            "  UserKnownHostsFile $($server.Folder)/known_hosts"
        ) | Set-Content $config
        $silent = Join-Path $TestDrive silent
        "echo `$`$ > '$silent'; exec sleep 600" | Set-Content $server.Rc
        $terminal = Start-Terminal left "`$null = Start-ChildProcess { 1 } -HostName far -EnginePath '$($to.EnginePath)' -ConnectTimeout 600"
        try {
            Wait-Until { Get-Content $silent -ErrorAction Ignore }
            @(Get-Ssh) | Should -HaveCount 2
            Send-CtrlC $terminal
            $terminal.Session.WaitForExit(60000) | Should -BeTrue
            Wait-Until { -not (Get-Ssh) }
        } finally {
            # sshd doesn't end what it runs when its client goes.
            kill (Get-Content $silent)
        }
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
