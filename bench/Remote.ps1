# Hosts over ssh, which are addresses of this machine: a server of its own, with keys that are thrown away. Beside the module stands ssh
# alone, and what the row says that it runs; where the row says so, the module's own figure on this machine.
. (Join-Path $Root tests sshd.ps1)
if (-not (Test-Sshd)) {
    $Failures.Add('no rows of hosts: there is no OpenSSH server')
    return
}

function Test-Gone($Id) { -not (Test-Path "/proc/$Id") }

$TestDrive = (New-Item (Join-Path ([IO.Path]::GetTempPath()) "bench-$(Get-Random)") -ItemType Directory).FullName
$server = Start-Sshd
try {
    $to = $server.Parameters
    $options = @("-p", $to.Port, '-i', $to.KeyFilePath, '-o', 'BatchMode=yes', '-o', 'LogLevel=ERROR') + @($to.SshOption.GetEnumerator() | ForEach-Object { '-o'; "$($_.Key)=$($_.Value)" })
    $settings = $to.SshOption.GetEnumerator() | ForEach-Object { "'$($_.Key)' = '$($_.Value)'" }
    $with = @{
        to      = "@{ Port = $($to.Port); KeyFilePath = '$($to.KeyFilePath)'; EnginePath = '$Pwsh'; SshOption = @{ $($settings -join '; ') } }"
        options = "'$($options -join "', '")'"
        cache   = "'$($server.Cache)'"
    }

    # The first task of a session on a host. What is not the module's is a connection and PowerShell's start.
    $alone = {
        Measure-Engine {
            $clock = [Diagnostics.Stopwatch]::StartNew()
            $null = & ssh @options 127.0.0.2 true
            $null = & $Pwsh -NoProfile -c 1
            "ms=$($clock.Elapsed.TotalMilliseconds)"
        } $with
    }
    $first = {
        Import-Module $Manifest
        $clock = [Diagnostics.Stopwatch]::StartNew()
        Start-ChildProcess { 1 } -HostName 127.0.0.2 @to | Receive-ChildProcess -Wait | ForEach-Object { "ms=$($clock.Elapsed.TotalMilliseconds)" }
    }.ToString()
    foreach ($row in @(
            @{ What = 'files there'; Before = ''; Reach = 1.15 }
            @{ What = 'no file there'; Before = 'Remove-Item $cache -Recurse -Force -ErrorAction Ignore; '; Reach = 1.5 })) {
        $results = Measure-Side ([ordered]@{ ours = { Measure-Engine ($row.Before + $first) $with }.GetNewClosure(); 'engine alone' = $alone }) $Runs
        New-Row "first task on a host, $($row.What) (alone: ssh host true; pwsh -c 1)" $results ms ms "$($row.Reach) x alone" (Test-Share $results 'engine alone' ms $row.Reach)
    }

    # Small tasks, by one worker there and by one here.
    $count = [int] (20000 * $Scale)
    $tasks = {
        Import-Module $Manifest
        $null = 1..500 | Invoke-ProcPool { $_ } -ThrottleLimit 1 -Fresh @where
        $clock = [Diagnostics.Stopwatch]::StartNew()
        $all = 1..$count | Invoke-ProcPool { $_ } -ThrottleLimit 1 -Fresh @where
        "rate=$($all.Count / $clock.Elapsed.TotalSeconds)"
    }.ToString()
    $results = Measure-Side ([ordered]@{
        ours           = { Measure-Engine ('$where = $to + @{ HostName = "127.0.0.2" }; ' + $tasks) ($with + @{ count = $count }) }
        'engine alone' = { Measure-Engine ('$where = @{ EnginePath = $Pwsh }; ' + $tasks) @{ count = $count } }
    }) $Runs
    New-Row "$count trivial tasks by one worker on a host, its start included (alone: the same here)" $results rate /s '0.5 x alone' $(
        if ($null -ne ($here = Get-Figure $results['engine alone'] rate)) { Test-Least $results rate ($here / 2) })

    # A lock's round trip, and one of 16 bytes by ssh.
    $rounds = [int] (2000 * $Scale)
    $results = Measure-Side ([ordered]@{
        ours           = {
            Measure-Engine {
                Import-Module $Manifest
                $lock = New-ProcLock
                Start-ChildProcess {
                    param($lock, $rounds)
                    foreach ($i in 1..200) { $lock.Enter(); $lock.Exit() }
                    $clock = [Diagnostics.Stopwatch]::StartNew()
                    foreach ($i in 1..$rounds) { $lock.Enter(); $lock.Exit() }
                    "us=$($clock.Elapsed.TotalMicroseconds / $rounds / 2)"
                } -ArgumentList $lock, $rounds -HostName 127.0.0.2 @to | Receive-ChildProcess -Wait
            } ($with + @{ rounds = $rounds })
        }
        'engine alone' = {
            Measure-Engine {
                $start = [Diagnostics.ProcessStartInfo]::new('ssh', [string[]] ($options + '127.0.0.2', 'cat'))
                $start.RedirectStandardInput = $start.RedirectStandardOutput = $true
                $ssh = [Diagnostics.Process]::Start($start)
                $in, $out, $bytes = $ssh.StandardInput.BaseStream, $ssh.StandardOutput.BaseStream, [byte[]]::new(16)
                foreach ($i in 1..($rounds + 200)) {
                    if ($i -eq 200) { $clock = [Diagnostics.Stopwatch]::StartNew() }
                    $in.Write($bytes, 0, 16)
                    $in.Flush()
                    $out.ReadExactly($bytes, 0, 16)
                }
                "us=$($clock.Elapsed.TotalMicroseconds / $rounds)"
                $ssh.StandardInput.Close()
                $ssh.WaitForExit()
            } ($with + @{ rounds = $rounds })
        }
    }) $Runs
    New-Row 'one round trip of a lock from a host (alone: 16 bytes through ssh host cat)' $results us ' us' '1.5 x alone' (Test-Share $results 'engine alone' us 1.5)

    # Many hosts, first by new connections, then through a pool that lives on. Its workers, and as many of this machine, are at rest before the
    # second time: what .NET compiles again after a first time, here for all the hosts on one machine, is no part of it.
    $hosts = [int] [Math]::Max(4, 50 * $Scale)
    $each = {
        $names = 2..($hosts + 1) | ForEach-Object { "127.0.0.$_" }
        $all = $names | & xargs -P 16 -I '{}' ssh @options '{}' COMMAND
        if (@($all).Count -ne $hosts) { throw "$(@($all).Count) of $hosts answered" }
    }.ToString()
    $again = {
        while (@($pool.Workers | Where-Object State -EQ Idle).Count -lt $hosts) { Start-Sleep -Milliseconds 50 }
        $null = 1..(4 * $hosts) | Invoke-ProcPool { hostname } -Pool $pool -BatchSize 1
        $used = { [long[]] ((Get-Content /proc/stat -TotalCount 1) -split '\s+')[1..3] | Measure-Object -Sum | ForEach-Object Sum }
        $restful = 0
        foreach ($half in 1..300) {
            $before = & $used
            Start-Sleep -Milliseconds 500
            $restful = (& $used) - $before -lt 10 ? $restful + 1 : 0
            if ($restful -eq 6) { break }
        }
        $clock = [Diagnostics.Stopwatch]::StartNew()
        $null = 1..$hosts | Invoke-ProcPool { hostname } -Pool $pool -BatchSize 1
        "again=$($clock.Elapsed.TotalSeconds)"
        $pool | Stop-ProcPool
    }.ToString()
    $results = Measure-Side ([ordered]@{
        ours           = {
            Measure-Engine ({
                Import-Module $Manifest
                $names = 2..($hosts + 1) | ForEach-Object { "127.0.0.$_" }
                Measure-Whole { $script:all = Invoke-ProcPool { hostname } -OnEachHost -HostName $names -ConnectThrottle 16 @to }
                if (@($all).Count -ne $hosts) { throw "$(@($all).Count) of $hosts answered" }
                Measure-Whole { $script:all = Invoke-ProcPool { hostname } -OnEachHost -HostName $names -ConnectThrottle 16 @to } | ForEach-Object { "next$_" }
                $pool = New-ProcPool 1 -HostName $names @to
            }.ToString() + $again) ($with + @{ hosts = $hosts })
        }
        here           = {
            Measure-Engine ("Import-Module `$Manifest; `$pool = New-ProcPool `$hosts -EnginePath `$Pwsh$again") @{ hosts = $hosts }
        }
        'engine alone' = {
            Measure-Engine ("Measure-Whole { $($each.Replace('COMMAND', '"$Pwsh -NoProfile -c hostname"')) }; `$clock = [Diagnostics.Stopwatch]::StartNew(); $($each.Replace('COMMAND', 'hostname')); " + '"again=$($clock.Elapsed.TotalSeconds)"') ($with + @{ hosts = $hosts })
        }
    }) ([Math]::Min($Runs, 3))
    $what = "hostname once on each of $hosts hosts"
    New-Row "$what (alone: xargs -P16 ssh host pwsh -c hostname)" $results s s '1.1 x alone' (Test-Share $results 'engine alone' s 1.1)
    $next = @{ ours = @{ s = Get-Figure $results['ours'] nexts }; 'engine alone' = $results['engine alone'] }
    New-Row "$what, the next call of the session (alone: the same once more)" $next s s
    New-Row 'the same through a pool, the second time (alone: xargs -P16 ssh host hostname)' $results again s 'a tenth of alone' (Test-Share $results 'engine alone' again 0.1)
    New-Row 'the same through a pool, the second time (alone: as many workers of this machine)' @{ ours = $results['ours']; 'engine alone' = $results['here'] } again s
} finally {
    Stop-Sshd $server
    Remove-Item $TestDrive -Recurse -Force -ErrorAction Ignore
}
