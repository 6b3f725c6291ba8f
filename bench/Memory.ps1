# The parent's peak over a million items, above what it held after a warm-up. One run: it is long, and steady.
$count = [int] (1000000 * $Scale)
$results = Measure-Side ([ordered]@{
    ours = {
        Measure-Engine {
            Import-Module $Manifest
            function Get-Memory([string] $Name) {
                if ((Get-Content /proc/self/status -Raw) -notmatch "${Name}:\s+(\d+) kB") { throw "no $Name" }
                [long] $Matches[1] / 1024
            }

            1..20000 | Invoke-ProcPool { $_ } | & { process { } }
            [GC]::Collect()
            $before = Get-Memory VmRSS
            $peak = Get-Memory VmHWM
            1..$count | Invoke-ProcPool { $_ } | & { begin { $i = 0 } process { $i++ } end { if ($i -ne $count) { throw 'items are missing' } } }
            "mb=$([Math]::Max(0, (Get-Memory VmHWM) - $before))"
            "abovepeak=$((Get-Memory VmHWM) - $peak)"
        } @{ count = $count }
    }
    'Python' = { Measure-Python memory.py $count }
}) 1
New-Row "parent's growth over $($count.ToString('N0', $Invariant)) items (Python: imap)" $results mb MB '30 MB' (Test-Most $results mb 30)
