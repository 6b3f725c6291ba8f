# Trivial tasks. Steady: from the first tenth to the last result of a session's first, while .NET still compiles; whole: with the start of
# the workers; warm: some rounds later, when it has.
$count = [int] (100000 * $Scale)
$few = [int] (2000 * $Scale)
$with = @{ count = $few; processors = [Environment]::ProcessorCount }
$counter = {
    & {
        begin { $i = 0; $tenth = $count / 10 }
        process { if (++$i -eq $tenth) { $since = $clock.Elapsed.TotalSeconds } }
        end {
            $now = $clock.Elapsed.TotalSeconds
            if ($i -ne $count) { throw "$i results of $count" }
            "steady=$(($i - $tenth) / ($now - $since))"
        }
    }
    "whole=$($count / $clock.Elapsed.TotalSeconds)"
}.ToString().TrimStart()
$start = '$clock = [Diagnostics.Stopwatch]::StartNew(); 1..$count | '
$again = '; foreach ($round in 1..{0}) {{ $clock.Restart(); 1..$count | {1} | & {{ process {{ }} }} }}; "warm=$($count / $clock.Elapsed.TotalSeconds)"'
function Join-Rounds([string] $Run, [int] $More) { "$start$Run | $counter" + ($again -f $More, $Run) }
$results = Measure-Side ([ordered]@{
    ours = { Measure-Engine ('Import-Module $Manifest; ' + (Join-Rounds 'Invoke-ProcPool { $_ }' 5)) @{ count = $count } }
    'Start-ThreadJob' = {
        # All start before the first result is taken, so it has no steady state.
        Measure-ThreadJob {
            $clock = [Diagnostics.Stopwatch]::StartNew()
            $results = 1..$count | ForEach-Object { Start-ThreadJob { param($i) $i } -ArgumentList $_ -ThrottleLimit $processors } | Receive-Job -Wait
            "whole=$($count / $clock.Elapsed.TotalSeconds)"
            if ($results.Count -ne $count) { throw "$($results.Count) results of $count" }
        } $with
    }
    'ForEach-Object -Parallel' = { Measure-Engine (Join-Rounds 'ForEach-Object -Parallel { $_ } -ThrottleLimit $processors' 1) $with }
    'Python' = { Measure-Python tasks.py $count, 1 }
    'Python auto' = { Measure-Python tasks.py $count, 0 }
}) $Runs
$least = @(@{ Peer = 'Python'; Times = 3 }, @{ Peer = 'ForEach-Object -Parallel'; Times = 150 }).ForEach({
    $theirs = Get-Figure $results[$_.Peer] warm
    if ($null -ne $theirs) { $_.Times * $theirs }
})
$met = if ($least) { Test-Least $results warm ($least | Measure-Object -Maximum).Maximum }
New-Row 'trivial tasks, the first of a session, steady (Python: Pool.map, chunksize=1)' $results steady /s
New-Row 'the same, whole with the start of the workers' $results whole /s
New-Row 'the same, warm' $results warm /s '3 x Python''s, 150 x -Parallel''s' $met
$results['Python'] = $results['Python auto']
$results['ForEach-Object -Parallel'] = $null
New-Row 'the same, steady (Python: Pool.map, its own chunks)' $results steady /s

# Processor time of an item, warm: the workers', the session's, and that of the block in a plain loop.
$results = Measure-Side ([ordered]@{
    ours = {
        Measure-Engine {
            Import-Module $Manifest
            function Get-OwnTime([int[]] $Id) {
                $ticks = foreach ($one in $Id) { ((Get-Content "/proc/$one/stat" -Raw) -replace '^.*\) ' -split ' ')[11..12] }
                ($ticks | Measure-Object -Sum).Sum * 10000
            }

            $pool = New-ProcPool $processors
            foreach ($round in 1..6) {
                $workers = $pool.Workers.ProcessId
                $session = Get-OwnTime $PID
                $work = Get-OwnTime $workers
                1..$count | Invoke-ProcPool -Pool $pool { $_ } | & { process { } }
                $session = ((Get-OwnTime $PID) - $session) / $count
                $work = ((Get-OwnTime $workers) - $work) / $count
            }
            "worker=$work"
            "session=$session"
        } @{ count = $count; processors = [Environment]::ProcessorCount }
    }
    'engine alone' = {
        Measure-Engine {
            $block = { $_ }
            foreach ($round in 1..3) {
                $before = Get-ProcessorTime
                foreach ($_ in 1..$count) { $null = & $block $_ }
                $loop = ((Get-ProcessorTime) - $before) * 1000000 / $count
            }
            "worker=$loop"
        } @{ count = $count }
    }
}) $Runs
New-Row 'processor time of a trivial task, workers (alone: & $block $x in a loop)' $results worker ' us' '1.4 x the loop''s' (Test-Share $results 'engine alone' worker 1.4)
New-Row 'the same, the session' $results session ' us' '5 us' (Test-Most $results session 5)
