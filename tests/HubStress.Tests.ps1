Describe 'The hub under stress' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
    }

    AfterEach {
        Clear-ProcSession
    }

    It 'increments of 10 children under a lock are all counted, in a dictionary and in a file' {
        $lock = New-ProcLock
        $d = New-ProcDictionary @{ n = 0 }
        $file = "$TestDrive/counter"
        Set-Content $file '0'
        $rounds = Get-RoundCount 60
        $children = 1..10 | ForEach-Object {
            Start-ChildProcess {
                param($lock, $d, $file, $rounds)
                foreach ($i in 1..$rounds) {
                    $lock.Enter()
                    try {
                        $d['n'] = $d['n'] + 1
                        # By cmdlets this would take ten times as long, and all of them wait for each other.
                        [IO.File]::WriteAllText($file, ([int][IO.File]::ReadAllText($file) + 1))
                    } finally {
                        $lock.Exit()
                    }
                }
            } -ArgumentList $lock, $d, $file, $rounds
        }
        $children | Receive-ChildProcess -Wait
        $d.n | Should -Be (10 * $rounds)
        [int] (Get-Content $file) | Should -Be (10 * $rounds)
        $lock.IsHeld | Should -BeFalse
    }

    It 'kills of holders and waiters lose nothing and hang nothing (seed <Seed>)' -TestCases @{ Seed = Get-Random } {
        $lock = New-ProcLock -Name contested
        $counter = New-ProcDictionary @{ n = 0 }
        $done = New-ProcArray long 1
        $null = Get-Random -SetSeed $Seed
        $block = {
            param($lock, $counter, $done)
            'up'
            while ($true) {
                $lock.Enter()
                # Two steps, that only the lock makes one.
                $counter['n'] = $counter['n'] + 1
                $null = $done.Increment(0)
                $lock.Exit()
            }
        }
        $living = [Collections.Generic.List[object]]::new()
        $kills = Get-RoundCount 12
        foreach ($kill in 1..$kills) {
            while ($living.Count -lt 6) { $living.Add((Start-ChildProcess $block -ArgumentList $lock, $counter, $done)) }
            $victim = $living | Get-Random
            Wait-Until { $victim.Output.Count }
            Stop-ChildProcess $victim -Force
            $null = $living.Remove($victim)
        }

        # Whoever lives goes on: the lock was not lost with anybody.
        $before = $done[0]
        Wait-Until { $done[0] -gt $before + 50 }
        $living | Stop-ChildProcess -Force
        Get-ChildProcess | Wait-ChildProcess | Out-Null
        $lock.TryEnter(30) | Should -BeTrue
        $lock.Exit()

        # An increment whose process died before it could note it is there once more than it is noted; none is missing.
        $counter.n | Should -BeGreaterOrEqual $done[0]
        $counter.n | Should -BeLessOrEqual ($done[0] + $kills + 6)
        (Get-ProcObject contested).Waiters | Should -Be 0
    }

    It 'no waiter is overtaken: children take turns' {
        $lock = New-ProcLock -Name fair
        $order = New-ProcList
        $go = New-ProcEvent
        $turnsEach = Get-RoundCount 25
        $children = 1..3 | ForEach-Object {
            Start-ChildProcess {
                param($n, $lock, $order, $go, $turnsEach)
                $go.Wait()
                foreach ($i in 1..$turnsEach) {
                    $lock.Enter()
                    # Hold it until the two others wait: then each of them comes before this one again.
                    if ($i -lt $turnsEach) { while ((Get-ProcObject fair).Waiters -lt 2 -and $order.Count -lt $turnsEach * 3 - 10) { } }
                    $null = $order.Add($n)
                    $lock.Exit()
                }
            } -ArgumentList $_, $lock, $order, $go, $turnsEach
        }
        $go.Set()
        $children | Receive-ChildProcess -Wait
        $turns = $order.ToArray()
        $turns.Count | Should -Be ($turnsEach * 3)

        # While all three still compete, any three turns in a row are of three children.
        foreach ($i in 6..($turnsEach * 3 - 30)) { @($turns[($i)..($i + 2)] | Sort-Object -Unique).Count | Should -Be 3 }
    }

    It 'a thousand waits at once keep nobody from work, and all end' {
        $door = New-ProcEvent -Name door
        $waiters = Start-ChildProcess {
            $door = $using:door
            $threads = foreach ($i in 1..1000) { [Threading.Thread]::new([Threading.ThreadStart] $door.Wait, 262144) }
            foreach ($thread in $threads) { $thread.Start() }
            foreach ($thread in $threads) { $thread.Join() }
            'all through'
        }
        Wait-Until { (Get-ProcObject door).Waiters -eq 1000 }
        1..20 | Invoke-ProcPool -ThrottleLimit 2 { ($using:door).IsSet } | Should -Be (@($false) * 20)
        Set-ProcEvent door
        $waiters | Receive-ChildProcess -Wait | Should -Be 'all through'
    }
}
