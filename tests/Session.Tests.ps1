# Takes long: starts many sessions.
Describe 'A session and its children' {
    BeforeAll {
        . $PSScriptRoot/common.ps1

        # One of each that the module keeps: their processes' ids by what they are.
        $shared = ". '$PSScriptRoot/common.ps1'`n`$path = '$(Convert-Path "$PSScriptRoot/../ProcConcurrency.psd1")'`n" + @'
[Reflection.BindingFlags] $hidden = 'Static, NonPublic'
Set-ProcOption -SpareIdleTimeout -1 -PoolIdleTimeout -1
$go = New-ProcEvent
$child = Start-ChildProcess -Name child { ($using:go).Wait(); 'lived' }
$daemon = Start-ChildProcess -Daemon { 'up'; Start-Sleep -Seconds 600 }
$pool = New-ProcPool 1 -Name mine
$ids = [ordered]@{ child = $child.ProcessId; daemon = $daemon.ProcessId; pool = Submit-ProcTask -Pool mine { $PID } | Receive-ProcTask; idle = 1 | Invoke-ProcPool { $PID } }
$run = 1 | Invoke-ProcPool -AsJob -Fresh { $PID; Start-Sleep -Seconds 600 }
$store = $child.GetType().Assembly.GetType('ProcConcurrency.Jobs.SpareChildren').GetProperty('Store', $hidden).GetValue($null)
Wait-Until { $daemon.Output.Count -and $run.ChildJobs[0].Output.Count -and @($store.ProcessIds) } -TimeoutSeconds 60
$ids.run = $run.ChildJobs[0].Output[0]
$ids.spare = @($store.ProcessIds)[0]
'@
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
`$process = Start-ChildProcess { while (-not (Test-Path '$TestDrive/waited.go')) { Start-Sleep -Milliseconds 50 }; New-Item '$TestDrive/waited.done' }
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

    It 'the session''s end says what it waits for, and Ctrl-C ends that' {
        # What a shell starts in the background ignores SIGINT, and so does all that it starts.
        $heeds = & sh -c 'env --default-signal=INT echo env --default-signal=INT 2>/dev/null'
        $session = Start-Session -OutputPath "$TestDrive/told" -Prefix $heeds '(Start-ChildProcess -Name endless { Start-Sleep -Seconds 600 }).ProcessId; $null = Start-ChildProcess -Daemon -Name demon { }; exit'
        $child, $text = Wait-Line "$TestDrive/told" -Count 2
        $text | Should -BeLike "*'endless' ($child)*Ctrl-C*"
        $text | Should -Not -BeLike '*demon*'
        & kill -INT $session.Id
        $session.WaitForExit(60000) | Should -BeTrue
        Test-Gone $child | Should -BeTrue
        (Get-Content "$TestDrive/told").Count | Should -Be 2
    }

    It 'the session''s end lets finally blocks run at the first Ctrl-C, and ends at once at the second' {
        $heeds = & sh -c 'env --default-signal=INT echo env --default-signal=INT 2>/dev/null'
        $session = Start-Session -OutputPath "$TestDrive/polite" -Prefix $heeds @"
`$null = Start-ChildProcess -Name tidy { 'up'; try { Start-Sleep -Seconds 600 } finally { Set-Content '$TestDrive/tidied' yes } }
`$null = Start-ChildProcess -Name slow { 'up'; try { Start-Sleep -Seconds 600 } finally { Set-Content '$TestDrive/slow' yes; Start-Sleep -Seconds 600 } }
while (@(Get-ChildProcess | Where-Object { `$_.Output.Count }).Count -lt 2) { Start-Sleep -Milliseconds 50 }
exit
"@
        $text = Wait-Line "$TestDrive/polite"
        $text | Should -BeLike '*tidy*slow*Ctrl-C stops them, and once more*'
        & kill -INT $session.Id
        Wait-Line "$TestDrive/tidied" | Should -Be yes
        Wait-Line "$TestDrive/slow" | Should -Be yes
        & kill -INT $session.Id
        $session.WaitForExit(60000) | Should -BeTrue
    }

    It 'the session''s end ends daemons' {
        $session = Start-Session -OutputPath "$TestDrive/daemon" '(Start-ChildProcess -Daemon { Start-Sleep -Seconds 600 }).ProcessId; exit 5'
        $child = [int]@(Wait-Line "$TestDrive/daemon")[0]
        $session.WaitForExit(60000) | Should -BeTrue
        $session.ExitCode | Should -Be 5
        Test-Gone $child | Should -BeTrue
    }

    It 'Remove-Module ends daemons, pools, their jobs and what waits for the next call; another child lives on, and is there after another import' {
        $session = Start-Session -OutputPath "$TestDrive/removed" ("$shared`n" + @'
Remove-Module ProcConcurrency
foreach ($name in $ids.Keys) { if ($name -ne 'child') { Wait-Until { Test-Gone $ids[$name] } } }
"alive: $($ids.Keys.Where{ -not (Test-Gone $ids[$_]) })"
Import-Module $path
"listed: $(Get-ChildProcess child | ForEach-Object Name), $(@(Get-ProcPool).Count) pools"
"state: $($daemon.State) $($run.State)"
$go.Set()
Receive-ChildProcess child -Wait
New-ProcPool 1 -Name mine | ForEach-Object { 2 | Submit-ProcTask -Pool $_ { $_ * 2 } | Receive-ProcTask; Stop-ProcPool $_ }
'@)
        $session.WaitForExit(120000) | Should -BeTrue
        Get-Content "$TestDrive/removed" | Should -Be 'alive: child', 'listed: child, 0 pools', 'state: Stopped Stopped', 'lived', '4'
        $session.ExitCode | Should -Be 0
    }

    It 'Remove-Module ends nothing while another runspace has the module, and a closed one has nothing' {
        $session = Start-Session -OutputPath "$TestDrive/others" ("$shared`n" + @'
$shell = New-Shell 'Remove-Module ProcConcurrency'
$null = $shell.Invoke()
"removed there: $($ids.Keys.Where{ Test-Gone $ids[$_] })"
Remove-Shell $shell
$shell = New-Shell '1'
$null = $shell.Invoke()
$left = [powershell]::Create()
$left.Runspace = [runspacefactory]::CreateRunspace()
$left.Runspace.Open()
$null = $left.AddScript("Import-Module '$path'").Invoke()
Remove-Module ProcConcurrency
"removed here: $($ids.Keys.Where{ Test-Gone $ids[$_] })"
$left.Runspace.Dispose()
$shell.Commands.Clear()
$null = $shell.AddScript('Remove-Module ProcConcurrency').Invoke()
Wait-Until { (Test-Gone $ids.daemon) -and (Test-Gone $ids.pool) }
"removed everywhere: $(Test-Gone $ids.child)"
Import-Module $path
$go.Set()
Receive-ChildProcess child -Wait
'@)
        $session.WaitForExit(120000) | Should -BeTrue
        Get-Content "$TestDrive/others" | Should -Be 'removed there: ', 'removed here: ', 'removed everywhere: False', 'lived'
        $session.ExitCode | Should -Be 0
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
while (-not (`$stuck.Output.Count -and `$parent.Output.Count -and `$nested.Output.Count)) { Start-Sleep -Milliseconds 50 }
`$ids = @(`$stuck.ProcessId; `$parent.ProcessId; Receive-ChildProcess `$parent; `$nested.ProcessId; Receive-ChildProcess `$nested)
"`$ids"
Start-Sleep -Seconds 600
"@
        $ids = @(Wait-Line "$TestDrive/killed")[0] -split ' '
        $ids.Count | Should -Be 5
        & kill -KILL $session.Id

        Wait-Until { $ids.Where({ -not (Test-Gone $_) }).Count -eq 0 }
    }

    It 'a child''s time limits hold while its session is stopped, and takes no more of what it writes' -Skip:$IsWindows {
        $session = Start-Session -OutputPath "$TestDrive/full" @"
`$lock = New-ProcLock
`$child = Start-ChildProcess -ArgumentList `$lock, '$TestDrive' {
    param(`$lock, `$folder)
    `$state = [hashtable]::Synchronized(@{ Written = 0 })
    `$other = [powershell]::Create().AddScript({
        param(`$lock, `$folder, `$state)
        while (-not (Test-Path "`$folder/is-stopped")) { Start-Sleep -Milliseconds 50 }

        # Nothing goes any more when what is written doesn't.
        do { `$written = `$state.Written; Start-Sleep -Milliseconds 300 } while (`$state.Written -ne `$written)
        Set-Content "`$folder/entered" (`$lock.TryEnter(0.1))
    }).AddArgument(`$lock).AddArgument(`$folder).AddArgument(`$state)
    `$null = `$other.BeginInvoke()
    `$PID
    while (`$true) { 'x' * 10000; `$state.Written++ }
}
while (-not `$child.Output.Count) { Start-Sleep -Milliseconds 50 }
Set-Content '$TestDrive/full-child' `$child.ProcessId
Start-Sleep -Seconds 600
"@
        $child = @(Wait-Line "$TestDrive/full-child")[0]
        Suspend-Id $session.Id
        try {
            New-Item "$TestDrive/is-stopped" | Out-Null
            Wait-Line "$TestDrive/entered" | Should -Be 'False'
        } finally {
            & kill -KILL $session.Id
        }
        Wait-Until { Test-Gone $child }
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

    It 'gets nothing from the import but cmdlets' {
        $module = Convert-Path "$PSScriptRoot/../ProcConcurrency.psd1"
        Set-Content "$TestDrive/import.ps1" @"
function Get-Around { Get-Command -CommandType Function, Alias; Get-Variable -Scope Global; Get-EventSubscriber -Force | ForEach-Object { @{ Name = `$_.SourceIdentifier } }; Get-PSDrive }
`$null = Get-Around
`$before = (Get-Around).Name
Import-Module '$module'
Get-Around | ForEach-Object Name | Where-Object { `$_ -notin `$before -and `$_ -ne 'before' }
"@
        Invoke-Engine -File "$TestDrive/import.ps1" | Should -BeNullOrEmpty
        $LASTEXITCODE | Should -Be 0
    }

    It 'writes no control codes where its output goes to a file' {
        # But for colors, which are PowerShell's own, and are switched off.
        $session = Start-Session -OutputPath "$TestDrive/plain" @'
$ProgressPreference = 'Continue'
$PSStyle.OutputRendering = 'PlainText'
1..2 | Invoke-ProcPool -ThrottleLimit 2 { Write-Progress inner -Status half; Write-Warning "warned $_"; Write-Error "failed $_"; [pscustomobject]@{ Row = $_ } }
$child = Start-ChildProcess -Name plain { Get-Item / | Out-String; Write-Progress inner -Status half; throw 'thrown' }
$child | Receive-ChildProcess -Wait
$child | Format-Table
$child | Format-List
Wait-ChildProcess (Start-ChildProcess { Start-Sleep 600 } -Daemon) -Timeout 1
'@
        $session.WaitForExit(120000) | Should -BeTrue
        $said = Get-Content "$TestDrive/plain" -Raw
        foreach ($word in 'warned 1', 'failed 2', '(?m)^Row', 'thrown', '(?m)^ *Id +Name', '(?m)^Name +: plain', 'Wait-ChildProcess:') { $said | Should -Match $word }
        $said | Should -Not -Match '[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]' -Because $said
    }

    It 'WorkerStartFailed: no descriptor is left; nothing stays behind, and what runs can be stopped' {
        Set-Content "$TestDrive/pwsh" 'not a program'
        & chmod +x "$TestDrive/pwsh"
        $session = Start-Session -OutputPath "$TestDrive/full" -Prefix "sh -c 'ulimit -n 256; exec `"`$@`"' sh" @'
$ErrorActionPreference = 'Stop'
function Open-Some([int] $Count) {
    while ($Count-- -gt 0) { $held.Push([IO.FileStream]::new('/dev/null', 'Open', 'Read', 'ReadWrite', 1)) }
}

# A spare process would need no descriptor, or give some back when it ends.
Set-ProcOption -SpareProcessCount 0

# Once while there is room: what the engine loads then, it can't load later.
$null = Start-ChildProcess { } | Wait-ChildProcess
try { Start-ChildProcess { } -EnginePath 'BROKEN/pwsh' } catch { $_.FullyQualifiedErrorId }
$running = 1..2 | ForEach-Object { Start-ChildProcess { 'up'; Start-Sleep -Seconds 600 } }
while ($running.Where({ -not $_.Output.Count })) { Start-Sleep -Milliseconds 50 }
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

Describe 'A session that runs a Pester suite' {
    BeforeAll {
        . $PSScriptRoot/common.ps1

        # The recipe of about_ProcConcurrency_Processes, with a test of its own in it.
        $page = Get-Content "$PSScriptRoot/../docs/en-US/about_ProcConcurrency_Processes.md" -Raw
        $recipe = [regex]::Match($page, '(?s)```powershell\n(Describe .*?)```').Groups[1].Value
        $tests = @'
    BeforeAll { $script:early = Start-ChildProcess { 'early' } | Receive-ChildProcess -Wait -AutoRemoveJob }
    It 'uses a pool, and what BeforeAll received' { $pool = New-ProcPool 1; 1, 2 | Invoke-ProcPool { $_ * 2 } -Pool $pool | Should -Be 2, 4; $early | Should -Be 'early'; Stop-ProcPool $pool }
    It 'has a failing assertion in a block' { 1 | Invoke-ProcPool -ErrorAction Stop { $_ | Should -Be 2 } }
    It 'leaves a child' { $null = Start-ChildProcess { Start-Sleep 600 } -Daemon }
    It 'comes after it' { Get-ChildProcess | Should -BeNullOrEmpty }
}
'@
        Set-Content "$TestDrive/Suite.Tests.ps1" ($recipe.TrimEnd().TrimEnd('}') + $tests)
    }

    It 'has children and pools in each of its blocks, and fails the tests that leave a child or assert what is not so in a pool' {
        $module = Convert-Path "$PSScriptRoot/../ProcConcurrency.psd1"
        $pester = (Get-Module Pester).Path
        $script = "Import-Module '$module', '$pester'; `$run = Invoke-Pester '$TestDrive/Suite.Tests.ps1' -PassThru -Output None; 'FAILED', `$run.Failed.ExpandedName; 'PASSED', `$run.PassedCount"
        $said = Invoke-Engine -NonInteractive -Command $script
        $said | Should -Be 'FAILED', 'has a failing assertion in a block', 'leaves a child', 'PASSED', 4
    }
}
