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
`$process = Start-ChildProcess { while (-not (Test-Path '$TestDrive/waited.go')) { Start-Sleep -Milliseconds 20 }; New-Item '$TestDrive/waited.done' }
`$process.ProcessId
"@
        $child = [int]@(Wait-Line "$TestDrive/waited")[0]
        Start-Sleep -Milliseconds 500
        $session.HasExited | Should -BeFalse
        Test-Gone $child | Should -BeFalse
        New-Item "$TestDrive/waited.go" | Out-Null
        $session.WaitForExit(60000) | Should -BeTrue
        $session.ExitCode | Should -Be 0
        Test-Path "$TestDrive/waited.done" | Should -BeTrue
    }

    It 'the session''s end ends daemons' {
        $session = Start-Session -OutputPath "$TestDrive/daemon" '(Start-ChildProcess -Daemon { Start-Sleep -Seconds 600 }).ProcessId; exit 5'
        $child = [int]@(Wait-Line "$TestDrive/daemon")[0]
        $session.WaitForExit(60000) | Should -BeTrue
        $session.ExitCode | Should -Be 5
        Test-Gone $child | Should -BeTrue
    }

    It 'a program that ends itself amid a pool has its own exit code' {
        $session = Start-Session -OutputPath "$TestDrive/amid" '1..100 | Invoke-ProcPool { $PID; Start-Sleep -Milliseconds 50 } | ForEach-Object { $_; [Environment]::Exit(3) }'
        $session.WaitForExit(60000) | Should -BeTrue
        $session.ExitCode | Should -Be 3
        $lines = @(Get-Content "$TestDrive/amid")
        $lines.Count | Should -Be 1
        Test-Gone $lines[0] | Should -BeTrue
    }

    It 'a session that is killed takes its children along, also one stuck in a native call, and their own' {
        & mkfifo "$TestDrive/fifo"
        $session = Start-Session -OutputPath "$TestDrive/killed" @"
`$stuck = Start-ChildProcess { 'up'; Get-Content '$TestDrive/fifo' }
`$parent = Start-ChildProcess { & sh -c 'sleep 1000 & echo `$!; wait' }
`$nested = Start-ChildProcess { `$p = Start-ChildProcess { `$PID; Start-Sleep -Seconds 600 }; `$p | Receive-ChildProcess -Wait }
while (-not (`$stuck.HasMoreData -and `$parent.HasMoreData -and `$nested.HasMoreData)) { Start-Sleep -Milliseconds 20 }
`$ids = @(`$stuck.ProcessId; `$parent.ProcessId; Receive-ChildProcess `$parent; `$nested.ProcessId; Receive-ChildProcess `$nested)
"`$ids"
Start-Sleep -Seconds 600
"@
        $ids = @(Wait-Line "$TestDrive/killed")[0] -split ' '
        $ids.Count | Should -Be 5
        & kill -KILL $session.Id

        # The promise is 2 s, for all of them.
        Wait-Until { $ids.Where({ -not (Test-Gone $_) }).Count -eq 0 } -TimeoutSeconds 5
    }

    It 'a session that is asked to end ends all its children' {
        $session = Start-Session -OutputPath "$TestDrive/asked" '(Start-ChildProcess { Start-Sleep -Seconds 600 }).ProcessId; Start-Sleep -Seconds 600'
        $child = [int]@(Wait-Line "$TestDrive/asked")[0]
        & kill -TERM $session.Id
        $session.WaitForExit(60000) | Should -BeTrue
        Wait-Until { Test-Gone $child }
    }

    It 'survives a child''s call that reaches a Receive-ChildProcess that is done: <What>' -TestCases @(
        @{ What = 'of a record'; News = 'news'; Expected = '0 news' }
        @{ What = 'of its end'; News = @(); Expected = '0 ' }
    ) {
        $session = Start-Session -OutputPath "$TestDrive/late" ("`$news = '$News'; . '$PSScriptRoot/common.ps1'`n" + @'
$go = New-ProcEvent
$child = Start-ChildProcess { ($using:go).Wait(); if ($using:news) { $using:news } }
$called, $gate = 1..2 | ForEach-Object { [Threading.ManualResetEventSlim]::new() }

# Who is called before the receiver holds the call up.
$type = $child.GetType()
foreach ($handler in [Delegate]::CreateDelegate([Action], $called, 'Set'), [Delegate]::CreateDelegate([Action], $gate, 'Wait')) {
    $null = $type.GetEvent('Changed', 'Instance, NonPublic').GetAddMethod($true).Invoke($child, @($handler))
}
$shell = New-Shell 'Receive-ChildProcess $child -Wait'
$shell.Runspace.SessionStateProxy.SetVariable('child', $child)
$null = $shell.BeginInvoke()
Wait-Until { $type.GetField('Changed', 'Instance, NonPublic').GetValue($child).GetInvocationList().Count -eq 3 }
$go.Set()
$called.Wait()
$shell.Stop()
Remove-Shell $shell
$gate.Set()
$null = Wait-ChildProcess $child -Timeout 60
"$($child.ExitCode) $(Receive-ChildProcess $child)"
'@)
        $session.WaitForExit(60000) | Should -BeTrue
        Get-Content "$TestDrive/late" | Should -Be $Expected
        $session.ExitCode | Should -Be 0
    }

    It 'WorkerStartFailed: no descriptor is left; nothing stays behind, and what runs can be stopped' {
        Set-Content "$TestDrive/pwsh" 'not a program'
        & chmod +x "$TestDrive/pwsh"
        $session = Start-Session -OutputPath "$TestDrive/full" -Prefix "sh -c 'ulimit -n 256; exec `"`$@`"' sh" @'
$ErrorActionPreference = 'Stop'
function Open-Some([int] $Count) {
    while ($Count-- -gt 0) { $held.Push([IO.FileStream]::new('/dev/null', 'Open', 'Read', 'ReadWrite', 1)) }
}

# Once while there is room: what the engine loads then, it can't load later.
$null = Start-ChildProcess { } | Wait-ChildProcess
try { Start-ChildProcess { } -EnginePath 'BROKEN/pwsh' } catch { $_.FullyQualifiedErrorId }
$running = 1..2 | ForEach-Object { Start-ChildProcess { 'up'; Start-Sleep -Seconds 600 } }
while ($running.Where({ -not $_.HasMoreData })) { Start-Sleep -Milliseconds 20 }
Get-ChildProcess | Out-Null
$held = [Collections.Generic.Stack[IDisposable]]::new()
try { Open-Some 1000 } catch [IO.IOException] { }

# A child takes two pairs, so this ends at each place where there can be none left.
foreach ($free in 0..3) {
    for ($i = 0; $i -lt $free; $i++) { $held.Pop().Dispose() }
    try { Start-ChildProcess { } } catch { "$free $($_.FullyQualifiedErrorId)" }
    Open-Some $free
}
Stop-ChildProcess $running[0]
Stop-ChildProcess $running[1] -Force
$null = $running | Wait-ChildProcess -Timeout 60
"$($running.ExitCode) $(@(Get-ChildProcess).Count)"
while ($held.Count) { $held.Pop().Dispose() }
Start-ChildProcess { 'again' } | Receive-ChildProcess -Wait
'@.Replace('BROKEN', $TestDrive)
        $session.WaitForExit(120000) | Should -BeTrue
        $failed = 'WorkerStartFailed,ProcConcurrency.Commands.StartChildProcessCommand'
        Get-Content "$TestDrive/full" | Should -Be @($failed; 0..3 | ForEach-Object { "$_ $failed" }; '-15 -9 3'; 'again')
    }
}
