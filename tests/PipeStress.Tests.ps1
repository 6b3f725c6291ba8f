Describe 'Pipes under stress' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
    }

    AfterEach {
        Get-ChildProcess | Remove-Job -Force
    }

    It '200 kills of senders and receivers lose no message that was received whole, and hang nothing' {
        $random = [Random]::new(20261125)
        foreach ($round in 1..50) {
            # 4 pairs at a time; one of each pair is killed, the other has to end by itself.
            $pairs = foreach ($i in 1..4) {
                $receive, $send = New-ProcPipe -OneWay
                $count = New-ProcArray long 2
                $sender = Start-ChildProcess -Daemon {
                    param($pipe, $count)
                    try { for ($n = 0; ; $n++) { $pipe.SendBytes([BitConverter]::GetBytes([long] $n)); $count[0] = $n + 1 } } catch { 'told' }
                } -ArgumentList $send, $count
                $receiver = Start-ChildProcess -Daemon {
                    param($pipe, $count)
                    try { while ($true) { $n = [BitConverter]::ToInt64($pipe.ReceiveBytes()); if ($n -ne $count[1]) { "lost at $n" }; $count[1] = $n + 1 } } catch { 'told' }
                } -ArgumentList $receive, $count
                @{ Sender = $sender; Receiver = $receiver; Count = $count }
            }
            foreach ($pair in $pairs) {
                Wait-Until { $pair.Count[1] -gt 10 }
                $victim, $other = if ($random.Next(2)) { $pair.Sender, $pair.Receiver } else { $pair.Receiver, $pair.Sender }
                Stop-ChildProcess $victim -Force
                Wait-ChildProcess $victim, $other -Timeout 60 | Out-Null
                Receive-ChildProcess $other | Should -Be 'told'
                # What the sender knows to be sent has come, but the one that may have been on its way.
                if ($victim -eq $pair.Sender) { $pair.Count[1] | Should -BeGreaterOrEqual $pair.Count[0] }
            }
            Get-ChildProcess | Remove-Job -Force
        }
    }
}
