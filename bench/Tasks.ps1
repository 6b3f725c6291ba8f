# Trivial tasks. Steady: from the first tenth to the last result; whole: with the start of the workers.
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
$results = Measure-Side ([ordered]@{
    ours = { Measure-Engine ('Import-Module $Manifest; ' + $start + 'Invoke-ProcPool { $_ } | ' + $counter) @{ count = $count } }
    'Start-ThreadJob' = {
        # All start before the first result is taken, so it has no steady state.
        Measure-ThreadJob {
            $clock = [Diagnostics.Stopwatch]::StartNew()
            $results = 1..$count | ForEach-Object { Start-ThreadJob { param($i) $i } -ArgumentList $_ -ThrottleLimit $processors } | Receive-Job -Wait
            "whole=$($count / $clock.Elapsed.TotalSeconds)"
            if ($results.Count -ne $count) { throw "$($results.Count) results of $count" }
        } $with
    }
    'ForEach-Object -Parallel' = { Measure-Engine ($start + 'ForEach-Object -Parallel { $_ } -ThrottleLimit $processors | ' + $counter) $with }
    'Python' = { Measure-Python tasks.py $count, 1 }
    'Python auto' = { Measure-Python tasks.py $count, 0 }
}) $Runs
New-Row 'trivial tasks, steady (Python: Pool.map, chunksize=1)' $results steady /s '60,000/s' (Test-Least $results steady 60000)
New-Row 'the same, whole with the start of the workers' $results whole /s
$results['Python'] = $results['Python auto']
$results['ForEach-Object -Parallel'] = $null
New-Row 'the same, steady (Python: Pool.map, its own chunks)' $results steady /s
