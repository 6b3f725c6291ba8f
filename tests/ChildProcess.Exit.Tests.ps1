# Takes long: waits for many ends.
Describe 'How a child process ends' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
    }

    AfterEach {
        Get-ChildProcess | Remove-Job -Force
    }

    It '<Name> gives exit code <Code> and state <State>' -TestCases @(
        @{ Name = 'the end of the block'; Block = { 1 }; Code = 0; State = 'Completed' }
        @{ Name = 'a non-terminating error'; Block = { Write-Error 'bad' }; Code = 0; State = 'Completed' }
        @{ Name = 'exit 3'; Block = { exit 3 }; Code = 3; State = 'Failed' }
        @{ Name = 'exit 137'; Block = { exit 137 }; Code = 137; State = 'Failed' }
        @{ Name = 'throw'; Block = { throw 'no' }; Code = 1; State = 'Failed' }
        @{ Name = 'SIGKILL'; Block = { & kill -KILL $PID; Start-Sleep 60 }; Code = -9; State = 'Failed' }
        @{ Name = 'SIGTERM'; Block = { & kill -TERM $PID; Start-Sleep 60 }; Code = -15; State = 'Failed' }
        @{ Name = 'Environment.Exit'; Block = { [Environment]::Exit(4) }; Code = 4; State = 'Failed' }
    ) {
        $process = Start-ChildProcess $Block | Wait-ChildProcess -Timeout 60
        $process.ExitCode | Should -Be $Code
        $process.JobStateInfo.State | Should -Be $State
        $process.IsAlive | Should -BeFalse
    }

    It '-Command of a <Kind> gives its exit code' -TestCases @(
        @{ Kind = 'program'; With = @{ Command = 'sh'; ArgumentList = '-c', 'echo out; exit 5' }; Code = 5; State = 'Failed' }
        @{ Kind = 'program that succeeds'; With = @{ Command = 'true' }; Code = 0; State = 'Completed' }
        @{ Kind = 'script file'; With = @{ Command = 'TestDrive:/six.ps1' }; Code = 6; State = 'Failed' }
        @{ Kind = 'script file without exit, whose last program failed'; With = @{ Command = 'TestDrive:/none.ps1' }; Code = 0; State = 'Completed' }
        @{ Kind = 'script file without exit, which calls one with'; With = @{ Command = 'TestDrive:/calls.ps1' }; Code = 0; State = 'Completed' }
        @{ Kind = 'script file without exit, after a program that failed'; With = @{ Command = 'TestDrive:/quiet.ps1'; InitializationScript = { sh -c 'exit 4' } }; Code = 0; State = 'Completed' }
        @{ Kind = 'script file with exit in a function'; With = @{ Command = 'TestDrive:/deep.ps1' }; Code = 3; State = 'Failed' }
        @{ Kind = 'script file with exit 0'; With = @{ Command = 'TestDrive:/zero.ps1' }; Code = 0; State = 'Completed' }
        @{ Kind = 'script file that throws'; With = @{ Command = 'TestDrive:/throws.ps1' }; Code = 1; State = 'Failed' }
        @{ Kind = 'function, as a block'; With = @{ Command = 'Invoke-Five' }; Code = 0; State = 'Completed' }
        @{ Kind = 'function that is called as a program'; With = @{ Command = 'nice' }; Code = 0; State = 'Completed' }
    ) {
        Set-Content TestDrive:/six.ps1 'sh -c "exit 1"; exit 6'
        Set-Content TestDrive:/none.ps1 'sh -c "exit 1"; "fine"'
        Set-Content TestDrive:/quiet.ps1 '"fine"'
        Set-Content TestDrive:/calls.ps1 '& "$PSScriptRoot/six.ps1"; "fine"'
        Set-Content TestDrive:/deep.ps1 'function Stop-It { exit 3 }; try { Stop-It } finally { sh -c "exit 1" }; exit 4'
        Set-Content TestDrive:/zero.ps1 'sh -c "exit 1"; exit 0'
        Set-Content TestDrive:/throws.ps1 'sh -c "exit 5"; throw "not today"'
        function Invoke-Five { sh -c 'exit 5' }
        function nice { sh -c 'exit 5' }
        $process = Start-ChildProcess @With | Wait-ChildProcess -Timeout 60
        $process.ExitCode | Should -Be $Code
        $process.JobStateInfo.State | Should -Be $State
    }

    It 'names what ended with an exit code as the reason' {
        $jobs = (Start-ChildProcess -Command sh -ArgumentList '-c', 'exit 5'), (Start-ChildProcess { exit 3 })
        $null = $jobs | Wait-ChildProcess -Timeout 60
        $jobs.JobStateInfo.Reason.Message | Should -Be "The command 'sh' ended with exit code 5.", 'The script ended with exit code 3.'
    }

    It 'TimeLimitReached: -TimeLimit ends the child and all below it' {
        # It counts while its end waits for a child of its own, and while it doesn't obey a request to stop. All at once: the
        # limit has to be longer than any start may take, for it counts from there.
        $hangs = Start-ChildProcess -TimeLimit 40 { 'here'; [Threading.Thread]::Sleep(-1) }
        Wait-Until { $hangs.Output.Count -gt 0 } -TimeoutSeconds 60
        Suspend-Id $hangs.ProcessId
        $hangs | Stop-ChildProcess
        Suspend-Id $hangs.ProcessId
        $process = Start-ChildProcess -TimeLimit 20 { & sh -c 'sleep 1000 & echo $!; wait' }
        $waits = Start-ChildProcess -TimeLimit 20 { $null = Start-ChildProcess { Start-Sleep 600 } }

        $process = $process | Wait-ChildProcess -Timeout 60
        $process.ExitCode | Should -Be -9
        $process.JobStateInfo.State | Should -Be 'Failed'
        $below = $process | Receive-ChildProcess -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors.Count | Should -Be 1
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'TimeLimitReached*'
        $errors[0].CategoryInfo.Category | Should -Be 'OperationTimeout'
        $errors[0].Exception | Should -BeOfType ([ProcConcurrency.TimeLimitException])
        $process.JobStateInfo.Reason | Should -BeOfType ([ProcConcurrency.TimeLimitException])
        Wait-Until { Test-Gone $below }
        (Start-ChildProcess -TimeLimit 0 { 'quick' } | Receive-ChildProcess -Wait) | Should -Be 'quick'
        $waits, $hangs | Wait-ChildProcess -Timeout 60 | Should -HaveCount 2
        $waits, $hangs | ForEach-Object ExitCode | Should -Be -9, -9
        $waits | Receive-ChildProcess -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors.FullyQualifiedErrorId | Should -BeLike 'TimeLimitReached*'
        $hangs.State | Should -Be Stopped
    }

    It 'one that takes long to end after its last word is not killed' {
        $process = Start-ChildProcess {
            Add-Type -TypeDefinition 'public static class SlowEnd { public static void Ask() => System.AppDomain.CurrentDomain.ProcessExit += (_, _) => System.Threading.Thread.Sleep(4000); }'
            [SlowEnd]::Ask()
            'done'
        } | Wait-ChildProcess
        $process | Receive-ChildProcess | Should -Be 'done'
        $process.ExitCode | Should -Be 0
        $process.JobStateInfo.State | Should -Be Completed
    }

    It 'exit in the initialization ends the child before its block' {
        $process = Start-ChildProcess { 'ran'; exit 4 } -InitializationScript { exit 3 } | Wait-ChildProcess
        $process.ExitCode | Should -Be 3
        $process | Receive-ChildProcess -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'a kill from outside is an error that names signal and process' {
        $process = Start-ChildProcess -Name victim { & kill -KILL $PID; Start-Sleep 60 } | Wait-ChildProcess
        $process | Receive-ChildProcess -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'WorkerCrashed*'
        $errors[0].Exception.Message | Should -BeLike "*victim*$($process.ProcessId)*signal 9*"
        $errors[0].Exception.ExitCode | Should -Be -9
    }

    It 'Stop-ChildProcess asks: the child''s finally blocks run, and it ends by SIGTERM' {
        $marker = "$TestDrive/finally"
        $process = Start-ChildProcess { param($marker) try { 'up'; Start-Sleep 600 } finally { Set-Content $marker 'ran' } } -ArgumentList $marker
        Wait-Until { $process.Output.Count }
        $process | Stop-ChildProcess
        $process | Wait-ChildProcess -Timeout 60 | Should -Be $process
        $process.ExitCode | Should -Be -15
        $process.JobStateInfo.State | Should -Be 'Stopped'
        Get-Content $marker | Should -Be 'ran'
    }

    It 'Stop-ChildProcess of one that ends by an error then, with a handler of its end, adds no line' {
        $process = Start-ChildProcess {
            $null = Register-EngineEvent PowerShell.Exiting -Action { 'ran' }
            'last'
            try {
                Set-Content $using:TestDrive/up ''
                Start-Sleep 600
            } finally { throw 'ended' }
        }
        Wait-Until { Test-Path "$TestDrive/up" }
        $process | Stop-ChildProcess
        $process | Receive-ChildProcess -Wait *>&1 | Should -Be 'last'
        $process.ExitCode | Should -Be -15
    }

    It 'Stop-ChildProcess -Force kills, with everything below' {
        $process = Start-ChildProcess { & sh -c 'sleep 1000 & echo $!; wait' }
        Wait-Until { $process.Output.Count }
        $sleeper = [int](Receive-ChildProcess $process)
        $process | Stop-ChildProcess -Force
        $process | Wait-ChildProcess -Timeout 60 | Out-Null
        $process.ExitCode | Should -Be -9
        Wait-Until { Test-Gone $sleeper }
    }

    It 'a polite stop leaves nothing below the child, though it ignores SIGTERM: <Name>' -TestCases @(
        @{ Name = 'Stop-ChildProcess'; Stop = { Stop-ChildProcess $process } }
        @{ Name = 'Stop-Job'; Stop = { Stop-Job $process } }
        @{ Name = 'Remove-Job -Force'; Stop = { Remove-Job $process -Force } }
    ) {
        $process = Start-ChildProcess { & sh -c 'trap "" TERM; sleep 1000 & echo $!; wait' }
        Wait-Until { $process.Output.Count }
        $sleeper = [int](Receive-ChildProcess $process)
        try {
            & $Stop
            Wait-Until { -not $process.IsAlive }
            Wait-Until { Test-Gone $sleeper }
        } finally {
            if (-not (Test-Gone $sleeper)) { & kill -KILL $sleeper }
        }
    }

    It 'a polite stop reaches what has left the process group and ignores SIGTERM: started <When>' -TestCases @(
        @{ When = 'before'; Block = {
            param($file)
            & sh -c "setsid sh -c 'trap `"`" TERM; echo `$`$ >$file; exec sleep 1000' & wait"
        } }
        @{ When = 'by a finally block'; Block = {
            param($file)
            try { 'up'; Start-Sleep 600 } finally {
                Start-Process setsid -ArgumentList 'sh', '-c', "`"trap '' TERM; echo `$`$ >$file; exec sleep 1000`""
                while (-not (Get-Content $file -ErrorAction Ignore)) { Start-Sleep -Milliseconds 50 }
            }
        } }
        @{ When = 'by a child of its own, and left by its parent'; Block = {
            param($file)
            $nested = Start-ChildProcess { & sh -c "trap '' TERM; sleep 1000 >&- 2>&- & echo `$! >$using:file"; Start-Sleep 600 }
            $nested | Wait-ChildProcess
        } }
    ) {
        $file = "$TestDrive/sleeper"
        Remove-Item $file -ErrorAction Ignore
        $process = Start-ChildProcess $Block -ArgumentList $file
        Wait-Until { $process.Output.Count -or (Get-Content $file -ErrorAction Ignore) } -TimeoutSeconds 60
        Stop-ChildProcess $process
        $process | Wait-ChildProcess -Timeout 60 | Out-Null
        $sleeper = [int]@(Wait-Line $file)[0]
        try {
            $process.ExitCode | Should -Be -15
            Wait-Until { Test-Gone $sleeper }
        } finally {
            if (-not (Test-Gone $sleeper)) { & kill -KILL $sleeper }
        }
    }

    It 'what a child has started goes along where <End> ends the child' -TestCases @(
        @{ End = 'SIGKILL'; Code = -9; Block = { & sh -c 'sleep 1000 >&- 2>&- & echo $!'; & kill -KILL $PID; Start-Sleep 600 } }
        @{ End = 'a crash'; Code = -6; Block = { & sh -c 'sleep 1000 >&- 2>&- & echo $!'; [Environment]::FailFast('on purpose') } }
    ) {
        $process = Start-ChildProcess $Block | Wait-ChildProcess -Timeout 60
        $sleeper = [int](Receive-ChildProcess $process -ErrorAction Ignore -InformationAction Ignore)
        try {
            $process.ExitCode | Should -Be $Code
            Wait-Until { Test-Gone $sleeper }
        } finally {
            if (-not (Test-Gone $sleeper)) { & kill -KILL $sleeper }
        }
    }

    It 'what a child has started lives on where the child ends by itself: <Name>' -TestCases @(
        @{ Name = 'at the end of its block'; Block = { & sh -c 'sleep 1000 >&- 2>&- & echo $!' } }
        @{ Name = 'with a code'; Block = { & sh -c 'sleep 1000 >&- 2>&- & echo $!'; exit 3 } }
    ) {
        $process = Start-ChildProcess $Block | Wait-ChildProcess -Timeout 60
        $sleeper = [int](Receive-ChildProcess $process)
        try {
            Test-Gone $sleeper | Should -BeFalse
        } finally {
            & kill -KILL $sleeper
        }
    }

    It 'stops a child that is only starting' {
        $process = Start-ChildProcess { Start-Sleep 600 }
        $process | Stop-ChildProcess
        $process | Wait-ChildProcess -Timeout 60 | Out-Null
        $process.ExitCode | Should -BeIn -15, -9
        $process.JobStateInfo.State | Should -Be 'Stopped'
    }

    It 'leaves no zombie while the session sleeps' {
        $process = Start-ChildProcess { }
        $id = $process.ProcessId
        Start-Sleep -Milliseconds 100
        Wait-Until { -not (Test-Path "/proc/$id") }
    }

    It 'is told though the session''s thread pool is busy' {
        $gate = [Threading.ManualResetEvent]::new($false)
        try {
            $wait = [Delegate]::CreateDelegate([Func[bool]], $gate, [Threading.WaitHandle].GetMethod('WaitOne', [type[]]@()))
            $null = foreach ($i in 1..100) { [Threading.Tasks.Task[bool]]::Factory.StartNew($wait) }
            $process = Start-ChildProcess { [Console]::WriteLine('line') } | Wait-ChildProcess -Timeout 60
            $process.ExitCode | Should -Be 0
            "$($process | Receive-ChildProcess 6>&1)" | Should -Be 'line'
        } finally {
            $null = $gate.Set()
        }
    }

    It 'is told rightly where the session was started with SIGCHLD ignored' {
        $session = Start-Session -OutputPath "$TestDrive/ignored" -Prefix 'sh -c ''trap "" CHLD; exec "$0" "$@"''' @'
(Start-ChildProcess { exit 3 } | Wait-ChildProcess).ExitCode
& /bin/sh -c 'exit 5'; $LASTEXITCODE
(Start-ChildProcess { & kill -KILL $PID; Start-Sleep 60 } | Wait-ChildProcess).ExitCode
'@
        $session.WaitForExit(120000) | Should -BeTrue
        Get-Content "$TestDrive/ignored" | Should -Be '3', '5', '-9'
    }

    It 'is told with its cause where the session can''t take what a child sends' {
        $process = New-ChildProcess { 'a'; Start-Sleep 600 }
        $process.Output.add_DataAdded({ 'no thread of ours has a runspace for this' })
        $process.Start()
        $process | Wait-ChildProcess -Timeout 60 | Should -Be $process
        $process | Receive-ChildProcess -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'WorkerCrashed*'
        $errors[0].Exception.Message | Should -BeLike '*The session could not go on with this process*unspace*'
    }

    It 'a 100 MB object that nobody reads does not hold up Wait-ChildProcess' {
        $process = Start-ChildProcess { , [byte[]]::new(100MB); 'after' } | Wait-ChildProcess -Timeout 120
        $process.JobStateInfo.State | Should -Be 'Completed'
        $result = $process | Receive-ChildProcess
        $result[0].Length | Should -Be 100MB
        $result[1] | Should -Be 'after'
    }

    It 'ends when it is asked to though it is stopped, and what it runs is' -Skip:$IsWindows {
        $process = Start-ChildProcess { $PID; & sh -c 'echo $$; exec sleep 600' }
        Wait-Until { $process.Output.Count -eq 2 }
        $ids = @($process | Receive-ChildProcess)
        Suspend-Id $ids
        Stop-ChildProcess $process
        $process | Wait-ChildProcess -Timeout 60 | Should -Be $process
        Wait-Until { -not ($ids | Where-Object { -not (Test-Gone $_) }) }
    }

    It 'leaves nothing in the temporary folder, though it is killed' {
        $folder = (New-Item "$TestDrive/temporary" -ItemType Directory).FullName
        $process = Start-ChildProcess { $env:POWERSHELL_DIAGNOSTICS_OPTOUT; Start-Sleep 600 } -Environment @{ TMPDIR = $folder }
        Wait-Until { $process.Output.Count }
        Stop-ChildProcess $process -Force
        $process | Wait-ChildProcess -Timeout 60 | Out-Null
        $process.ExitCode | Should -Be -9
        Get-ChildItem $folder -Force | Should -BeNullOrEmpty
        $process | Receive-ChildProcess -ErrorAction Ignore | Should -Be $env:POWERSHELL_DIAGNOSTICS_OPTOUT
    }

    It 'can be looked into by Enter-PSHostProcess where its environment is asked to allow it' {
        $folder = (New-Item "$TestDrive/asked" -ItemType Directory).FullName
        $asked = @{ TMPDIR = $folder; POWERSHELL_DIAGNOSTICS_OPTOUT = '0' }
        $process = Start-ChildProcess { @(Get-ChildItem "$env:TMPDIR/CoreFxPipe_PSHost*.$PID.*").Count; $env:POWERSHELL_DIAGNOSTICS_OPTOUT } -Environment $asked
        $process | Receive-ChildProcess -Wait | Should -Be 1, '0'
        Get-ChildItem "$folder/CoreFxPipe*" | Should -BeNullOrEmpty
    }
}
