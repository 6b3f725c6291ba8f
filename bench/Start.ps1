# From the call to the first object. Cold: the first child of a fresh session that has the module imported. Beside it the
# engine alone, from the start of its process to its first line.
$most = 60
$startRuns = if ($Quick) { 2 } else { [Math]::Max($Runs, 7) }
$cold = {
    $clock = [Diagnostics.Stopwatch]::StartNew()
    START | ForEach-Object { "ms=$($clock.Elapsed.TotalMilliseconds)" }
}.ToString()
$results = Measure-Side ([ordered]@{
    ours = { Measure-Engine ('Import-Module $Manifest' + $cold.Replace('START', 'Start-ChildProcess { 1 } | Receive-ChildProcess -Wait')) }
    'engine alone' = { Measure-FirstLine 1 }
    'Start-Job' = { Measure-Engine $cold.Replace('START', 'Start-Job { 1 } | Receive-Job -Wait') }
    'Start-ThreadJob' = { Measure-ThreadJob $cold.Replace('START', 'Start-ThreadJob { 1 } | Receive-Job -Wait') }
    'Python' = { Measure-Python first.py }
}) $startRuns
$alone = Get-Figure $results['engine alone'] ms
$met = Test-Both (Test-Share $results 'Start-Job' ms 0.75) $(if ($null -ne $alone) { Test-Most $results ms ($alone + $most) })
New-Row 'start to first output, cold, pwsh' $results ms ms "alone + $most ms, 0.75 of Start-Job" $met

# The same in a session that has started one before: the mean of 4 starts, one after the other. Processor time is that of
# the session and of what it started, from the call until that has ended. A job's process may end later, so it has none.
$times = 4
$results = Measure-Side ([ordered]@{
    ours = {
        Measure-Engine {
            Import-Module $Manifest
            Measure-First $times { Start-ChildProcess { 1 } | Receive-ChildProcess -Wait }
        } @{ times = $times }
    }
    'engine alone' = { Measure-Engine { Measure-First $times { & $Pwsh -NoProfile -c 1 } } @{ times = $times } }
    'Start-Job' = { Measure-Engine { Measure-First $times { Start-Job { 1 } | Receive-Job -Wait -AutoRemoveJob } } @{ times = $times } }
    'Start-ThreadJob' = { Measure-ThreadJob { Measure-First $times { Start-ThreadJob { 1 } | Receive-Job -Wait -AutoRemoveJob } } @{ times = $times } }
}) $startRuns
$met = Test-Both (Test-Share $results 'engine alone' ms 0.92) (Test-Share $results 'Start-Job' ms 0.60)
New-Row 'a child''s first output (engine: pwsh -NoProfile -c 1)' $results ms ms '0.92 x alone, 0.60 of Start-Job' $met
$results['Start-Job'] = $null
New-Row 'the same, processor time' $results cpu ms '0.80 x alone' (Test-Share $results 'engine alone' cpu 0.80)
