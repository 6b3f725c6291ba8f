Describe 'examples/tour: locks, messages and shared data' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        . $PSScriptRoot/tour.ps1
        $quick = @{ TimeScale = 0.1 }
    }

    AfterEach {
        Assert-NothingLeft
    }

    It '07.1 mixes the lines of three children without a lock, and not with one' {
        $lines = Invoke-Program 07.1 @{ TimeScale = 0.3 }
        $lines[0] | Should -Be '-- without a lock'
        $lines[10] | Should -Be '-- with a lock'

        # Which child wrote each line, and how often that changed.
        $changes = foreach ($part in $lines[1..9], $lines[11..19]) {
            $names = Select-Part $part '^(\w+) writes line [123]$'
            $names | Should -HaveCount 9
            @(1..8 | Where-Object { $names[$_] -ne $names[$_ - 1] }).Count
        }
        $changes[0] | Should -BeGreaterThan 2
        $changes[1] | Should -Be 2
    }

    It '07.2 oversells the ticket of a file without a lock, and sells it once with one' {
        $lines = Invoke-Program 07.2 @{ TimeScale = 2; Buyers = 2 }
        $lines[0] | Should -Be '-- without a lock'
        $lines -match '^buyer \d sees 1 left$' | Should -HaveCount 4
        $lines[3..5] | Sort-Object | Should -Be 'buyer 1 has bought a ticket', 'buyer 2 has bought a ticket', 'tickets sold: 2'
        $lines[6] | Should -Be '-- with a lock'
        $lines[9] | Should -Match '^buyer \d has bought a ticket$'
        $lines[10] | Should -Match '^buyer \d comes too late$'
        $lines[11] | Should -Be 'tickets sold: 1'
    }

    It '07.3 oversells with a lock for each connection, and not with one for all' {
        $lines = Invoke-Program 07.3 @{ TimeScale = 2; Clients = 2 }
        $lines[0..2] | Should -Be '-- a lock for each connection', 'client 1, look: 1 left', 'client 2, look: 1 left'
        $lines[3..5] | Should -Be 'client 1, buy: bought', 'client 2, buy: bought', 'tickets sold: 2'
        $lines[6..8] | Should -Be '-- one lock for all', 'client 1, look: 1 left', 'client 2, look: 1 left'
        ($lines[9..10] -replace '^.*: ' | Sort-Object) | Should -Be 'bought', 'sold out'
        $lines[11] | Should -Be 'tickets sold: 1'
    }

    It '08.1 tells a full queue and an empty one' {
        Invoke-Program 08.1 $quick | Should -Be @(
            'after 5 were sent: full is True, count is 5'
            'a sixth, at once: QueueFull'
            'a sixth, in 3 seconds: QueueFull'
            'received: 1 2 3 4 5'
            'after that: empty is True'
            'one more, at once: QueueEmpty'
            'one more, in 3 seconds: QueueEmpty'
            'by the method: False'
        )
    }

    It '08.2 gives items in three orders' {
        Invoke-Program 08.2 | Should -Be 'Fifo: 1 2 3 4 5', 'Lifo: 5 4 3 2 1', 'Priority: urgent; soon; soon, too; can wait'
    }

    It '08.3 sends from child to parent, and from child to child' {
        $lines = Invoke-Program 08.3
        $lines[0] | Should -Match "^parent and child: process $PID got 'hello from process \d+'$"
        $lines[1] -match '^child and child: process (\d+) got ''hello from process (\d+)''$' | Should -BeTrue
        $Matches[1] | Should -Not -Be $Matches[2]
    }

    It '08.4 ends consumers by sentinels, when all is eaten' {
        $lines = Invoke-Program 08.4 @{ TimeScale = 0.1; Count = 2 }
        $all = 'bone 1', 'bone 2', 'bun 1', 'bun 2'
        Select-Part $lines '^the cook of \w+ has made (.*)$' | Sort-Object | Should -Be $all
        Select-Part $lines '^(?:alex|yuan) has eaten (.*)$' | Sort-Object | Should -Be $all
        Select-Part $lines '^(\w+) has had enough$' | Sort-Object | Should -Be 'alex', 'yuan'
    }

    It '08.5 knows by completions when all is eaten' {
        $lines = Invoke-Program 08.5 @{ TimeScale = 0.1; Count = 2 }
        $lines[0..1] | Sort-Object | Should -Be 'all of bone are made', 'all of bun are made'
        Select-Part $lines '^(?:alex|yuan) has eaten (.*)$' | Sort-Object | Should -Be 'bone 1', 'bone 2', 'bun 1', 'bun 2'
        $lines[-1] | Should -Be 'all is eaten; alive are 2 consumers, both daemons'
    }

    It '09.1 ends a consumer by the end of the pipe' {
        Invoke-Program 09.1 @{ Count = 3 } | Should -Be @(
            1..3 | ForEach-Object { "egon has eaten bun $_" }
            'egon has seen the end: PipeClosed'
        )
    }

    It '09.2 asks for sums by a pipe' {
        Invoke-Program 09.2 | Should -Be '1 + 2 = 3', '20 + 22 = 42', 'con + currency = concurrency', 'the adder has no more to do'
    }

    It '09.3 polls' {
        Invoke-Program 09.3 $quick | Should -Be @(
            'before it is asked: False'
            'in the next second: False'
            'after it was asked, within a minute: True'
            'received: hello'
            'when the child has ended: True'
            'received: PipeClosed'
        )
    }

    It '09.4 receives bytes, and not too many' {
        Invoke-Program 09.4 | Should -Be 'all of them: 1 2 3 4 5 6 7 8 9 10', 'a part: 3 4 5', 'not more than 5: MessageTooLarge'
    }

    It '09.5 receives into a buffer, and has what did not fit' {
        Invoke-Program 09.5 | Should -Be @(
            '5 bytes: hello'
            'too long for the buffer, 26 bytes: a message that is too long'
            '3 bytes: bye'
            'the buffer: hellobye'
        )
    }

    It '10.1 counts down to 0 with a lock and in one step, and not without' {
        # The four have read the same number before the first of them writes.
        Invoke-Program 10.1 @{ Count = 4 } | Should -Be @(
            '4 children have taken one each'
            'without a lock: 3 are left'
            'under a lock: 0 are left'
            'in one step: 0 are left'
        )
    }

    It '10.2 shares each kind of object by a manager' {
        Invoke-Program 10.2 | Should -Be @(
            'Event, Condition, Barrier: the other is here'
            'dict, Namespace: count is 2, color is green'
            'list: 1 2 3'
            'Value: 15'
            'Array: 0 0.5 0'
            'Queue: a message'
            'Lock: held is False; RLock: recursive is True'
            'Semaphore: 4 of 3 places, as one more was given; BoundedSemaphore: 3 of 3'
            'RLock: entered twice'
            'BoundedSemaphore: SemaphoreOverRelease'
            'The manager has: array, barrier, bounded, condition, dictionary, event, list, lock, queue, recursive, semaphore, value'
        )
    }

    It '11.1 has no more users inside than there are places' {
        $lines = Invoke-Program 11.1 @{ TimeScale = 1; Users = 3; Places = 2 }
        $inside = [int[]] (Select-Part $lines '^user \d has a place; inside: (\d+)$')
        $inside | Should -HaveCount 3
        ($inside | Measure-Object -Maximum).Maximum | Should -Be 2
        $lines -match '^user \d leaves; inside: [01]$' | Should -HaveCount 3
    }

    It '12.1 has cars wait for green, and a police car go at red' {
        $lines = Invoke-Program 12.1 @{ TimeScale = 1; Cars = 1; PoliceCars = 1 }
        $lines[0..1] | Sort-Object | Should -Be 'car 1 sees red, and waits', 'police car 1 sees red, and waits a little'
        $lines[2..3] | Should -Be 'police car 1 goes at red', 'car 1 sees green, and goes'
    }
}
