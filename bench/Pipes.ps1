# Pipes between a session and its child: the round trip of a small object, bytes a second, and what the session grows by meanwhile.
$gigabytes = [Math]::Max(1, [int] (10 * $Scale))
$rounds = [int] (20000 * $Scale)
$messages = [int] (4000 * $Scale)
$results = Measure-Side ([ordered]@{
    ours = {
        Measure-Engine {
            Import-Module $Manifest
            $mine, $theirs = New-ProcPipe
            $child = Start-ChildProcess {
                param($pipe)
                while ('end' -ne ($message = $pipe.Receive())) { $pipe.Send($message) }
            } -ArgumentList $theirs
            foreach ($i in 1..1000) { $mine.Send('hello'); $null = $mine.Receive() }
            $clock = [Diagnostics.Stopwatch]::StartNew()
            foreach ($i in 1..$rounds) { $mine.Send('hello'); $null = $mine.Receive() }
            "trip=$($clock.Elapsed.TotalMicroseconds / $rounds)"
            $mine.Send('end')

            # From one child to another, as new arrays and into one buffer.
            $sending = {
                param($pipe, $messages)
                $bytes = [byte[]]::new(1MB)
                for ($i = 0; $i -lt $messages; $i++) { $pipe.SendBytes($bytes) }
            }
            foreach ($how in 'rate', 'into') {
                $receive, $send = New-ProcPipe -OneWay
                $sender = Start-ChildProcess $sending -ArgumentList $send, $messages
                Start-ChildProcess {
                    param($pipe, $messages, $how)
                    $buffer = $pipe.ReceiveBytes()
                    $clock = [Diagnostics.Stopwatch]::StartNew()
                    if ($how -eq 'into') {
                        for ($i = 1; $i -lt $messages; $i++) { $null = $pipe.ReceiveInto($buffer) }
                    } else {
                        for ($i = 1; $i -lt $messages; $i++) { $null = $pipe.ReceiveBytes() }
                    }
                    "$how=$(($messages - 1) * 1MB / $clock.Elapsed.TotalSeconds / 1e6)"
                } -ArgumentList $receive, $messages, $how | Receive-ChildProcess -Wait
            }

            # To this session, which must not grow by what passes.
            $receive, $send = New-ProcPipe -OneWay
            $sender = Start-ChildProcess $sending -ArgumentList $send, ($gigabytes * 1000)
            $null = $receive.ReceiveBytes()
            $self = Get-Process -Id $PID
            $before = $self.WorkingSet64
            $most = $before
            try {
                for ($i = 0; ; $i++) {
                    $null = $receive.ReceiveBytes()
                    if ($i % 100 -eq 0) { $self.Refresh(); $most = [Math]::Max($most, $self.WorkingSet64) }
                }
            } catch { }
            "grown=$(($most - $before) / 1MB)"
        } @{ rounds = $rounds; messages = $messages; gigabytes = $gigabytes }
    }
    'Python' = { Measure-Python pipes.py $rounds, $messages }
}) ([Math]::Min($Runs, 3))
New-Row 'pipe: round trip of a small object' $results trip ' us' '40 us' (Test-Most $results trip 40)
New-Row 'pipe: MB a second, 1 MiB messages, a new array each' $results rate /s '1500 MB/s' (Test-Least $results rate 1500)
New-Row 'the same into one buffer' $results into /s
New-Row "the session's growth while $gigabytes GB pass through a pipe" @{ ours = $results['ours'] } grown MB '64 MB' (Test-Most $results grown 64)
