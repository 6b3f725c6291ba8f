# 20 started at once, all waited for; in a session where one has run before.
$results = Measure-Side ([ordered]@{
    ours = {
        Measure-Engine {
            Import-Module $Manifest
            $null = Start-ChildProcess { 1 } | Wait-ChildProcess
            $clock = [Diagnostics.Stopwatch]::StartNew()
            $all = 1..20 | ForEach-Object { Start-ChildProcess { 1 } }
            $null = $all | Wait-ChildProcess
            "s=$($clock.Elapsed.TotalSeconds)"
            $wrong = @($all | Where-Object ExitCode -ne 0)
            if ($wrong) { throw "$($wrong.Count) of 20 ended with $($wrong.ExitCode)" }
        }
    }
    'Start-Job' = {
        Measure-Engine {
            $null = Start-Job { 1 } | Wait-Job
            $clock = [Diagnostics.Stopwatch]::StartNew()
            $all = 1..20 | ForEach-Object { Start-Job { 1 } }
            $null = $all | Wait-Job
            "s=$($clock.Elapsed.TotalSeconds)"
            if ($all | Where-Object State -ne Completed) { throw 'some jobs failed' }
        }
    }
    'Start-ThreadJob' = {
        Measure-ThreadJob {
            $null = Start-ThreadJob { 1 } | Wait-Job
            $clock = [Diagnostics.Stopwatch]::StartNew()
            $all = 1..20 | ForEach-Object { Start-ThreadJob { 1 } }
            $null = $all | Wait-Job
            "s=$($clock.Elapsed.TotalSeconds)"
            if ($all | Where-Object State -ne Completed) { throw 'some jobs failed' }
        }
    }
    'Python' = { Measure-Python children.py 20 }
}) $Runs
New-Row '20 children started and finished' $results s s

# Beside the engine alone, as many processes at a time as the machine has processors.
$count = [Math]::Max(4, [int] (30 * $Scale))
$with = @{ count = $count; processors = [Environment]::ProcessorCount }
$results = Measure-Side ([ordered]@{
    ours = {
        Measure-Engine {
            Import-Module $Manifest
            $null = Start-ChildProcess { 1 } | Wait-ChildProcess
            Measure-Whole {
                $script:all = 1..$count | ForEach-Object { Start-ChildProcess { 1 } }
                $null = $all | Wait-ChildProcess
            }
            $wrong = @($all | Where-Object ExitCode -ne 0)
            if ($wrong) { throw "$($wrong.Count) of $count ended with $($wrong.ExitCode)" }
        } $with
    }
    'engine alone' = {
        Measure-Xargs {
            Measure-Whole { $script:all = 1..$count | & xargs -P $processors -I '{}' $Pwsh -NoProfile -c 1 }
            if ($all.Count -ne $count) { throw "$($all.Count) of $count wrote a line" }
        } $with
    }
}) $Runs
$plain = "$count times pwsh -NoProfile -c 1, xargs -P$([Environment]::ProcessorCount)"
New-Row "$count children started and done (engine: $plain)" $results s s '0.95 x alone' (Test-Share $results 'engine alone' s 0.95)
New-Row 'the same, processor time' $results cpu s
