Describe 'examples/tour: processes' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        . $PSScriptRoot/tour.ps1
        $quick = @{ TimeScale = 0.1 }
    }

    AfterEach {
        Assert-NothingLeft
    }

    It '01.1 starts children by a block, with arguments, named parameters and a name' {
        $lines = Invoke-Program 01.1 $quick
        $lines[0] | Should -Be "This is the session, process $PID"
        $lines | Should -HaveCount 6
        $ids = Select-Part $lines 'is running in process (\d+)$'
        @($ids; $PID) | Sort-Object -Unique | Should -HaveCount 3
        foreach ($name in 'egon', 'alex') {
            Find-Line $lines "^$name is running" | Should -BeLessThan (Find-Line $lines "^$name is done")
        }
        $lines | Should -Contain 'reporter is what this child is called'
    }

    It '01.2 starts children by a class' {
        $lines = Invoke-Program 01.2 $quick
        $lines[0] | Should -Be "This is the session, process $PID"
        $ids = Select-Part $lines '^(?:egon|alex) ran in process (\d+)$'
        @($ids; $PID) | Sort-Object -Unique | Should -HaveCount 3
    }

    It '01.3 runs a block in this process' {
        Invoke-Program 01.3 | Should -Be @(
            "This is the session, process $PID"
            "running in process $PID"
            "The mark of the session is: set in process $PID"
            'State of the child: NotStarted; process id: none'
        )
        Get-Variable TourMark -Scope Global -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It '01.4 tells by the exit code how a child ended' {
        Invoke-Program 01.4 | Should -Be @(
            "was asked to end: '' while it runs"
            'ran to its end: 0, Completed'
            'threw an error: 1, Failed'
            'said exit 7: 7, Failed'
            'was killed: -9, Failed'
            'was asked to end: -15, Stopped'
            'threw an error: no disk'
        )
    }

    It '01.5 has one key for all processes of the session, and refuses another' {
        Invoke-Program 01.5 | Should -Be @(
            'The key is shown as System.Security.SecureString'
            'The child has the same key: True'
            "with the session's key: hello"
            'with a wrong key: AuthenticationFailed'
        )
    }

    It '02.1 has 100 in the session still, when the child says 1' {
        Invoke-Program 02.1 | Should -Be 'the child got 100', 'the child says 1', 'the session says 100'
    }

    It '03.1 serves each client by a child of its own, at the same time' {
        # It would not end if the second client had to wait for the first: they wait for each other.
        $lines = Invoke-Program 03.1
        foreach ($name in 'egon', 'alex') {
            $hello = Select-Part $lines "^$name sent hello and got HELLO from process (\d+)$"
            $hello | Should -Be (Select-Part $lines "^$name sent bye and got BYE from process (\d+)$")
        }
        Select-Part $lines 'from process (\d+)$' | Sort-Object -Unique | Should -HaveCount 2
        $lines[-1] | Should -Match '^The servers were the processes \d+ and \d+; their exit codes: 0, 0$'
    }

    It '03.2 serves as many clients at once as the pool has workers; others wait' {
        $lines = Invoke-Program 03.2 @{ Workers = 2; Clients = 4 }
        $ids = Select-Part $lines '^client [12] got HELLO [12] from process (\d+)$'
        $ids | Sort-Object -Unique | Should -HaveCount 2
        $lines[2] | Should -Be '2 are served, 2 wait'
        foreach ($id in Select-Part $lines '^client [34] got HELLO [34] from process (\d+)$') { $ids | Should -Contain $id }
        $lines | Should -HaveCount 5
    }

    It '03.3 serves one client at a time by Invoke-ProcTask' {
        $lines = Invoke-Program 03.3 @{ TimeScale = 0.1; Workers = 2 }
        $first, $second = Select-Part $lines '^got HELLO FROM (\w+) from process \d+$'
        $lines | Should -HaveCount 4
        $lines[1] | Should -Be "$first goes"
        $lines[3] | Should -Be "$second goes"
    }

    It '04.1 waits for three children one by one, and for all together' {
        # It would not end if those of the second half were not there at once: they wait for each other.
        $lines = Invoke-Program 04.1 $quick
        $lines[0..6] | Should -Be 'One by one:', 'child 1 begins', 'child 1 ends', 'child 2 begins', 'child 2 ends', 'child 3 begins', 'child 3 ends'
        $lines[7] | Should -Match '^\d+[.,]\d seconds$'
        $lines[8] | Should -Be 'Together:'
        $lines[9..11] | Sort-Object | Should -Be 'child 1 begins', 'child 2 begins', 'child 3 begins'
        $lines[12..14] | Sort-Object | Should -Be 'child 1 ends', 'child 2 ends', 'child 3 ends'
        $lines[15] | Should -Match '^\d+[.,]\d seconds$'
    }

    It '04.2 waits for a list of children at once' {
        $lines = Invoke-Program 04.2 $quick
        $lines[0..2] | Should -Be (3, 2, 1 | ForEach-Object { "the child of $_ s has not ended" })
        $lines[3..5] | Sort-Object | Should -Be (1..3 | ForEach-Object { "the child of $_ s has ended with 0" })
        $lines[6] | Should -Be 'Still alive: 0'
    }

    It '04.3 has nothing to wait for after Run()' {
        $lines = Invoke-Program 04.3
        $lines[1] | Should -Be "running in process $PID"
        $lines[2] | Should -BeLike 'NotStarted: *'
    }

    It '05.1 stops a child, which is alive right after and not a little later' {
        Invoke-Program 05.1 @{ TimeScale = 2 } | Should -Be @(
            'right after it was asked: alive is True'
            'a little later: alive is False, exit code -15'
            'the child tidies up'
            'a little later: alive is False, exit code -9'
        )
    }

    It '05.2 knows a child by name and process id, also after its end' {
        $lines = Invoke-Program 05.2
        $lines[0] | Should -Be "the session: MainProcess, process $PID"
        $lines[1] | Should -Be "before the start: worker, process ''"
        $id = Select-Part $lines "^inside: worker, process (\d+), started by process $PID$"
        $id | Should -Not -BeNullOrEmpty
        $lines[3] | Should -Be "after the end: worker, process $id, alive is False"
        $lines[4] | Should -Be 'a child that was given no name: ChildProcess-N'
    }

    It '05.3 leaves no zombie' {
        Invoke-Program 05.3 @{ TimeScale = 0.1; Count = 2 } | Should -Be @(
            '2 children were started'
            'in the system''s table: 0'
            'exit codes: 2 times 0'
        )
    }

    It '05.4 leaves no orphan' {
        $lines = Invoke-Program 05.4
        $lines[0] | Should -Match '^session \d+ has the children \d+ and \d+: 2 of them run$'
        $lines[1..2] | Should -Be 'the session was killed', '0 of its children run'
    }

    It '06.1 ends a daemon with the session' {
        $lines = Invoke-Program 06.1 $quick
        $lines[0] | Should -Match '^session \d+ ends; alive is its daemon: True$'
        $lines[1] | Should -Match '^after the session''s end the daemon, process \d+, is gone$'
    }

    It '06.2 cuts short the daemon only' {
        Invoke-Program 06.2 $quick | Should -Be 'the session ends', 'What the children wrote:', 'daemon begins', 'other begins', 'other ends'
    }

    It '06.3 settles at the start whether a child is a daemon' {
        $lines = Invoke-Program 06.3
        $lines[0] | Should -Be 'before the start: daemon is True'
        $lines[1] | Should -BeLike 'SettingAfterStart: *'
        $lines[2] | Should -Be 'after the start: daemon is True'
    }
}
