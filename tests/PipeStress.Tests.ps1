Describe 'Pipes under stress' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
    }

    AfterEach {
        Get-ChildProcess | Remove-Job -Force
    }

    It 'kills of senders and receivers lose no message that was received whole, and hang nothing (seed <Seed>)' -TestCases @{ Seed = Get-Random } {
        # The other end is here: a child that is killed is the one process that a kill costs.
        $null = Get-Random -SetSeed $Seed
        foreach ($round in 1..(Get-RoundCount 6)) {
            $children = foreach ($i in 1..4) {
                $receive, $send = New-ProcPipe -OneWay
                $count = New-ProcArray long 1
                $sends = (Get-Random -Maximum 2) -eq 0
                $process = Start-ChildProcess -Daemon -ArgumentList $(if ($sends) { $send } else { $receive }), $count, $sends {
                    param($pipe, $count, $sends)
                    for ($n = 0; ; $n++) {
                        if ($sends) { $pipe.SendBytes([BitConverter]::GetBytes([long] $n)) }
                        elseif ([BitConverter]::ToInt64($pipe.ReceiveBytes()) -ne $n) { throw "lost at $n" }

                        $count[0] = $n + 1
                    }
                }
                @{ Process = $process; Sends = $sends; Pipe = if ($sends) { $receive } else { $send }; Count = $count }
            }
            foreach ($child in $children) {
                $n = 0
                $killed = $false
                try {
                    while ($true) {
                        # Not by Should, which would take longer than all the rest.
                        if (-not $child.Sends) { $child.Pipe.SendBytes([BitConverter]::GetBytes([long] $n)) }
                        elseif ([BitConverter]::ToInt64($child.Pipe.ReceiveBytes()) -ne $n) { throw "lost at $n" }

                        # Killed in the middle of it; what follows is what was on its way, and then the end.
                        $n++
                        if (-not $killed -and $child.Count[0] -ge 10) { $killed = $true; Stop-ChildProcess $child.Process -Force }
                    }
                } catch {
                    if ($_.Exception.GetBaseException() -isnot [ProcConcurrency.Runtime.Hub.PipeClosedException]) { throw }
                }

                Wait-ChildProcess $child.Process -Timeout 60 | Out-Null
                $child.Process.ExitCode | Should -Be -9
                # What the sender knows to be sent has come; what the receiver has received had been sent.
                if ($child.Sends) { $n | Should -BeGreaterOrEqual $child.Count[0] } else { $child.Count[0] | Should -BeLessOrEqual $n }
            }
            Get-ChildProcess | Remove-Job -Force
        }
    }
}
