# A real OpenSSH server for tests, on loopback addresses that stand for different hosts, with keys that are thrown away.

function Test-Sshd {
    $there = [bool] (-not $IsWindows -and (Get-Command sshd, /usr/sbin/sshd -CommandType Application -ErrorAction Ignore) -and (Get-Command ssh, ssh-keygen -CommandType Application -ErrorAction Ignore))
    if (-not $there -and $env:CI -and $IsLinux) { throw 'These tests need openssh-server and openssh-client: where all tests have to run, none is skipped.' }
    $there
}

# Starts a server in a folder of its own; it answers on every loopback address. Its hosts are reached with the parameters that are
# returned. In place of the user's login shell a script runs there, so that the hosts have a cache of their own. It begins with the lines
# of bash in the file Rc, if a test writes one, for all its tests share the server, and with those of -Before; -Filter is a command that all passes through which comes back.
function Start-Sshd {
    param([string[]] $Setting = @(), [string] $Before, [string] $Filter)

    $folder = New-Item (Join-Path $TestDrive "sshd-$(Get-Random)") -ItemType Directory
    foreach ($key in 'host', 'user', 'other') { $null = ssh-keygen -q -t ed25519 -N '' -C test -f (Join-Path $folder $key) }
    $cache = Join-Path $folder cache
    $run = 'sh -c "$SSH_ORIGINAL_COMMAND"'
    $rc = Join-Path $folder rc
    '#!/bin/bash', "export XDG_CACHE_HOME='$cache'", "[ -f '$rc' ] && . '$rc'", $Before, ($Filter ? "$run | $Filter" : "exec $run") | Set-Content (Join-Path $folder shell)
    chmod +x (Join-Path $folder shell)
    "command=`"$folder/shell`" $(Get-Content (Join-Path $folder user.pub))" | Set-Content (Join-Path $folder authorized)

    # As a service has it: the folder that it gives up its rights in.
    if (-not (Test-Path /run/sshd)) { $null = New-Item /run/sshd -ItemType Directory -ErrorAction Ignore }
    $program = (Get-Command sshd, /usr/sbin/sshd -CommandType Application -ErrorAction Ignore | Select-Object -First 1).Source
    $log = Join-Path $folder log

    # Somebody else may get the port between the look for a free one and its start.
    $process = $null
    for ($try = 1; -not $process; $try++) {
        $listener = [Net.Sockets.TcpListener]::new([ipaddress]::Loopback, 0)
        $listener.Start()
        $port = $listener.LocalEndpoint.Port
        $listener.Stop()
        @(
            "Port $port"
            # Not all of them can be named: sshd listens at 16 addresses at the most.
            'ListenAddress 0.0.0.0'
            'AllowUsers *@127.0.0.0/8'
            "HostKey $folder/host"
            "PidFile none"
            "AuthorizedKeysFile $folder/authorized"
            # It refuses keys below a folder that others may write to, and that of temporary files is one.
            'StrictModes no'
            'UsePAM no'
            'PasswordAuthentication no'
            'KbdInteractiveAuthentication no'
            'MaxStartups 100'
            # bash, as root's or the user's login shell, reads its ~/.bashrc for a command of sshd's only where no shell is around it. That may
            # take a second, as often as a host is connected to.
            # What a host's processes leave behind is found by these, though its parent be gone.
            "SetEnv SHLVL=1 PROCCONCURRENCY_TEST_RUN=$env:PROCCONCURRENCY_TEST_RUN TEST_HOSTS=$($folder.Name)"
            $Setting
        ) | Set-Content (Join-Path $folder sshd_config)
        "[127.0.0.*]:$port $((Get-Content (Join-Path $folder host.pub)) -replace ' test$')" | Set-Content (Join-Path $folder known_hosts)
        # It writes its log itself: what Start-Process would redirect may come when its writer is closed, which ends this session.
        $null = New-Item $log -ItemType File -Force
        $process = Start-Process $program -ArgumentList '-D', '-E', $log, '-f', (Join-Path $folder sshd_config) -PassThru
        $clock = [Diagnostics.Stopwatch]::StartNew()
        while ($process -and -not (Select-String 'Server listening' $log -Quiet)) {
            if ($process.HasExited -or $clock.Elapsed.TotalSeconds -gt 60 -or (Select-String 'Bind to port' $log -Quiet)) {
                if ($try -eq 3) { throw "sshd did not start: $(Get-Content $log -Raw)" }
                $process | Stop-Process -Force -ErrorAction Ignore
                $process = $null
            }
            Start-Sleep -Milliseconds 20
        }
    }

    [pscustomobject] @{
        Process   = $process
        Folder    = $folder.FullName
        Cache     = $cache
        Rc        = $rc
        Port      = $port
        # For every host of it.
        Parameters = @{
            Port        = $port
            KeyFilePath = Join-Path $folder user
            EnginePath  = Join-Path $PSHOME pwsh
            SshOption   = @{ UserKnownHostsFile = "$folder/known_hosts"; GlobalKnownHostsFile = '/dev/null'; IdentitiesOnly = 'yes'; IdentityAgent = 'none' }
        }
    }
}

# The processes below one, at any depth.
function Get-Descendant($Process) {
    $parents = @{}
    foreach ($folder in [IO.Directory]::GetDirectories('/proc')) {
        # One that ends meanwhile is none.
        $stat = try { [IO.File]::ReadAllText("$folder/stat") } catch { '' }
        if ($stat -match '(?s)^(\d+) \(.*\) (\S) (\d+)' -and $Matches[2] -ne 'Z') { $parents[[int] $Matches[1]] = [int] $Matches[3] }
    }
    $found = @($Process.Id)
    while ($found) {
        $found = @($parents.Keys | Where-Object { $parents[$_] -in $found })
        $found
    }
}

# What runs on the hosts of a server: for each connection the session of sshd, the agent and all below them; and what they left behind.
function Get-HostProcess($Server) {
    $ids = @(Get-Descendant $Server.Process)
    $mark = "TEST_HOSTS=$(Split-Path $Server.Folder -Leaf)"
    foreach ($folder in [IO.Directory]::GetDirectories('/proc') -match '/\d+$') {
        $environment = try { [IO.File]::ReadAllText("$folder/environ") } catch { '' }
        if ($environment.Contains($mark)) { $ids += [int] (Split-Path $folder -Leaf) }
    }
    $ids | Sort-Object -Unique | ForEach-Object { Get-Process -Id $_ -ErrorAction Ignore } | Where-Object { $_.Id -ne $PID }
}

# Every ssh below this process, whether it is connected or not.
function Get-OwnSsh { Get-Descendant @{ Id = $PID } | ForEach-Object { Get-Process -Id $_ -ErrorAction Ignore } | Where-Object Name -EQ ssh }

# Closes the connections that nobody uses, and waits until nothing runs on the hosts any more, and no ssh here. Who needed one a moment
# ago may be about to say that it doesn't.
function Assert-HostIsEmpty($Server) {
    try {
        Wait-Until { [ProcConcurrency.Runtime.Remote.RemoteHosts]::CloseUnused(); -not (Get-HostProcess $Server) -and -not (Get-OwnSsh) }
    } catch [TimeoutException] {
        $left = @(Get-HostProcess $Server) + @(Get-OwnSsh) | ForEach-Object { "$($_.Id): $($_.CommandLine)" }
        throw "Something still runs on the hosts:`n$($left -join "`n")`nConnections: $([ProcConcurrency.Runtime.Remote.RemoteHosts]::SshProcessIds)"
    }

    [ProcConcurrency.Runtime.Remote.RemoteHosts]::SshProcessIds | Should -BeNullOrEmpty
}

function Stop-Sshd($Server) {
    $left = Get-HostProcess $Server
    Stop-Process $Server.Process -Force -ErrorAction Ignore
    Wait-Process -InputObject $Server.Process -Timeout 10 -ErrorAction Ignore
    $left | Stop-Process -Force -ErrorAction Ignore
}

# Runs a child on a host that says that it is there and sleeps.
function Start-Sleeper {
    param([Parameter(Mandatory)] [hashtable] $Parameters)

    $child = Start-ChildProcess { 'here'; Start-Sleep 600 } @Parameters
    Wait-Until { $child.HasMoreData -and ($child | Receive-ChildProcess) } -TimeoutSeconds 60
    $child
}
