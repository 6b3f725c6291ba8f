Describe 'examples/tour: pools, and the tour as a whole' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        . $PSScriptRoot/sshd.ps1
        . $PSScriptRoot/tour.ps1
        $quick = @{ TimeScale = 0.1 }
        $folder = Convert-Path "$PSScriptRoot/../examples/tour"
        $programs = Get-ChildItem $folder -Filter *.ps1
    }

    AfterEach {
        Assert-NothingLeft
    }

    It '13.1 sets each worker up once' {
        Invoke-Program 13.1 | Should -Be @(
            "workers: $([Environment]::ProcessorCount), as there are processors: True"
            'tasks done: 20'
            'each was greeted by its own worker: True'
            'not more processes than workers: True'
            'what the workers counted, together: 20'
        )
    }

    It '13.2 runs one task after the other, where each is waited for' {
        (Invoke-Program 13.2 $quick) -replace ' in process \d+$' | Should -Be @(
            1..3 | ForEach-Object { "task $_ begins"; "task $_ ends"; "the session has the result of task $_" }
        )
    }

    It '13.3 collects results after close and join, in this order only' {
        Invoke-Program 13.3 $quick | Should -Be @(
            'submitted: 6'
            'a join before the close: PoolNotClosed'
            'a task after the close: PoolClosed'
            'completed: 6'
            'results: 1 4 9 16 25 36'
        )
    }

    It '13.4 tells how far a task is, and what became of it' {
        Invoke-Program 13.4 $quick | Should -Be @(
            'good: completed is False, successful is not known, status is Running'
            'get with a timeout: WaitTimeout'
            'good: completed is True, successful is True, status is Done'
            'get: 42'
            'bad: completed is True, successful is False, status is Failed'
            'get: out of paper'
            'after terminate: running is Canceled, waiting is Canceled'
        )
    }

    It '13.5 parses in the session what workers fetched' {
        $lines = Invoke-Program 13.5 @{ Workers = 2 }
        $lines[0..4] | Sort-Object | Should -Be @(
            'Page /five, 114 characters, fetched in the session: False'
            'Page /four, 114 characters, fetched in the session: False'
            'Page /one, 103 characters, fetched in the session: False'
            'Page /three, 125 characters, fetched in the session: False'
            'Page /two, 103 characters, fetched in the session: False'
        )
        $lines[5] | Should -Be 'pages: 5, all parsed in the session: yes'
    }

    It '14.1 measures each tree in a child of its own' {
        $lines = Invoke-Program 14.1 @{ Trees = 2 }
        $lines[0] | Should -Match '^tree1: 30 files, 165 bytes, the largest has 10; by process \d+$'
        $lines[1] | Should -Match '^tree2: 60 files, 630 bytes, the largest has 20; by process \d+$'
        Select-Part $lines 'by process (\d+)$' | Sort-Object -Unique | Should -HaveCount 2
        $lines[2] | Should -Be 'together: 90 files, 795 bytes'
    }

    It '14.2 asks each host, and counts in the session' {
        $lines = Invoke-Program 14.2
        $lines[0] | Should -Match '^localhost: PowerShell 7\.\d.*, \d+ processors, by process \d+$'
        $lines[1] | Should -Be 'answers: 1, failures: 0'
        if (-not (Test-Sshd)) { return }

        $server = Start-Sshd
        try {
            $lines = Invoke-Program 14.2 @{ HostName = '127.0.0.2', '127.0.0.3', 'no-such-host.invalid'; Ssh = $server.Parameters + @{ ConnectTimeout = 120 } }
            $lines[0..1] -replace ':.*' | Should -Be 127.0.0.2, 127.0.0.3
            $lines[2] | Should -Be 'no-such-host.invalid: HostUnreachable'
            $lines[3] | Should -Be 'answers: 2, failures: 1'
        } finally {
            [ProcConcurrency.Runtime.Remote.RemoteHosts]::CloseUnused()
            Stop-Sshd $server
        }
    }

    It 'each program has a test, and its help says what it shows' {
        $tests = Get-Content "$PSScriptRoot/Tour.*.Tests.ps1" -Raw
        foreach ($program in $programs) {
            $number = $program.Name -replace '-.*'
            $tests -match "It '$([regex]::Escape($number)) " | Should -Not -BeNullOrEmpty -Because "$($program.Name) is a test"
            $help = Get-Help $program.FullName
            $help.Synopsis | Should -Match '\.$' -Because "$($program.Name) says what it is"
            $help.description.Text | Should -Match '\w' -Because "$($program.Name) says what to see"
            Get-Content $program -Raw | Should -Not -Match '[^\x00-\x7F]'
        }
    }

    It '<_> names each program, and nothing else, in its order' -ForEach 'README.md', 'README.zh-CN.md' {
        $text = Get-Content "$folder/$_" -Raw
        $commands = [regex]::Matches($text, '(?m)^\|.*`\./(\d\d\.\d-\w+\.ps1)[^`]*`').ForEach({ $_.Groups[1].Value })
        $commands | Should -Be $programs.Name
        foreach ($program in $programs) {
            $number = [regex]::Escape(($program.Name -replace '-.*'))
            $text | Should -Match "(?m)^### $number " -Because "the course has a section for $($program.Name)"
        }
    }
}
