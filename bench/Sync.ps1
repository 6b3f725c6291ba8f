# Locks and shared data, used from a child. Times are for one step, the loop around it included. There are enough of them that what the
# runtime compiles anew meanwhile, of which the moment is chance, is small beside them.
$rounds = [int] (20000 * $Scale)
$results = Measure-Side ([ordered]@{
    ours = {
        Measure-Engine {
            Import-Module $Manifest
            $d = New-ProcDictionary @{ count = 0 }
            $lock = New-ProcLock
            Start-ChildProcess {
                param($d, $lock, $rounds)
                foreach ($i in 1..2000) { $d['count'] += 1; $null = $d.Increment('count', 1); $lock.Enter(); $lock.Exit() }
                $clock = [Diagnostics.Stopwatch]::StartNew()
                foreach ($i in 1..$rounds) { $d['count'] += 1 }
                "dict=$($clock.Elapsed.TotalMicroseconds / $rounds)"
                $clock.Restart()
                foreach ($i in 1..$rounds) { $null = $d.Increment('count', 1) }
                "increment=$($clock.Elapsed.TotalMicroseconds / $rounds)"
                $clock.Restart()
                foreach ($i in 1..$rounds) { $lock.Enter(); $lock.Exit() }
                "lock=$($clock.Elapsed.TotalMicroseconds / $rounds)"
            } -ArgumentList $d, $lock, $rounds | Receive-ChildProcess -Wait
        } @{ rounds = $rounds }
    }
    'Python' = { Measure-Python sync.py 'steps', $rounds }
}) $Runs
foreach ($row in @(
        @{ Key = 'dict'; What = "d['count'] += 1 on a shared dictionary (Python: Manager().dict())"; Reach = 60 }
        @{ Key = 'increment'; What = 'the same as one step, Increment'; Reach = 35 }
        @{ Key = 'lock'; What = 'lock nobody else wants: Enter and Exit'; Reach = 60 })) {
    New-Row $row.What $results $row.Key ' us' "$($row.Reach) us" (Test-Most $results $row.Key $row.Reach)
}

# A hand-off: somebody else has the lock than had it before. Where nothing is done under the lock, whoever runs mostly finds
# it free; with work under it, it is what makes others wait.
foreach ($hold in 0, 20) {
    $results = Measure-Side ([ordered]@{
        ours = {
            Measure-Engine {
                Import-Module $Manifest
                $lock = New-ProcLock
                $shared = New-ProcArray long 2
                $go = New-ProcBarrier 4
                $children = 1..4 | ForEach-Object {
                    Start-ChildProcess {
                        param($me, $lock, $shared, $go, $microseconds)
                        $null = Wait-ProcBarrier $go
                        $hold = $microseconds * [Diagnostics.Stopwatch]::Frequency / 1000000
                        $clock = [Diagnostics.Stopwatch]::StartNew()
                        while ($clock.Elapsed.TotalSeconds -lt 2) {
                            $lock.Enter()
                            if ($shared[0] -ne $me) { $shared[0] = $me; $shared[1] = $shared[1] + 1 }
                            if ($hold) { $end = $clock.ElapsedTicks + $hold; while ($clock.ElapsedTicks -lt $end) { } }
                            $lock.Exit()
                        }
                    } -ArgumentList $_, $lock, $shared, $go, $hold
                }
                $children | Receive-ChildProcess -Wait
                "rate=$($shared[1] / 2)"
            } @{ hold = $hold }
        }
        'Python' = { Measure-Python sync.py 'handoffs', $hold }
    }) $Runs
    $work = if ($hold) { "each $hold us long" } else { 'each for no time' }
    $theirs = Get-Figure $results['Python'] rate
    New-Row "hand-offs of a lock that 4 children want, $work" $results rate /s 'half of Python''s' $(if ($null -ne $theirs) { Test-Least $results rate ($theirs / 2) })
}

# In turns, as ours is given, each hand-off wakes somebody: here by a pipe to the next, which is the least that can be.
$results = Measure-Side ([ordered]@{ 'Python' = { Measure-Python sync.py 'turns', 4 } }) $Runs
New-Row 'the same in turns: 4 processes pass a word on by pipes' $results rate /s

# Many children. Beside them the engine alone, as many processes at a time as the machine has processors.
$count = [Math]::Max(10, [int] (100 * $Scale))
$results = Measure-Side ([ordered]@{
    ours = {
        Measure-Engine {
            Import-Module $Manifest
            $lock = New-ProcLock
            $counter = New-ProcValue $count
            Measure-Whole {
                $children = 1..$count | ForEach-Object { Start-ChildProcess { Use-ProcLock $using:lock { ($using:counter).Value -= 1 } } }
                $null = $children | Wait-ChildProcess
            }
            if ($counter.Value -ne 0) { throw "the counter is at $($counter.Value)" }
        } @{ count = $count }
    }
    'engine alone' = {
        Measure-Xargs {
            Measure-Whole { $script:all = 1..$count | & xargs -P $processors -I '{}' $Pwsh -NoProfile -c 1 }
            if ($all.Count -ne $count) { throw "$($all.Count) of $count wrote a line" }
        } @{ count = $count; processors = [Environment]::ProcessorCount }
    }
    'Python' = { Measure-Python sync.py 'children', $count }
}) ([Math]::Min($Runs, 3))
$beside = [ordered]@{ ours = $results['ours']; 'Python' = $results['Python'] }
New-Row "$count children, each taking 1 off a counter under a lock" $beside s s '18 s' (Test-Most $results s 18)
$results['Python'] = $null
$plain = "$count times pwsh -NoProfile -c 1, xargs -P$([Environment]::ProcessorCount)"
New-Row "the same (engine: $plain)" $results s s '1.00 x alone' (Test-Share $results 'engine alone' s 1)
New-Row 'the same, processor time' $results cpu s
