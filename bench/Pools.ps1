# Pools that live on, and their tasks.
$with = @{ processors = [Environment]::ProcessorCount; count = [int] (20000 * $Scale); few = [int] (1000 * $Scale) }
$results = Measure-Side ([ordered]@{
    ours = {
        Measure-Engine {
            Import-Module $Manifest
            $pool = New-ProcPool $processors
            $null = 1..2000 | Submit-ProcTask -Pool $pool { $_ } | Receive-ProcTask
            $clock = [Diagnostics.Stopwatch]::new()

            # While .NET still compiles, and when it has, which takes some seconds of work.
            foreach ($name in @('first') + @('next') * 4 + 'rate') {
                $clock.Restart()
                $got = 1..$count | Submit-ProcTask -Pool $pool { $_ } | Receive-ProcTask
                "$name=$($count / $clock.Elapsed.TotalSeconds)"
                if ($got.Count -ne $count) { throw "$($got.Count) results of $count" }
            }
            foreach ($i in 1..200) { $null = Invoke-ProcTask -Pool $pool { 1 } }
            foreach ($name in @('early') + @('next') * 7 + 'us') {
                $clock.Restart()
                foreach ($i in 1..$few) { $null = Invoke-ProcTask -Pool $pool { 1 } }
                "$name=$($clock.Elapsed.TotalMicroseconds / $few)"
            }
        } $with
    }
    'Python' = { Measure-Python pools.py 'tasks', $with.count, $with.few }
}) $Runs
$theirs = Get-Figure $results['Python'] rate
New-Row "the first $($with.count) trivial tasks by Submit-ProcTask of a session, all received" $results first /s
New-Row "$($with.count) trivial tasks by Submit-ProcTask, all received, warm (Python: apply_async)" $results rate /s '1.5 x Python''s' $(if ($null -ne $theirs) { Test-Least $results rate (1.5 * $theirs) })
$theirs = Get-Figure $results['Python'] us
New-Row "one of the first $($with.few) trivial tasks by Invoke-ProcTask" $results early ' us'
New-Row 'one trivial task by Invoke-ProcTask, warm (Python: apply)' $results us ' us' 'half of Python''s' $(if ($null -ne $theirs) { Test-Most $results us ($theirs / 2) })

# With a spare process ready; Python's is a fork of a process that waits for it.
$results = Measure-Side ([ordered]@{
    ours = {
        Measure-Engine {
            Import-Module $Manifest
            Start-ChildProcess { 1 } | Receive-ChildProcess -Wait -AutoRemoveJob | Out-Null
            $sum = 0
            foreach ($i in 1..5) {
                while (-not [ProcConcurrency.Jobs.ChildProcess].Assembly.GetType('ProcConcurrency.Jobs.SpareChildren').GetProperty('Store', [Reflection.BindingFlags] 'Static, NonPublic').GetValue($null).ProcessIds) { Start-Sleep -Milliseconds 20 }
                $clock = [Diagnostics.Stopwatch]::StartNew()
                Start-ChildProcess { 1 } | Receive-ChildProcess -Wait -AutoRemoveJob | ForEach-Object { $sum += $clock.Elapsed.TotalMilliseconds }
            }
            "ms=$($sum / 5)"
        }
    }
    'Python' = { Measure-Python pools.py 'forkserver' }
}) $Runs
$theirs = Get-Figure $results['Python'] ms
New-Row 'start to first output, with a spare ready (Python: forkserver)' $results ms ms 'Python''s' $(if ($null -ne $theirs) { Test-Most $results ms $theirs })

$results = Measure-Side ([ordered]@{
    ours = {
        Measure-Engine {
            Import-Module $Manifest
            foreach ($name in 'first', 'second') {
                $clock = [Diagnostics.Stopwatch]::StartNew()
                1 | Invoke-ProcPool { $_ } | ForEach-Object { "$name=$($clock.Elapsed.TotalMilliseconds)" }
            }
        }
    }
}) $Runs
$first = Get-Figure $results['ours'] first
New-Row 'the first Invoke-ProcPool of a session, first output' $results first ms
New-Row 'the second' $results second ms 'a thirtieth of it' $(if ($null -ne $first) { Test-Most $results second ($first / 30) })

# Against what the same sleeping takes with nothing beside it: a sleep is longer than it was asked for, and in the order of the input
# one that begins last ends last, on however many workers.
foreach ($load in @(
        @{ What = 'of 20 ms on 2 workers'; Workers = 2; Short = 20; Long = 20; Most = 1.02; Reach = 'alone + 2 %' }
        @{ What = 'of 10 ms on 8 workers, one in 100 takes 1 s'; Workers = 8; Short = 10; Long = 1000; Most = 1.1; Reach = 'alone + 10 %' })) {
    $with = @{ count = [int] (1000 * $Scale); workers = $load.Workers; short = $load.Short; long = $load.Long }
    $results = Measure-Side ([ordered]@{
        ours = {
            Measure-Engine {
                Import-Module $Manifest
                $pool = New-ProcPool $workers
                $null = 1..($workers * 10) | Invoke-ProcPool -Pool $pool { Start-Sleep -Milliseconds 10 }
                $clock = [Diagnostics.Stopwatch]::StartNew()
                $null = 1..$count | Invoke-ProcPool -Pool $pool { [Threading.Thread]::Sleep($_ % 100 ? $using:short : $using:long) }
                "s=$($clock.Elapsed.TotalSeconds)"
            } $with
        }
        'engine alone' = {
            Measure-Engine {
                # When each of so many sleepers is free again, if the next of the input always goes to the first that is.
                $free = [double[]]::new($workers)
                $clock = [Diagnostics.Stopwatch]::new()
                foreach ($i in 0..$count) {
                    $clock.Restart()
                    [Threading.Thread]::Sleep($i % 100 ? $short : $long)
                    if ($i -gt 0) { $free[[array]::IndexOf($free, ($free | Measure-Object -Minimum).Minimum)] += $clock.Elapsed.TotalSeconds }
                }

                "s=$(($free | Measure-Object -Maximum).Maximum)"
            } $with
        }
        'Python' = { Measure-Python pools.py 'sleeps', $with.count, $with.workers, $with.short, $with.long }
    }) ([Math]::Min($Runs, 3))
    New-Row "$($with.count) tasks $($load.What) (alone: such sleeps, measured one by one)" $results s s $load.Reach (Test-Share $results 'engine alone' s $load.Most)
}

$results = Measure-Side ([ordered]@{
    ours = {
        Measure-Engine {
            Import-Module $Manifest
            $pool = New-ProcPool 2
            $sum = 0
            foreach ($i in 1..5) {
                $task = Submit-ProcTask -Pool $pool { Start-Sleep 600 }
                while (-not $task.ProcessId) { Start-Sleep -Milliseconds 20 }
                Start-Sleep -Milliseconds 200
                $worker = [Diagnostics.Process]::GetProcessById($task.ProcessId)
                $clock = [Diagnostics.Stopwatch]::StartNew()
                $worker.Kill()
                Wait-ProcTask $task | Out-Null
                $sum += $clock.Elapsed.TotalMilliseconds
            }
            "ms=$($sum / 5)"

            $pool = New-ProcPool 8
            $busy = New-ProcValue 0
            $tasks = 1..7 | Submit-ProcTask -Pool $pool { $null = ($using:busy).Increment(1); while ($true) { } }
            $tasks = @($tasks) + (Submit-ProcTask -Pool $pool { $null = ($using:busy).Increment(1); [Threading.Thread]::Sleep(-1) })
            while ($busy.Value -lt 8) { Start-Sleep -Milliseconds 50 }
            $ids = $tasks.ProcessId
            $clock.Restart()
            Stop-ProcPool $pool
            while (Get-Process -Id $ids -ErrorAction Ignore) { Start-Sleep -Milliseconds 5 }
            "s=$($clock.Elapsed.TotalSeconds)"

            # What Ctrl-C does: the pipeline is stopped from another thread.
            $ids = New-ProcList
            $shell = [powershell]::Create([Management.Automation.RunspaceMode]::NewRunspace).AddScript({
                param($Manifest, $ids)
                Import-Module $Manifest
                1..8 | Invoke-ProcPool -ThrottleLimit 8 { ($using:ids).Add($PID); if ($_ -eq 8) { [Threading.Thread]::Sleep(-1) } else { while ($true) { } } }
            }).AddArgument($Manifest).AddArgument($ids)
            $running = $shell.BeginInvoke()
            while ($ids.Count -lt 8 -and -not $running.IsCompleted) { Start-Sleep -Milliseconds 50 }
            $clock.Restart()
            $shell.Stop()
            while (Get-Process -Id @($ids) -ErrorAction Ignore) { Start-Sleep -Milliseconds 5 }
            "interrupt=$($clock.Elapsed.TotalSeconds)"
            if ($ids.Count -ne 8) { throw "$($ids.Count) workers of 8" }
        }
    }
}) $Runs
New-Row 'a worker killed: its task is over' $results ms ms '50 ms' (Test-Most $results ms 50)
New-Row 'Stop-ProcPool, 8 busy workers, one of them in a native call: no process left' $results s s '1 s' (Test-Most $results s 1)
New-Row 'Ctrl-C of Invoke-ProcPool with the same 8 workers: no process left' $results interrupt s '1 s' (Test-Most $results interrupt 1)
