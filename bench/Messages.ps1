# Messages through queues. The rate is from the first item that a receiver has to the last.
$count = [int] (300000 * $Scale)
$results = Measure-Side ([ordered]@{
    ours = {
        Measure-Engine $Engines.Own (@'
Import-Module 'MANIFEST'
function Measure-Item {
    begin { $i = 0 }
    process { if ($i++ -eq 0) { $clock = [Diagnostics.Stopwatch]::StartNew() } }
    end { if ($i -ne COUNT) { throw "$i items came" }; (($i - 1) / $clock.Elapsed.TotalSeconds).ToString([cultureinfo]::InvariantCulture) }
}

# The first round warms both ends up.
foreach ($round in 1..2) {
    $q = New-ProcQueue
    $sender = Start-ChildProcess { 1..COUNT | Send-ProcQueue $using:q; Close-ProcQueue $using:q }
    $rate = Receive-ProcQueue $q -All | Measure-Item
    $null = $sender | Wait-ChildProcess
}

"parent=$rate"
$q = New-ProcQueue
$receiver = Start-ChildProcess { Receive-ProcQueue $using:q -All | Measure-Item }
$sender = Start-ChildProcess { 1..COUNT | Send-ProcQueue $using:q; Close-ProcQueue $using:q }
'child=' + ($receiver | Receive-ChildProcess -Wait)
'@.Replace('MANIFEST', $Manifest).Replace('COUNT', "$count"))
    }
    'Python' = { Measure-Python messages.py 'rate', $count }
}) $Runs
foreach ($row in @(
        @{ Key = 'parent'; What = 'small messages through a queue, child to parent (Python: Queue)'; Reach = 300000 }
        @{ Key = 'child'; What = 'the same, child to child'; Reach = 100000 })) {
    $ours = Get-Figure $results['ours'] $row.Key
    New-Row $row.What $results $row.Key /s $row.Reach.ToString('N0', $Invariant) $(if ($null -ne $ours) { $ours -ge $row.Reach })
}

# Items of 1 MiB through a queue of 8. One run: it is long, and steady.
$count = [int] (10240 * $Scale)
$results = Measure-Side ([ordered]@{
    ours = {
        Measure-Engine $Engines.Own (@'
Import-Module 'MANIFEST'
function Get-Memory([string] $Name) {
    if (-not ([IO.File]::ReadAllText('/proc/self/status') -match "${Name}:\s+(\d+) kB")) { throw "no $Name" }
    [long] $Matches[1] / 1024
}

$q = New-ProcQueue
$sender = Start-ChildProcess { 1..20000 | Send-ProcQueue $using:q; Close-ProcQueue $using:q }
Receive-ProcQueue $q -All | & { process { } }
[GC]::Collect()
$before = Get-Memory VmRSS
$q = New-ProcQueue -MaxSize 8
$sender = Start-ChildProcess { $item = [byte[]]::new(1MB); foreach ($i in 1..COUNT) { Send-ProcQueue $using:q $item }; Close-ProcQueue $using:q }
Receive-ProcQueue $q -All | & { begin { $i = 0 } process { $i++ } end { if ($i -ne COUNT) { throw 'items are missing' } } }
'mb=' + ([Math]::Max(0, (Get-Memory VmHWM) - $before)).ToString([cultureinfo]::InvariantCulture)
'@.Replace('MANIFEST', $Manifest).Replace('COUNT', "$count"))
    }
    'Python' = { Measure-Python messages.py 'memory', $count }
}) 1
$ours = Get-Figure $results['ours'] mb
New-Row "parent's growth while $($count.ToString('N0', $Invariant)) MiB pass through a queue of 8" $results mb MB '64 MB' $(if ($null -ne $ours) { $ours -le 64 })
