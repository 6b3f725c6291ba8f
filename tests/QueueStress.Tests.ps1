Describe 'Queues under stress' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
    }

    AfterEach {
        Get-ChildProcess | Remove-Job -Force
        Get-ProcObject -Name * | Where-Object Name | ForEach-Object { Remove-ProcObject $_.Name }
    }

    It 'nothing is lost, nothing comes twice, each sender''s order is kept: -MaxSize <MaxSize>' -TestCases @(
        @{ MaxSize = 0 }
        @{ MaxSize = 7 }
    ) {
        $q = New-ProcQueue -MaxSize $MaxSize
        $got = New-ProcQueue
        $senders = 1..3 | ForEach-Object {
            Start-ChildProcess -ArgumentList $_ { param($n) 1..5000 | ForEach-Object { $n * 100000 + $_ } | Send-ProcQueue $using:q }
        }
        $receivers = 1..3 | ForEach-Object {
            Start-ChildProcess -ArgumentList $_ {
                param($me)
                # What one receiver has of one sender has to be in order; each tells it itself.
                $last = @{}
                Receive-ProcQueue $using:q -All | ForEach-Object {
                    $sender = [Math]::Floor($_ / 100000)
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
        $all.Count | Should -Be 15000
        [Collections.Generic.HashSet[long]]::new($all).Count | Should -Be 15000
    }

    It '<Kills> kills of senders and receivers: <Promise>' -TestCases @(
        @{ Promise = 'with -Acknowledge at least once, and each repeat is marked'; Acknowledge = $true; Kills = 200 }
        @{ Promise = 'without it at most once'; Acknowledge = $false; Kills = 60 }
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
            Receive-ProcQueue $q -All | ForEach-Object {
                # A repeat's note is negative. An item is completed only after it was noted.
                $seen.Send($(if ($_.Redelivered) { -$_ } else { [int] $_ }))
                if ($acknowledge) { $q.Complete() }
            }
        }
        $random = [Random]::new(20261125)
        $living = [Collections.Generic.List[object]]::new()
        $senders = [Collections.Generic.HashSet[object]]::new()
        $next = 1
        for ($kill = 0; $kill -lt $Kills; $kill++) {
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
            $victim = $living[$random.Next($living.Count)]
            Wait-Until { $victim.HasMoreData }
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
        if ($Acknowledge) {
            $surely.ExceptWith($all)
            $surely.Count | Should -Be 0
            Wait-ProcQueue $q -Timeout 30
        }
    }
}
