Describe 'Pools under stress' {
    BeforeAll {
        . $PSScriptRoot/common.ps1

        # What a pool has started, and all below that, bears the value that its environment has for one test.
        function Get-Marked([string] $Marker) {
            [IO.Directory]::GetDirectories('/proc') -match '/\d+$' | Where-Object {
                try { [IO.File]::ReadAllText("$_/environ").Contains($Marker) } catch { }
            }
        }

        $block = {
            param($i, $kind, $milliseconds)
            switch ($kind) {
                'die' { Stop-Process -Id $PID -Force }
                'hang' { Start-Sleep 600 }
                'hang below' { & sleep 600 }
                'throw' { throw "bad $i" }
                'sleep' { Start-Sleep -Milliseconds $milliseconds }
            }
            $i
        }

        # What a task is to do, and what may become of it. How many of a kind there are is a matter of time: each worker that is
        # replaced takes some tenths of a second.
        function New-Plan([Random] $Random) {
            $kind = switch ($Random.Next(600)) {
                { $_ -lt 3 } { 'die'; break }
                { $_ -lt 5 } { 'hang'; break }
                { $_ -lt 7 } { 'hang below'; break }
                { $_ -lt 50 } { 'throw'; break }
                { $_ -lt 300 } { 'sleep'; break }
                default { 'return' }
            }
            $plan = @{
                Kind     = $kind
                Attempts = 1 + ($Random.Next(4) ? 0 : $Random.Next(1, 3))
                Delay    = $Random.Next(2) * $Random.NextDouble() / 5
                # A sleeping one with a limit may be over in time, or not.
                Limit    = if ($kind -like 'hang*' -and $Random.Next(4)) { 0.05 + $Random.NextDouble() / 2 } elseif ($kind -eq 'sleep' -and -not $Random.Next(100)) { 0.01 }
                Stop     = -not $Random.Next(50)
            }
            $plan.Stop = $plan.Stop -or ($kind -like 'hang*' -and -not $plan.Limit)
            $plan
        }
    }

    AfterEach {
        Clear-ProcSession
        Remove-Variable called -Scope Global -ErrorAction Ignore
    }

    It 'account for every task exactly once, under kills, timeouts, cancellations, retries and callbacks' {
        $count = Get-RoundCount 500
        $seed = Get-Random
        $random = [Random]::new($seed)
        $marker = "stress-$(New-Guid)"
        $pool = New-ProcPool 4 -Environment @{ PROCCONCURRENCY_STRESSED = $marker }
        $killed = [Collections.Generic.HashSet[int]]::new()

        # Any worker, whatever it is at: it comes up, is idle, between two tasks or in one.
        function Stop-Worker {
            $ids = @($pool.Workers.ProcessId | Where-Object { $_ })
            $id = $ids ? $ids[$random.Next($ids.Count)] : 0
            if ($id -and $killed.Add($id)) { Stop-Process -Id $id -Force -ErrorAction Ignore }
        }

        $global:called = @{ Good = [int[]]::new($count); Bad = [int[]]::new($count) }
        $tasks = [Collections.Generic.List[object]]::new()
        $plans = @(1..$count | ForEach-Object { New-Plan $random })
        $toStop = [Collections.Generic.List[object]]::new()
        $clock = [Diagnostics.Stopwatch]::StartNew()
        $seen = $nextKill = 0
        while ($tasks.Count -lt $count -or $toStop.Count -or $seen -lt $count) {
            # At times the workers have much before them, at times they are idle.
            $most = [Math]::Min([Math]::Min($seen + $random.Next(150), $tasks.Count + $random.Next(30)), $count)
            while ($tasks.Count -lt $most) {
                $i = $tasks.Count
                $plan = $plans[$i]
                $with = @{
                    ArgumentList  = $i, $plan.Kind, $random.Next(20)
                    RetryCount    = $plan.Attempts - 1
                    RetryDelay    = $plan.Delay
                    Callback      = [scriptblock]::Create("`$global:called.Good[$i]++")
                    ErrorCallback = [scriptblock]::Create("`$global:called.Bad[$i]++")
                }
                if ($plan.Limit) { $with.TaskTimeout = $plan.Limit }
                $tasks.Add((Submit-ProcTask -Pool $pool -ScriptBlock $block @with))
                if ($plan.Stop) { $toStop.Add($tasks[$i]) }
            }

            # A few tasks lie between: a pool whose workers die one after the other, and do nothing, gives up.
            if ($seen -ge $nextKill) {
                Stop-Worker
                $nextKill = $seen + $random.Next(10, 40)
            }
            if ($toStop.Count -and -not $random.Next(5)) {
                $at = $random.Next($toStop.Count)
                Stop-ProcTask $toStop[$at]
                $toStop.RemoveAt($at)
            }
            Start-Sleep -Milliseconds $random.Next(1, 20)

            if ($pool.Finished -gt $seen) { $clock.Restart() }
            $seen = $pool.Finished
            if ($clock.Elapsed.TotalSeconds -gt 120) { throw "After $seen tasks nothing goes on; the seed was $seed." }
        }
        Close-ProcPool $pool
        Wait-ProcPool $pool -Timeout 300

        $pool.State, $pool.Finished | Should -Be 'Ended', $count -Because "the seed was $seed"
        $killed.Count | Should -BeGreaterThan ($count / 100) -Because "the seed was $seed"
        foreach ($i in 0..($count - 1)) {
            $task = $tasks[$i]
            $plan = $plans[$i]
            $isTried = $task.Attempts -eq $plan.Attempts
            $isRight = switch ($task.Status) {
                'Done' { $plan.Kind -in 'return', 'sleep' -and "$($task.GetResult())" -eq $i }
                'Failed' { $isTried -and ($plan.Kind -eq 'throw' -or $plan.Limit) }
                # Three workers are enough, also where one was killed before it had begun, which is no attempt.
                'Lost' { ($isTried -or $task.JobStateInfo.Reason.Message -like '3 workers*') -and ($plan.Kind -eq 'die' -or $killed.Contains($task.ProcessId)) }
                'Canceled' { $plan.Stop }
            }
            $calls = "$($global:called.Good[$i]) $($global:called.Bad[$i])"
            if (-not $isRight -or $calls -ne ($task.Status -eq 'Done' ? '1 0' : '0 1')) {
                throw "Task $i ($($plan.Kind)) is $($task.Status) after $($task.Attempts) of $($plan.Attempts) attempts, its callbacks ran $calls times; the seed was $seed."
            }
        }
        Wait-Until { -not (Get-Marked $marker) }
    }
}
