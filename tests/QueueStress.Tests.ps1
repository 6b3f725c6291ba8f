Describe 'Queues under stress' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
    }

    AfterEach {
        Clear-ProcSession
    }

    It 'nothing is lost, nothing comes twice, each sender''s order is kept: -MaxSize <MaxSize>' -TestCases @(
        @{ MaxSize = 0 }
        @{ MaxSize = 7 }
    ) {
        $q = New-ProcQueue -MaxSize $MaxSize
        $got = New-ProcQueue
        $each = Get-RoundCount 600
        $senders = 1..3 | ForEach-Object {
            Start-ChildProcess -ArgumentList $_ { param($n) 1..$using:each | ForEach-Object { $n * 1000000 + $_ } | Send-ProcQueue $using:q }
        }
        $receivers = 1..3 | ForEach-Object {
            Start-ChildProcess -ArgumentList $_ {
                param($me)
                # What one receiver has of one sender has to be in order; each tells it itself.
                $last = @{}
                Receive-ProcQueue $using:q -All | ForEach-Object {
                    $sender = [Math]::Floor($_ / 1000000)
                    if ($_ -le $last[$sender]) { throw "$_ came after $($last[$sender])" }
                    $last[$sender] = $_
                    $_
                } | Send-ProcQueue $using:got
            }
        }
        $senders | Receive-ChildProcess -Wait
        Close-ProcQueue $q
        $receivers | Receive-ChildProcess -Wait
        $all = [long[]] @(Receive-ProcQueue $got -All -NoWait)
        $all.Count | Should -Be (3 * $each)
        [Collections.Generic.HashSet[long]]::new($all).Count | Should -Be (3 * $each)
    }

    It '24 waiters of 3 processes: as many items as come go to one each, the others end with QueueEmpty' {
        $q = New-ProcQueue -Name crowded
        $ready = New-ProcSemaphore -Count 0
        $go = New-ProcEvent
        # All begin at once, when the slow part, 24 runspaces, is done; so nobody's time is over before the others wait.
        $children = 1..3 | ForEach-Object {
            Start-ChildProcess -ArgumentList $q, $ready, $go, "$PSScriptRoot/common.ps1" {
                param($q, $ready, $go, $common)
                . $common
                $waits = foreach ($i in 1..8) {
                    $shell = New-Shell 'try { Receive-ProcQueue $q -NoWait } catch { }; $ready.Exit(); $go.Wait(); try { Receive-ProcQueue $q -Timeout 10 } catch { $_.FullyQualifiedErrorId }'
                    foreach ($name in 'q', 'ready', 'go') { $shell.Runspace.SessionStateProxy.SetVariable($name, (Get-Variable $name -ValueOnly)) }
                    @{ Shell = $shell; Running = $shell.BeginInvoke() }
                }
                foreach ($wait in $waits) { $wait.Shell.EndInvoke($wait.Running); Remove-Shell $wait.Shell }
            }
        }
        1..24 | ForEach-Object { $ready.TryEnter(120) | Should -BeTrue }
        $go.Set()
        Wait-Until { (Get-ProcObject crowded).Waiters -eq 24 }
        1..9 | Send-ProcQueue $q
        $ends = @($children | Receive-ChildProcess -Wait)
        $ends.Where({ $_ -is [int] }) | Sort-Object | Should -Be (1..9)
        $ends.Where({ $_ -is [string] }) | Should -Be (@('QueueEmpty,ProcConcurrency.Commands.ReceiveProcQueueCommand') * 15)
        (Get-ProcObject crowded).Waiters | Should -Be 0
        $q.Send('after')
        Receive-ProcQueue $q -All -NoWait | Should -Be 'after'
    }

    It 'kills of senders and receivers: <Promise> (seed <Seed>)' -TestCases @(
        @{ Promise = 'with -Acknowledge at least once, and each repeat is marked'; Acknowledge = $true; Seed = Get-Random }
        @{ Promise = 'without it at most once, in each sender''s order, and each kill costs one item at the most'; Acknowledge = $false; Seed = Get-Random }
    ) {
        $q = New-ProcQueue -Name contested -MaxSize 20 -Acknowledge:$Acknowledge
        $sent = New-ProcQueue
        $seen = New-ProcQueue
        $sender = {
            param($q, $sent, $first)
            'up'
            # Noted before it is sent, and after: one that died in between may be there or not.
            for ($i = $first; ; $i++) { $sent.Send($i); $q.Send($i); $sent.Send(-$i) }
        }
        $receiver = {
            param($q, $seen, $acknowledge)
            'up'
            if ($acknowledge) {
                Receive-ProcQueue $q -All | ForEach-Object {
                    # A repeat's note is negative. An item is completed only after it was noted.
                    $seen.Send($(if ($_.Redelivered) { -$_ } else { [int] $_ }))
                    $q.Complete()
                }
            } else {
                # The method takes one item at a time, so a kill can cost no other; that the queue is closed ends it, as an
                # error. What is out of order is noted as what nobody sent.
                $ErrorActionPreference = 'Stop'
                $last = @{}
                while ($true) {
                    $item = $q.Receive()
                    $sender = [Math]::Floor($item / 1000000)
                    $seen.Send($(if ($item -gt $last[$sender]) { $item } else { 0 }))
                    $last[$sender] = $item
                }
            }
        }
        $null = Get-Random -SetSeed $Seed
        $living = [Collections.Generic.List[object]]::new()
        $senders = [Collections.Generic.HashSet[object]]::new()
        $next = 1
        $kills = Get-RoundCount 12
        for ($kill = 0; $kill -lt $kills; $kill++) {
            while ($living.Count -lt 4) {
                if ($living.Where({ $senders.Contains($_) }).Count -lt 2) {
                    $child = Start-ChildProcess $sender -ArgumentList $q, $sent, $next
                    $next += 1000000
                    $null = $senders.Add($child)
                } else {
                    $child = Start-ChildProcess $receiver -ArgumentList $q, $seen, $Acknowledge
                }
                $living.Add($child)
            }
            $candidates = $living.Where({ $senders.Contains($_) -eq ($kill % 2 -eq 0) })
            $victim = $candidates | Get-Random
            Wait-Until { $victim.Output.Count }
            Stop-ChildProcess $victim -Force
            $null = $living.Remove($victim)
        }

        # Whoever lives goes on; then the senders end, and one last receiver empties the queue.
        $before = $seen.Count
        if (-not $living.Where({ -not $senders.Contains($_) })) { $living.Add((Start-ChildProcess $receiver -ArgumentList $q, $seen, $Acknowledge)) }
        if (-not $living.Where({ $senders.Contains($_) })) { $living.Add((Start-ChildProcess $sender -ArgumentList $q, $sent, $next)) }
        Wait-Until { $seen.Count -gt $before + 50 }
        $living.Where({ $senders.Contains($_) }) | Stop-ChildProcess -Force
        $senders | Wait-ChildProcess | Out-Null
        Close-ProcQueue $q
        Start-ChildProcess $receiver -ArgumentList $q, $seen, $Acknowledge | Wait-ChildProcess -Timeout 120 | Out-Null
        Get-ChildProcess | Wait-ChildProcess -Timeout 120 | Out-Null
        (Get-ProcObject contested).Waiters | Should -Be 0

        $surely = [Collections.Generic.HashSet[int]]::new()
        $perhaps = [Collections.Generic.HashSet[int]]::new()
        Receive-ProcQueue $sent -All -NoWait | ForEach-Object { $null = if ($_ -gt 0) { $perhaps.Add($_) } else { $surely.Add(-$_) } }
        $first = [Collections.Generic.HashSet[int]]::new()
        $twice = 0
        $unknown = 0
        $all = [Collections.Generic.HashSet[int]]::new()
        Receive-ProcQueue $seen -All -NoWait | ForEach-Object {
            if ($_ -gt 0 -and -not $first.Add($_)) { $twice++ }
            $null = $all.Add([Math]::Abs($_))
            if (-not $perhaps.Contains([Math]::Abs($_))) { $unknown++ }
        }
        $unknown | Should -Be 0
        $twice | Should -Be 0
        $all.Count | Should -BeGreaterThan 50
        $surely.ExceptWith($all)
        $surely.Count | Should -BeLessOrEqual $(if ($Acknowledge) { 0 } else { $kills / 2 })
        Wait-ProcQueue $q -Timeout 30
    }
}
