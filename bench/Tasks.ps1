# Trivial tasks. Steady: from the first tenth to the last result; whole: with the start of the workers.
$count = [int] (100000 * $Scale)
$few = [int] (2000 * $Scale)
$results = Measure-Side ([ordered]@{
    ours = {
        Measure-Engine $Engines.Own @"
Import-Module '$Manifest'
`$clock = [Diagnostics.Stopwatch]::StartNew()
1..$count | Invoke-ProcPool { `$_ } | & {
    begin { `$i = 0; `$tenth = $count / 10 }
    process { if (++`$i -eq `$tenth) { `$since = `$clock.Elapsed.TotalSeconds } }
    end { if (`$i -ne $count) { exit 1 } }
}
`$now = `$clock.Elapsed.TotalSeconds
'whole=' + ($count / `$now).ToString([cultureinfo]::InvariantCulture)
"@.Replace("end { if", "end { 'steady=' + (($count - `$tenth) / (`$clock.Elapsed.TotalSeconds - `$since)).ToString([cultureinfo]::InvariantCulture); if")
    }
    'ForEach-Object -Parallel' = {
        Measure-Engine $Engines.Own @"
`$clock = [Diagnostics.Stopwatch]::StartNew()
1..$few | ForEach-Object -Parallel { `$_ } -ThrottleLimit ([Environment]::ProcessorCount) | & {
    begin { `$i = 0; `$tenth = $few / 10 }
    process { if (++`$i -eq `$tenth) { `$since = `$clock.Elapsed.TotalSeconds } }
    end { 'steady=' + (($few - `$tenth) / (`$clock.Elapsed.TotalSeconds - `$since)).ToString([cultureinfo]::InvariantCulture) }
}
'whole=' + ($few / `$clock.Elapsed.TotalSeconds).ToString([cultureinfo]::InvariantCulture)
"@
    }
    'Python' = { Measure-Python tasks.py $count, 1 }
    'Python auto' = { Measure-Python tasks.py $count, 0 }
}) $Runs
$ours = Get-Figure $results['ours'] steady
New-Row 'trivial tasks, steady (Python: Pool.map, chunksize=1)' $results steady /s '60,000/s' $(if ($null -ne $ours) { $ours -ge 60000 })
New-Row 'the same, whole with the start of the workers' $results whole /s
$results['Python'] = $results['Python auto']
$results['ForEach-Object -Parallel'] = $null
New-Row 'the same, steady (Python: Pool.map, its own chunks)' $results steady /s
