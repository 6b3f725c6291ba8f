Describe 'A session and its children' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
    }

    AfterEach {
        if ($session) {
            if (-not $session.HasExited) { $session.Kill($true) }
            $session.WaitForExit()
            $session = $null
        }
    }

    It 'the session''s end waits for children that are no daemons' {
        $session = Start-Session -OutputPath "$TestDrive/waited" @"
`$process = Start-ChildProcess { while (-not [IO.File]::Exists('$TestDrive/waited.go')) { [Threading.Thread]::Sleep(20) }; [IO.File]::WriteAllText('$TestDrive/waited.done', '') }
`$process.ProcessId
"@
        $child = [int]@(Wait-Line "$TestDrive/waited")[0]
        [Threading.Thread]::Sleep(500)
        $session.HasExited | Should -BeFalse
        Test-Gone $child | Should -BeFalse
        [IO.File]::WriteAllText("$TestDrive/waited.go", '')
        $session.WaitForExit(60000) | Should -BeTrue
        $session.ExitCode | Should -Be 0
        [IO.File]::Exists("$TestDrive/waited.done") | Should -BeTrue
    }

    It 'the session''s end ends daemons' {
        $session = Start-Session -OutputPath "$TestDrive/daemon" '(Start-ChildProcess -Daemon { [Threading.Thread]::Sleep(600000) }).ProcessId; exit 5'
        $child = [int]@(Wait-Line "$TestDrive/daemon")[0]
        $session.WaitForExit(60000) | Should -BeTrue
        $session.ExitCode | Should -Be 5
        Test-Gone $child | Should -BeTrue
    }

    It 'a program that ends itself amid a pool has its own exit code' {
        $session = Start-Session -OutputPath "$TestDrive/amid" '1..100 | Invoke-ProcPool { $PID; [Threading.Thread]::Sleep(50) } | ForEach-Object { $_; [Environment]::Exit(3) }'
        $session.WaitForExit(60000) | Should -BeTrue
        $session.ExitCode | Should -Be 3
        $lines = [IO.File]::ReadAllLines("$TestDrive/amid")
        $lines.Count | Should -Be 1
        Test-Gone $lines[0] | Should -BeTrue
    }

    It 'a session that is killed takes its children along, also one stuck in a native call, and their own' {
        & mkfifo "$TestDrive/fifo"
        $session = Start-Session -OutputPath "$TestDrive/killed" @"
`$stuck = Start-ChildProcess { 'up'; [IO.File]::ReadAllText('$TestDrive/fifo') }
`$parent = Start-ChildProcess { & sh -c 'sleep 1000 & echo `$!; wait' }
`$nested = Start-ChildProcess { `$p = Start-ChildProcess { `$PID; [Threading.Thread]::Sleep(600000) }; `$p | Receive-ChildProcess -Wait }
while (-not (`$stuck.HasMoreData -and `$parent.HasMoreData -and `$nested.HasMoreData)) { [Threading.Thread]::Sleep(20) }
`$ids = @(`$stuck.ProcessId; `$parent.ProcessId; Receive-ChildProcess `$parent; `$nested.ProcessId; Receive-ChildProcess `$nested)
"`$ids"
[Threading.Thread]::Sleep(600000)
"@
        $ids = @(Wait-Line "$TestDrive/killed")[0] -split ' '
        $ids.Count | Should -Be 5
        & kill -KILL $session.Id
        foreach ($id in $ids) {
            Wait-Until { Test-Gone $id }
        }
    }

    It 'a session that is asked to end ends all its children' {
        $session = Start-Session -OutputPath "$TestDrive/asked" '(Start-ChildProcess { [Threading.Thread]::Sleep(600000) }).ProcessId; [Threading.Thread]::Sleep(600000)'
        $child = [int]@(Wait-Line "$TestDrive/asked")[0]
        & kill -TERM $session.Id
        $session.WaitForExit(60000) | Should -BeTrue
        Wait-Until { Test-Gone $child }
    }
}
