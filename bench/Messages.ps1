# Messages through queues. The rate is from the first item that a receiver has to the last.
$count = [int] (300000 * $Scale)
$results = Measure-Side ([ordered]@{
    ours = {
        Measure-Engine {
            Import-Module $Manifest
            function Measure-Item([int] $Count) {
                begin { $i = 0 }
                process { if ($i++ -eq 0) { $clock = [Diagnostics.Stopwatch]::StartNew() } }
                end { if ($i -ne $Count) { throw "$i items came" }; ($i - 1) / $clock.Elapsed.TotalSeconds }
            }

            # The first round warms both ends up.
            foreach ($round in 1..2) {
                $q = New-ProcQueue
                $sender = Start-ChildProcess { 1..$using:count | Send-ProcQueue $using:q; Close-ProcQueue $using:q }
                $rate = Receive-ProcQueue $q -All | Measure-Item $count
                $null = $sender | Wait-ChildProcess
            }

            "parent=$rate"
            $q = New-ProcQueue
            $receiver = Start-ChildProcess { Receive-ProcQueue $using:q -All | Measure-Item $using:count }
            $sender = Start-ChildProcess { 1..$using:count | Send-ProcQueue $using:q; Close-ProcQueue $using:q }
            "child=$($receiver | Receive-ChildProcess -Wait)"
        } @{ count = $count }
    }
    'Python' = { Measure-Python messages.py 'rate', $count }
}) $Runs
foreach ($row in @(
        @{ Key = 'parent'; What = 'small messages through a queue, child to parent (Python: Queue)'; Reach = 300000 }
        @{ Key = 'child'; What = 'the same, child to child'; Reach = 100000 })) {
    New-Row $row.What $results $row.Key /s $row.Reach.ToString('N0', $Invariant) (Test-Least $results $row.Key $row.Reach)
}

# Items of 1 MiB through a queue of 8. One run: it is long, and steady.
$count = [int] (10240 * $Scale)
$results = Measure-Side ([ordered]@{
    ours = {
        Measure-Engine {
            Import-Module $Manifest
            function Get-Memory([string] $Name) {
                if ((Get-Content /proc/self/status -Raw) -notmatch "${Name}:\s+(\d+) kB") { throw "no $Name" }
                [long] $Matches[1] / 1024
            }

            $q = New-ProcQueue
            $sender = Start-ChildProcess { 1..20000 | Send-ProcQueue $using:q; Close-ProcQueue $using:q }
            Receive-ProcQueue $q -All | & { process { } }
            [GC]::Collect()
            $before = Get-Memory VmRSS
            $q = New-ProcQueue -MaxSize 8
            $sender = Start-ChildProcess { $item = [byte[]]::new(1MB); foreach ($i in 1..$using:count) { Send-ProcQueue $using:q $item }; Close-ProcQueue $using:q }
            Receive-ProcQueue $q -All | & { begin { $i = 0 } process { $i++ } end { if ($i -ne $count) { throw 'items are missing' } } }
            "mb=$([Math]::Max(0, (Get-Memory VmHWM) - $before))"
        } @{ count = $count }
    }
    'Python' = { Measure-Python messages.py 'memory', $count }
}) 1
New-Row "parent's growth while $($count.ToString('N0', $Invariant)) MiB pass through a queue of 8" $results mb MB '64 MB' (Test-Most $results mb 64)
