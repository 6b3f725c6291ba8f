Describe 'A pipe' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $commands = 'ProcConcurrency.Commands'
    }

    AfterEach {
        Get-ChildProcess | Remove-Job -Force
    }

    It 'carries objects both ways within one process' {
        $a, $b = New-ProcPipe
        Send-ProcPipe $a @{ n = 1 }
        1, 'two', $null, 3.5, (1, 2), 5000000000 | Send-ProcPipe $a
        (Receive-ProcPipe $b).n | Should -Be 1
        $b.Receive() | Should -Be 1
        Receive-ProcPipe $b | Should -Be 'two'
        Receive-ProcPipe $b | Should -BeNullOrEmpty
        Receive-ProcPipe $b | Should -Be 3.5
        (Receive-ProcPipe $b) | Should -Be 1, 2
        Receive-ProcPipe $b | Should -Be 5000000000
        $b.Send('back')
        $a.Receive() | Should -Be 'back'
    }

    It 'between a session and its child' {
        $a, $b = New-ProcPipe
        $child = Start-ChildProcess { param($pipe) while ($true) { $pipe.Send("$PID got $($pipe.Receive())") } } -ArgumentList $b
        1..3 | ForEach-Object { Send-ProcPipe $a $_; Receive-ProcPipe $a } | Should -Be (1..3 | ForEach-Object { "$($child.ProcessId) got $_" })
        $b.ProcessId | Should -Be $child.ProcessId
        $a.ProcessId | Should -Be $PID
        { Send-ProcPipe $b 1 } | Should -Throw -ErrorId "PipeInUse,$commands.SendProcPipeCommand"
    }

    It 'between two children, and with a grandchild' {
        $a, $b = New-ProcPipe -OneWay
        $sender = Start-ChildProcess { param($pipe) 1..100 | Send-ProcPipe $pipe } -ArgumentList $b
        $receiver = Start-ChildProcess {
            param($pipe)
            Start-ChildProcess { param($pipe) Receive-ProcPipe $pipe -All } -ArgumentList $pipe | Receive-ChildProcess -Wait
        } -ArgumentList $a
        $receiver | Receive-ChildProcess -Wait | Should -Be (1..100)
        $sender | Receive-ChildProcess -Wait
    }

    It 'ValueNotReadable: a message that can''t be read here is an error of its own' {
        $without = @{ DOTNET_SYSTEM_GLOBALIZATION_INVARIANT = '1' }
        $a, $b = New-ProcPipe -OneWay
        $child = Start-ChildProcess { Receive-ProcPipe $args[0] -All } -ArgumentList $a -Environment $without
        1, [cultureinfo]'de-DE', 3 | Send-ProcPipe $b
        Close-ProcPipe $b
        $child | Receive-ChildProcess -Wait -ErrorVariable errors -ErrorAction SilentlyContinue | Should -Be 1, 3
        "$($errors.FullyQualifiedErrorId)" | Should -BeLike 'ValueNotReadable,*ReceiveProcPipeCommand'

        $a, $b = New-ProcPipe -OneWay
        $child = Start-ChildProcess { Receive-ProcPipe $args[0]; Receive-ProcPipe $args[0] } -ArgumentList $a -Environment $without
        [cultureinfo]'de-DE', 3 | Send-ProcPipe $b
        $child | Receive-ChildProcess -Wait -ErrorVariable errors -ErrorAction SilentlyContinue | Should -Be 3
        "$($errors.FullyQualifiedErrorId)" | Should -BeLike 'ValueNotReadable,*ReceiveProcPipeCommand'
    }

    It 'PipeDirection: one way, the first end receives and the second sends' {
        $receive, $send = New-ProcPipe -OneWay
        $receive.CanSend, $receive.CanReceive, $send.CanSend, $send.CanReceive | Should -Be $false, $true, $true, $false
        $send.Send(1)
        $receive.Receive() | Should -Be 1
        { Send-ProcPipe $receive 1 } | Should -Throw -ErrorId "PipeDirection,$commands.SendProcPipeCommand"
        { Receive-ProcPipe $send } | Should -Throw -ErrorId "PipeDirection,$commands.ReceiveProcPipeCommand"
    }

    It 'PipeClosed: what was sent is received, then the end is told, on both ends' {
        $a, $b = New-ProcPipe
        1..3 | Send-ProcPipe $a
        Close-ProcPipe $a
        $a.IsClosed | Should -BeTrue
        1..3 | ForEach-Object { Receive-ProcPipe $b } | Should -Be 1, 2, 3
        { Receive-ProcPipe $b } | Should -Throw -ErrorId "PipeClosed,$commands.ReceiveProcPipeCommand"
        { Send-ProcPipe $b 1 } | Should -Throw -ErrorId "PipeClosed,$commands.SendProcPipeCommand"
        { Send-ProcPipe $a 1 } | Should -Throw -ErrorId "PipeClosed,$commands.SendProcPipeCommand"
        Close-ProcPipe $a, $b
    }

    It 'the other end is told when an end is closed that nobody ever used' {
        $a, $b = New-ProcPipe
        $b.Close()
        { $a.Receive() } | Should -Throw '*closed*'
    }

    It 'the other end is told when a process is killed, without anybody closing the unused end: <What>' -TestCases @(
        @{ What = 'one that used it'; Script = { param($pipe) $pipe.Send(1); $pipe.Send(2); 'up'; Start-Sleep -Seconds 600 }; Sent = 1, 2 }
        @{ What = 'one that never used it'; Script = { param($pipe) 'up'; Start-Sleep -Seconds 600 }; Sent = @() }
    ) {
        $a, $b = New-ProcPipe
        $child = Start-ChildProcess $Script -ArgumentList $b
        Wait-Until { $child.Output.Count }
        Stop-ChildProcess $child -Force
        $child | Wait-ChildProcess | Out-Null
        Receive-ProcPipe $a -All -Timeout 30 | Should -Be $Sent
    }

    It 'a sender that closes its own handles, as one has to in Python, takes nothing from the child' {
        $a, $b = New-ProcPipe
        $child = Start-ChildProcess { param($pipe) $pipe.Send('still open') } -ArgumentList $b
        Close-ProcPipe $b
        Receive-ProcPipe $a -Timeout 60 | Should -Be 'still open'
    }

    It 'a child that is given both ends and closes one closes its copy, never ours: <Quicker> is quicker' -TestCases @(
        @{ Quicker = 'the child' }
        @{ Quicker = 'the parent' }
    ) {
        $reader, $writer = New-ProcPipe -OneWay
        $ready = New-ProcEvent
        $child = Start-ChildProcess {
            param($reader, $writer, $ready, $waits)
            if ($waits) { Wait-ProcEvent $ready }
            $writer.Close()
            if (-not $waits) { Set-ProcEvent $ready }
            Receive-ProcPipe $reader -All
        } -ArgumentList $reader, $writer, $ready, ($Quicker -eq 'the parent')
        if ($Quicker -eq 'the parent') {
            $reader.Close()
            1, 2 | Send-ProcPipe $writer
            Set-ProcEvent $ready
        } else {
            Wait-ProcEvent $ready -Timeout 60
            $reader.Close()
            1, 2 | Send-ProcPipe $writer
        }
        $writer.Close()
        $child | Receive-ChildProcess -Timeout 60 | Should -Be 1, 2
        $child.ExitCode | Should -Be 0
    }

    It 'an end that nobody used is closed with the last copy: <Last> is last' -TestCases @(@{ Last = 'the child' }, @{ Last = 'the parent' }) {
        $reader, $writer = New-ProcPipe -OneWay
        $first, $second = (New-ProcEvent), (New-ProcEvent)
        $child = Start-ChildProcess {
            param($reader, $writer, $first, $second, $isLast)
            if ($isLast) { Wait-ProcEvent $first }
            $writer.Close()
            Set-ProcEvent $second
            Receive-ProcPipe $reader -All
            'end'
        } -ArgumentList $reader, $writer, $first, $second, ($Last -eq 'the child')
        if ($Last -eq 'the parent') { Wait-ProcEvent $second -Timeout 60 }
        Close-ProcPipe $reader, $writer
        Set-ProcEvent $first
        $child | Receive-ChildProcess -Timeout 60 | Should -Be 'end'
    }

    It 'a child that closes its copy and ends leaves ours open' {
        $reader, $writer = New-ProcPipe -OneWay
        Start-ChildProcess { ($args[0]).Close() } -ArgumentList $writer | Wait-ChildProcess -Timeout 60 | Remove-Job
        Send-ProcPipe $writer 'still open'
        Receive-ProcPipe $reader -Timeout 30 | Should -Be 'still open'
    }

    It 'Test-ProcPipe looks, or waits, with -1 for ever' {
        $a, $b = New-ProcPipe
        Test-ProcPipe $b | Should -BeFalse
        Test-ProcPipe $b -Timeout 0.05 | Should -BeFalse
        $b.Poll(0.01) | Should -BeFalse
        $child = Start-ChildProcess { param($pipe) $pipe.Send('here') } -ArgumentList $a
        $b | Test-ProcPipe -Timeout -1 | Should -BeTrue
        $b.Poll(-1) | Should -BeTrue
        Receive-ProcPipe $b | Should -Be 'here'
        $child | Wait-ChildProcess | Out-Null
        Test-ProcPipe $b -Timeout 30 | Should -BeTrue
        { Receive-ProcPipe $b } | Should -Throw -ErrorId "PipeClosed,$commands.ReceiveProcPipeCommand"
    }

    It 'WaitTimeout: nothing came in time' {
        $a, $b = New-ProcPipe
        { Receive-ProcPipe $b -Timeout 0.05 } | Should -Throw -ErrorId "WaitTimeout,$commands.ReceiveProcPipeCommand"
        $item = 0
        $b.TryReceive(0, [ref] $item) | Should -BeFalse
        $a.Send(4)
        $b.TryReceive(1, [ref] $item) | Should -BeTrue
        $item | Should -Be 4
    }

    It 'bytes travel as they are, a part of an array too' {
        $a, $b = New-ProcPipe
        $bytes = [byte[]] (1..10)
        Send-ProcPipe $a -Bytes $bytes -Offset 2 -Count 3
        (Receive-ProcPipe $b -AsBytes) | Should -Be 3, 4, 5
        $a.SendBytes($bytes)
        $got = Receive-ProcPipe $b
        $got.GetType() | Should -Be ([byte[]])
        $got.Length | Should -Be 10
        Send-ProcPipe $a -Bytes ([byte[]]::new(0))
        (Receive-ProcPipe $b -AsBytes).Length | Should -Be 0
        $a.Send('object')
        { Receive-ProcPipe $b -AsBytes } | Should -Throw -ErrorId "PipeDirection,$commands.ReceiveProcPipeCommand"
        Receive-ProcPipe $b | Should -Be 'object'
        { Send-ProcPipe $a -Bytes $bytes -Offset 8 -Count 3 } | Should -Throw "The array has $($bytes.Length) bytes: 3 from 8 on*" -ErrorId "InvalidValue,$commands.SendProcPipeCommand"
        { Send-ProcPipe $a ([Threading.Mutex]::new()) } | Should -Throw -ErrorId "NotSerializable,$commands.SendProcPipeCommand"
    }

    It 'PipeDirection: an object stays, though it is longer than the bytes that were asked for' {
        $a, $b = New-ProcPipe
        $a.Send('x' * 500)
        { Receive-ProcPipe $b -AsBytes -MaxLength 10 } | Should -Throw -ErrorId "PipeDirection,$commands.ReceiveProcPipeCommand"
        Receive-ProcPipe $b | Should -Be ('x' * 500)
    }

    It 'MessageTooLarge: the pipe is closed for receiving' {
        $a, $b = New-ProcPipe
        Send-ProcPipe $a -Bytes ([byte[]]::new(100))
        Send-ProcPipe $a -Bytes ([byte[]]::new(101))
        (Receive-ProcPipe $b -AsBytes -MaxLength 100).Length | Should -Be 100
        { Receive-ProcPipe $b -AsBytes -MaxLength 100 } | Should -Throw -ErrorId "MessageTooLarge,$commands.ReceiveProcPipeCommand"
        { Receive-ProcPipe $b } | Should -Throw -ErrorId "PipeClosed,$commands.ReceiveProcPipeCommand"
        $b.Send('the other way it works')
        $a.Receive() | Should -Be 'the other way it works'
    }

    It 'ReceiveInto fills a buffer; too small a one loses nothing' {
        $a, $b = New-ProcPipe
        $buffer = [byte[]]::new(8)
        $a.SendBytes([byte[]] (1..5))
        $b.ReceiveInto($buffer, 2) | Should -Be 5
        $buffer[1..3] | Should -Be 0, 1, 2
        $a.SendBytes([byte[]] (1..9))
        $record = { $b.ReceiveInto($buffer) } | Should -Throw -PassThru
        $record.Exception.InnerException.GetBytes() | Should -Be (1..9)
        $a.Send('next')
        $b.Receive() | Should -Be 'next'
    }

    It 'big messages both ways at once' {
        $a, $b = New-ProcPipe
        $size = 30MB
        $child = Start-ChildProcess {
            param($pipe, $size, $common)
            . $common
            $other = [byte[]]::new($size)
            [Array]::Fill($other, [byte] 7)
            $shell = New-Shell '$pipe.SendBytes($bytes)'
            $shell.Runspace.SessionStateProxy.SetVariable('pipe', $pipe)
            $shell.Runspace.SessionStateProxy.SetVariable('bytes', $other)
            $running = $shell.BeginInvoke()
            $got = $pipe.ReceiveBytes()
            $null = $shell.EndInvoke($running)
            "$($got.Length) $($got[0]) $($got[-1])"
        } -ArgumentList $b, $size, "$PSScriptRoot/common.ps1"
        $mine = [byte[]]::new($size)
        [Array]::Fill($mine, [byte] 9)
        $sender = New-Shell '$pipe.SendBytes($bytes)'
        try {
            $sender.Runspace.SessionStateProxy.SetVariable('pipe', $a)
            $sender.Runspace.SessionStateProxy.SetVariable('bytes', $mine)
            $running = $sender.BeginInvoke()
            $got = Receive-ProcPipe $a -AsBytes -Timeout 60
            "$($got.Length) $($got[0]) $($got[-1])" | Should -Be "$size 7 7"
            $null = $sender.EndInvoke($running)
        } finally {
            Remove-Shell $sender
        }
        $child | Receive-ChildProcess -Wait | Should -Be "$size 9 9"
    }

    It 'Ctrl-C ends a receive, and a method''s too: <Script>' -TestCases @(
        @{ Script = 'Receive-ProcPipe $pipe' }
        @{ Script = '$pipe.Receive()' }
        @{ Script = '$pipe.ReceiveInto([byte[]]::new(10))' }
        @{ Script = 'Test-ProcPipe $pipe -Timeout 600' }
    ) {
        $a, $b = New-ProcPipe
        $shell = New-Shell "'begun'; $Script"
        try {
            $shell.Runspace.SessionStateProxy.SetVariable('pipe', $b)
            $output = [Management.Automation.PSDataCollection[psobject]]::new()
            $running = $shell.BeginInvoke([Management.Automation.PSDataCollection[psobject]]::new(), $output)
            Wait-Until { $output.Count -gt 0 }
            Start-Sleep -Milliseconds 50
            $stopping = $shell.BeginStop($null, $null)
            Wait-Until { $stopping.IsCompleted }
        } finally {
            Remove-Shell $shell
        }
        $a.Send('after')
        $b.Receive() | Should -Be 'after'
    }

    It 'a send that is stopped in the middle leaves whole messages only' {
        $a, $b = New-ProcPipe
        $shell = New-Shell '''begun''; Send-ProcPipe $pipe -Bytes $bytes'
        try {
            $shell.Runspace.SessionStateProxy.SetVariable('pipe', $a)
            $shell.Runspace.SessionStateProxy.SetVariable('bytes', [byte[]]::new(20MB))
            $null = $shell.BeginInvoke()
            Wait-Until { $b.Poll() }
            $shell.Stop()
        } finally {
            Remove-Shell $shell
        }
        (Receive-ProcPipe $b -Timeout 60).Length | Should -Be 20MB
        $a.Send('next')
        Receive-ProcPipe $b -Timeout 60 | Should -Be 'next'
    }

    It 'leaves no descriptor and no object' {
        $once = {
            $a, $b = New-ProcPipe
            $child = Start-ChildProcess { param($pipe) $pipe.Send($pipe.Receive()) } -ArgumentList $b
            $a.Send(1)
            $null = $a.Receive()
            $child | Wait-ChildProcess | Out-Null
            $a.Close()
            $c, $d = New-ProcPipe
            Close-ProcPipe $c, $d
            Get-ChildProcess | Remove-Job -Force
        }
        # A process that waits for the next start has some, too.
        Set-ProcOption -SpareProcessCount 0
        try {
            . $once
            $before = Measure-Descriptor
            1..3 | ForEach-Object { . $once }
            Wait-Until { (Measure-Descriptor) -le $before }
        } finally {
            Set-ProcOption -SpareProcessCount 1
        }
    }
}
