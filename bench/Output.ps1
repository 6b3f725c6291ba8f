# Objects out of one child. Rate: from the first object to the last; whole: from the call that starts the child.
foreach ($load in @(
        @{ What = 'integers'; Count = [int] (100000 * $Scale); Block = '1..COUNT'; Python = 'integers'; Reach = 500000 }
        @{ What = 'custom objects'; Count = [int] (20000 * $Scale); Block = 'foreach ($i in 1..COUNT) { [pscustomobject]@{ Id = $i; Name = "name $i"; Ok = $true } }'; Python = 'objects'; Reach = 150000 })) {
    $count = $load.Count
    $block = $load.Block.Replace('COUNT', "$count")
    $counter = @'
 & {
    begin { $i = 0 }
    process { if ($i++ -eq 0) { $first = $clock.Elapsed.TotalSeconds } }
    end {
        $last = $clock.Elapsed.TotalSeconds
        'rate=' + (($i - 1) / ($last - $first)).ToString([cultureinfo]::InvariantCulture)
        'whole=' + ($i / $last).ToString([cultureinfo]::InvariantCulture)
        if ($i -ne COUNT) { throw "$i objects of COUNT" }
    }
}
'@.Replace('COUNT', "$count")
    $results = Measure-Side ([ordered]@{
        ours = {
            Measure-Engine $Engines.Own ("Import-Module '$Manifest'; " + '$clock = [Diagnostics.Stopwatch]::StartNew(); Start-ChildProcess { ' + $block + ' } | Receive-ChildProcess -Wait |' + $counter)
        }
        'Start-Job' = {
            Measure-Engine pwsh ('$clock = [Diagnostics.Stopwatch]::StartNew(); Start-Job { ' + $block + ' } | Receive-Job -Wait |' + $counter)
        }
        'Python' = { Measure-Python output.py $load.Python, $count, 'queue' }
        'Python pipe' = { Measure-Python output.py $load.Python, $count, 'pipe' }
    }) $Runs
    $ours = Get-Figure $results['ours'] rate
    $number = $count.ToString('N0', $Invariant)
    $reach = $load.Reach
    New-Row "$number $($load.What) out of one child (Python: Queue)" $results rate /s ($reach.ToString('N0', $Invariant) + '/s') $(if ($null -ne $ours) { $ours -ge $reach })
    New-Row 'the same, whole with the start of the child' $results whole /s
    $results['Python'] = $results['Python pipe']
    $results['Start-Job'] = $null
    New-Row "$number $($load.What) out of one child (Python: Pipe)" $results rate /s
}
