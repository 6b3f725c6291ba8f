# Objects out of one child. Rate: from the first object to the last; whole: from the call that starts the child.
$counter = {
    & {
        begin { $i = 0 }
        process { if ($i++ -eq 0) { $first = $clock.Elapsed.TotalSeconds } }
        end {
            $last = $clock.Elapsed.TotalSeconds
            "rate=$(($i - 1) / ($last - $first))"
            "whole=$($i / $last)"
            if ($i -ne $count) { throw "$i objects of $count" }
        }
    }
}.ToString().TrimStart()
foreach ($load in @(
        @{ What = 'integers'; Count = [int] (100000 * $Scale); Block = '1..COUNT'; Python = 'integers'; Least = 500000 }
        @{ What = 'custom objects'; Count = [int] (20000 * $Scale); Block = 'foreach ($i in 1..COUNT) { [pscustomobject]@{ Id = $i; Name = "name $i"; Ok = $true } }'; Python = 'objects' })) {
    $count = $load.Count
    $with = @{ count = $count; block = '{ ' + $load.Block.Replace('COUNT', "$count") + ' }' }
    $start = '$clock = [Diagnostics.Stopwatch]::StartNew(); '
    $results = Measure-Side ([ordered]@{
        ours = { Measure-Engine ('Import-Module $Manifest; ' + $start + 'Start-ChildProcess $block | Receive-ChildProcess -Wait | ' + $counter) $with }
        'engine alone' = { Measure-Engine ($start + '& $block | ' + $counter) $with }
        'Start-Job' = { Measure-Engine ($start + 'Start-Job $block | Receive-Job -Wait | ' + $counter) $with }
        'Start-ThreadJob' = { Measure-ThreadJob ($start + 'Start-ThreadJob $block | Receive-Job -Wait | ' + $counter) $with }
        'Python' = { Measure-Python output.py $load.Python, $count, 'queue' }
        'Python pipe' = { Measure-Python output.py $load.Python, $count, 'pipe' }
    }) $Runs
    $number = $count.ToString('N0', $Invariant)
    $theirs = Get-Figure $results['Python'] rate
    $reach, $least = if ($load['Least']) { ($load.Least.ToString('N0', $Invariant) + '/s'), $load.Least } else { 'Python''s', $theirs }
    New-Row "$number $($load.What) out of one child (alone: made and counted in one process; Python: Queue)" $results rate /s $reach $(if ($null -ne $least) { Test-Least $results rate $least })
    New-Row 'the same, whole with the start of the child' $results whole /s
    $results['Python'] = $results['Python pipe']
    $results['Start-Job'] = $results['Start-ThreadJob'] = $results['engine alone'] = $null
    New-Row "$number $($load.What) out of one child (Python: Pipe)" $results rate /s
}
