# Trivial tasks. Steady: from the first tenth to the last result; whole: with the start of the workers.
$count = [int] (100000 * $Scale)
$few = [int] (2000 * $Scale)

function Get-TaskScript([string] $Command, [int] $Count) {
    @'

$clock = [Diagnostics.Stopwatch]::StartNew()
1..COUNT | COMMAND | & {
    begin { $i = 0; $tenth = COUNT / 10 }
    process { if (++$i -eq $tenth) { $since = $clock.Elapsed.TotalSeconds } }
    end {
        $now = $clock.Elapsed.TotalSeconds
        if ($i -ne COUNT) { throw "$i results of COUNT" }
        'steady=' + (($i - $tenth) / ($now - $since)).ToString([cultureinfo]::InvariantCulture)
    }
}
'whole=' + (COUNT / $clock.Elapsed.TotalSeconds).ToString([cultureinfo]::InvariantCulture)
'@.Replace('COUNT', "$Count").Replace('COMMAND', $Command)
}

$results = Measure-Side ([ordered]@{
    ours = { Measure-Engine $Engines.Own ("Import-Module '$Manifest'" + (Get-TaskScript 'Invoke-ProcPool { $_ }' $count)) }
    'ForEach-Object -Parallel' = {
        Measure-Engine $Engines.Own (Get-TaskScript 'ForEach-Object -Parallel { $_ } -ThrottleLimit ([Environment]::ProcessorCount)' $few)
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
