# Locks and shared data, used from a child. Times are for one step, the loop around it included.
$rounds = [int] (5000 * $Scale)
$results = Measure-Side ([ordered]@{
    ours = {
        Measure-Engine $Engines.Own (@'
Import-Module 'MANIFEST'
$d = New-ProcDictionary @{ count = 0 }
$lock = New-ProcLock
Start-ChildProcess {
    param($d, $lock, $rounds)
    foreach ($i in 1..500) { $d['count'] += 1; $lock.Enter(); $lock.Exit() }
    $clock = [Diagnostics.Stopwatch]::StartNew()
    foreach ($i in 1..$rounds) { $d['count'] += 1 }
    'dict=' + ($clock.Elapsed.TotalMicroseconds / $rounds).ToString([cultureinfo]::InvariantCulture)
    $clock.Restart()
    foreach ($i in 1..$rounds) { $null = $d.Increment('count', 1) }
    'increment=' + ($clock.Elapsed.TotalMicroseconds / $rounds).ToString([cultureinfo]::InvariantCulture)
    $clock.Restart()
    foreach ($i in 1..$rounds) { $lock.Enter(); $lock.Exit() }
    'lock=' + ($clock.Elapsed.TotalMicroseconds / $rounds).ToString([cultureinfo]::InvariantCulture)
} -ArgumentList $d, $lock, ROUNDS | Receive-ChildProcess -Wait
'@.Replace('MANIFEST', $Manifest).Replace('ROUNDS', "$rounds"))
    }
    'Python' = { Measure-Python sync.py 'steps', $rounds }
}) $Runs
foreach ($row in @(
        @{ Key = 'dict'; What = "d['count'] += 1 on a shared dictionary (Python: Manager().dict())"; Reach = 60 }
        @{ Key = 'increment'; What = 'the same as one step, Increment'; Reach = 35 }
        @{ Key = 'lock'; What = 'lock nobody else wants: Enter and Exit'; Reach = 60 })) {
    $ours = Get-Figure $results['ours'] $row.Key
    $sides = [ordered]@{ ours = $results['ours'] }
    if ($row.Key -ne 'increment') { $sides['Python'] = $results['Python'] }
    New-Row $row.What $sides $row.Key ' us' "$($row.Reach) us" $(if ($null -ne $ours) { $ours -le $row.Reach })
}

# A hand-off: somebody else has the lock than had it before. Where nothing is done under the lock, whoever runs mostly finds
# it free; with work under it, it is what makes others wait.
foreach ($hold in 0, 20) {
    $results = Measure-Side ([ordered]@{
        ours = {
            Measure-Engine $Engines.Own (@'
Import-Module 'MANIFEST'
$lock = New-ProcLock
$shared = New-ProcArray long 2
$go = New-ProcBarrier 4
$children = 1..4 | ForEach-Object {
    Start-ChildProcess {
        param($me, $lock, $shared, $go)
        $null = Wait-ProcBarrier $go
        $hold = HOLD * [Diagnostics.Stopwatch]::Frequency / 1000000
        $clock = [Diagnostics.Stopwatch]::StartNew()
        while ($clock.Elapsed.TotalSeconds -lt 2) {
            $lock.Enter()
            if ($shared[0] -ne $me) { $shared[0] = $me; $shared[1] = $shared[1] + 1 }
            if ($hold) { $end = $clock.ElapsedTicks + $hold; while ($clock.ElapsedTicks -lt $end) { } }
            $lock.Exit()
        }
    } -ArgumentList $_, $lock, $shared, $go
}
$children | Receive-ChildProcess -Wait
'rate=' + ($shared[1] / 2).ToString([cultureinfo]::InvariantCulture)
'@.Replace('MANIFEST', $Manifest).Replace('HOLD', "$hold"))
        }
        'Python' = { Measure-Python sync.py 'handoffs', $hold }
    }) $Runs
    $ours = Get-Figure $results['ours'] rate
    $python = Get-Figure $results['Python'] rate
    $work = if ($hold) { "each $hold us long" } else { 'each for no time' }
    New-Row "hand-offs of a lock that 4 children want, $work" $results rate /s 'half of Python''s' $(if ($null -ne $ours -and $null -ne $python) { $ours -ge $python / 2 })
}

# In turns, as ours is given, each hand-off wakes somebody: here by a pipe to the next, which is the least that can be.
$results = Measure-Side ([ordered]@{ 'Python' = { Measure-Python sync.py 'turns', 4 } }) $Runs
New-Row 'the same in turns: 4 processes pass a word on by pipes' $results rate /s

$count = [Math]::Max(10, [int] (100 * $Scale))
$results = Measure-Side ([ordered]@{
    ours = {
        Measure-Engine $Engines.Own (@'
Import-Module 'MANIFEST'
$lock = New-ProcLock
$counter = New-ProcValue COUNT
$clock = [Diagnostics.Stopwatch]::StartNew()
$children = 1..COUNT | ForEach-Object { Start-ChildProcess { Use-ProcLock $using:lock { ($using:counter).Value -= 1 } } }
$null = $children | Wait-ChildProcess
's=' + $clock.Elapsed.TotalSeconds.ToString([cultureinfo]::InvariantCulture)
if ($counter.Value -ne 0) { throw "the counter is at $($counter.Value)" }
'@.Replace('MANIFEST', $Manifest).Replace('COUNT', "$count"))
    }
    'Python' = { Measure-Python sync.py 'children', $count }
}) ([Math]::Min($Runs, 3))
$ours = Get-Figure $results['ours'] s
New-Row "$count children, each taking 1 off a counter under a lock" $results s s '18 s' $(if ($null -ne $ours) { $ours -le 18 })
