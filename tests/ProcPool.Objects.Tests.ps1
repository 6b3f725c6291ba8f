Describe 'Pools' {
    BeforeAll {
        . $PSScriptRoot/common.ps1

        # A pool that is closed and done, with its worker's process id: that is stopped, and so does not end by itself.
        function New-StuckPool {
            $pool = New-ProcPool 1
            $id = Invoke-ProcTask -Pool $pool { $PID }
            Wait-Until { $pool.Workers[0].State -eq 'Idle' }
            Suspend-Id $id
            Close-ProcPool $pool
            $pool, $id
        }
    }

    AfterEach {
        Clear-ProcSession
    }

    It 'have the same processes from the first task to the last' {
        $pool = New-ProcPool 2
        Wait-Until { @($pool.Workers.State -eq 'Idle').Count -eq 2 } -TimeoutSeconds 120
        $used = foreach ($round in 1..5) { 1..20 | Submit-ProcTask -Pool $pool { Start-Sleep -Milliseconds 5; $PID } | Receive-ProcTask | Sort-Object -Unique }
        @($used | Sort-Object -Unique).Count | Should -BeLessOrEqual 2
        @($pool.Workers.ProcessId | Sort-Object) | Should -Be @($used | Sort-Object -Unique)
    }

    It 'close, wait and stop as Python''s do' {
        $pool = New-ProcPool 2 -Name closing
        $tasks = 1..10 | Submit-ProcTask -Pool closing { Start-Sleep -Milliseconds 20; $_ }
        Wait-ProcPool $pool -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors.FullyQualifiedErrorId | Should -BeLike 'PoolNotClosed,*'
        Close-ProcPool $pool
        $pool.State | Should -Be 'Closed'
        { Submit-ProcTask -Pool $pool { 1 } } | Should -Throw -ErrorId 'PoolClosed,*'
        $ids = $pool.Workers.ProcessId
        Wait-ProcPool (New-ProcPool 1 -IdleTimeout 60 -Name open), none, $pool -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors.FullyQualifiedErrorId -replace ',.*' | Sort-Object | Should -Be 'PoolNotClosed', 'PoolNotFound'
        $tasks.Status | Select-Object -Unique | Should -Be 'Done'
        $pool.State | Should -Be 'Ended'
        Get-ProcPool | Should -Not -Contain $pool
        $ids | ForEach-Object { Test-Gone $_ } | Should -Not -Contain $false
    }

    It 'that are stopped cancel what waits and what runs' {
        $pool = New-ProcPool 1
        $tasks = 1..3 | Submit-ProcTask -Pool $pool { Start-Sleep 600 }
        Wait-Until { $tasks[0].Status -eq 'Running' }
        Stop-ProcPool $pool
        Wait-ProcTask $tasks -Timeout 20 | ForEach-Object Status | Should -Be 'Canceled', 'Canceled', 'Canceled'
        Test-Gone $tasks[0].ProcessId | Should -BeTrue
        Stop-ProcPool $pool
    }

    It 'are waited for until the calls that run on them are over, too' {
        $pool = New-ProcPool 2
        $go = "$TestDrive/go-$(Get-Random)"
        $job = 1..3 | Invoke-ProcPool -Pool $pool -AsJob { while (-not (Test-Path $using:go)) { Start-Sleep -Milliseconds 50 }; $_ }
        Wait-Until { $pool.Running -eq 2 }
        Close-ProcPool $pool
        $shell = New-Shell 'Wait-ProcPool $args[0] -PassThru'
        try {
            $waiting = $shell.AddArgument($pool).BeginInvoke()
            Wait-Until { $shell.InvocationStateInfo.State -eq 'Running' }
            $null = New-Item $go
            Wait-Until { $waiting.IsCompleted }
            $shell.EndInvoke($waiting) | Should -Be $pool
        } finally {
            Remove-Shell $shell
        }
        $job | Receive-Job -Wait | Should -Be 1, 2, 3
    }

    It 'say which folder is gone where their workers start' {
        $folder = New-Item "$TestDrive/gone" -ItemType Directory
        $pool = New-ProcPool 1 -MaxTasksPerWorker 1 -IdleTimeout 0.1 -WorkingDirectory $folder
        Invoke-ProcTask -Pool $pool { $PID } | ForEach-Object { $id = $_ }
        Wait-Until { Test-Gone $id }
        Remove-Item $folder
        Invoke-ProcTask -Pool $pool { 1 } -ErrorVariable errors -ErrorAction SilentlyContinue
        "$errors" | Should -BeLike "*the folder '$folder'*is not there*"
        $errors.FullyQualifiedErrorId | Should -BeLike 'WorkerStartFailed,*'
    }

    It 'are waited for no longer than -Timeout' {
        $pool = New-ProcPool 1
        $null = Submit-ProcTask -Pool $pool { Start-Sleep 600 }
        Close-ProcPool $pool
        Wait-ProcPool $pool -Timeout 0.1 -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors.FullyQualifiedErrorId | Should -BeLike 'WaitTimeout,*'
    }

    It 'are waited for no longer though a worker does not end by itself, which is ended after some seconds' -Skip:$IsWindows {
        $pool, $id = New-StuckPool
        Wait-ProcPool $pool -Timeout 0.1 -PassThru -ErrorVariable errors -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $errors.FullyQualifiedErrorId | Should -BeLike 'WaitTimeout,*'
        Get-ProcPool | Should -Contain $pool
        Wait-ProcPool $pool -PassThru | Should -Be $pool
        Test-Gone $id | Should -BeTrue
        Wait-ProcPool $pool -Timeout 0 -PassThru | Should -Be $pool
    }

    It 'are waited for no longer than Ctrl-C says, though a worker does not end by itself' -Skip:$IsWindows {
        $pool, $id = New-StuckPool
        $shell = New-Shell 'Wait-ProcPool $args[0]'
        try {
            $null = $shell.AddArgument($pool)
            $waiting = $shell.BeginInvoke()
            Wait-Until { $pool.State -eq 'Ended' }
            $shell.Stop()
            # It has five seconds, of which a stop takes none.
            Test-Gone $id | Should -BeFalse
        } finally {
            Remove-Shell $shell
        }
        Wait-ProcPool $pool
        Test-Gone $id | Should -BeTrue
    }

    It 'grow and shrink while they run' {
        $pool = New-ProcPool 1
        $go = "$TestDrive/size"
        $pool.Size = 3
        $tasks = 1..3 | Submit-ProcTask -Pool $pool -ArgumentList $go { param($n, $go) while (-not (Test-Path $go)) { Start-Sleep -Milliseconds 50 } }
        Wait-Until { $pool.Running -eq 3 } -TimeoutSeconds 60
        $pool.Size = 1
        Set-Content $go ''
        $null = Wait-ProcTask $tasks
        Wait-Until { @($pool.Workers).Count -eq 1 }
    }

    It 'tell how busy they are, and what each worker is at' {
        $pool, $signal = (New-ProcPool 1), (New-ProcEvent)
        1..20 | Submit-ProcTask -Pool $pool { $_ } | Receive-ProcTask | Should -Be (1..20)
        $pool.Rate | Should -BeGreaterThan 0

        # The task that runs counts, though none has ended for long.
        $task = Submit-ProcTask -Pool $pool { $null = Wait-ProcEvent $using:signal }
        Wait-Until { $pool.Utilization -gt 0.5 }
        $worker = $pool.Workers[0]
        $worker.State, $worker.Finished, $worker.Task | Should -Be 'Busy', 20, $task
        $null = Set-ProcEvent $signal
        $null = Wait-ProcTask $task
        Wait-Until { $pool.Workers[0].State -eq 'Idle' }
        $pool.Workers[0].Task | Should -BeNullOrEmpty
    }

    It 'have a worker for each processor, and start as many at once as they are to keep' {
        $pool = New-ProcPool -IdleTimeout 600
        $pool.Size | Should -Be ([Environment]::ProcessorCount)
        $keeping = New-ProcPool 3 -MinSize 1 -IdleTimeout 600
        Wait-Until { $keeping.Workers.State -eq 'Idle' } -TimeoutSeconds 60
        @($keeping.Workers).Count | Should -Be 1
        @($pool.Workers).Count | Should -Be 0
    }

    It 'refuse a size that can''t be, at the start and later' {
        $pool = New-ProcPool 1 -IdleTimeout 60
        foreach ($size in 0, -1, 1025, $null) {
            { $pool.Size = $size } | Should -Throw "*'$($pool.Name)'*from 1 to 1024*" -ErrorId PoolSizeOutOfRange
        }
        $pool.Size | Should -Be 1
        { New-ProcPool 0 } | Should -Throw '-Size*from 1 to 1024*' -ErrorId 'PoolSizeOutOfRange,*'
        { New-ProcPool 1025 } | Should -Throw '-Size*from 1 to 1024*' -ErrorId 'PoolSizeOutOfRange,*'
        { New-ProcPool 2 -MinSize -1 } | Should -Throw '-MinSize*from 0 to 2*' -ErrorId 'PoolSizeOutOfRange,*'
        { New-ProcPool 2 -MinSize 3 } | Should -Throw '-MinSize*from 0 to 2*' -ErrorId 'PoolSizeOutOfRange,*'
    }

    It 'recycle workers by count' {
        $pool = New-ProcPool 1 -MaxTasksPerWorker 3
        $ids = 1..9 | Submit-ProcTask -Pool $pool { $PID } | Receive-ProcTask
        @($ids | Group-Object | ForEach-Object Count) | Should -Be 3, 3, 3
    }

    It 'have no more tasks under way than their size, however often workers are replaced' {
        $pool = New-ProcPool 2 -MaxTasksPerWorker 1
        $running = New-ProcValue 0
        $most = 1..10 | Submit-ProcTask -Pool $pool {
            ($using:running).Increment()
            Start-Sleep -Milliseconds 200
            $null = ($using:running).Increment(-1)
        } | Receive-ProcTask | Measure-Object -Maximum
        $most.Count | Should -Be 10
        $most.Maximum | Should -BeLessOrEqual 2
    }

    It 'recycle workers by memory' {
        $pool = New-ProcPool 1 -MaxWorkerMemory 400MB
        $first = Invoke-ProcTask -Pool $pool { $global:kept = [byte[]]::new(500MB); [Array]::Fill($global:kept, [byte]1); $PID }
        Wait-Until { (Invoke-ProcTask -Pool $pool { $PID }) -ne $first }
    }

    It 'end workers that have nothing to do' {
        $pool = New-ProcPool 2 -IdleTimeout 0.3 -MinSize 1
        1..20 | Submit-ProcTask -Pool $pool { Start-Sleep -Milliseconds 30 } | Receive-ProcTask
        Wait-Until { @($pool.Workers).Count -eq 1 }
    }

    It 'set up each worker' {
        $pool = New-ProcPool 2 -InitializationScript { param($n) $global:n = $n } -InitializationArgumentList 7 -Environment @{ POOL_TEST = 'yes' }
        1..4 | Submit-ProcTask -Pool $pool { "$global:n $env:POOL_TEST" } | Receive-ProcTask | Select-Object -Unique | Should -Be '7 yes'
    }

    It 'have a folder and an engine of their own' {
        $pool = New-ProcPool 1 -WorkingDirectory /usr/lib -EnginePath ([Environment]::ProcessPath)
        Invoke-ProcTask -Pool $pool { "$PWD $PSHOME" } | Should -Be "/usr/lib $PSHOME"
        1 | Invoke-ProcPool { "$PWD" } -WorkingDirectory /usr/lib | Should -Be /usr/lib
    }

    It 'are no closed ones where they have failed: a wait for them is an error, and ends nothing' {
        $pool = New-ProcPool 1 -InitializationScript { throw 'x' }
        $null = Submit-ProcTask -Pool $pool { 1 }
        Wait-Until { $pool.State -eq 'Failed' }
        Wait-ProcPool $pool -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors.FullyQualifiedErrorId | Should -BeLike 'PoolNotClosed,*'
        $pool.State | Should -Be 'Failed'
        Close-ProcPool $pool
        Wait-ProcPool $pool -ErrorAction SilentlyContinue
        $pool.State | Should -Be 'Ended'
    }

    It 'import modules into each worker' {
        $pool = New-ProcPool 1 -Module Microsoft.PowerShell.Archive
        Invoke-ProcTask -Pool $pool { (Get-Module Microsoft.PowerShell.Archive).Name } | Should -Be 'Microsoft.PowerShell.Archive'
    }

    It 'fail with the error of their initialization' {
        $pool = New-ProcPool 1 -InitializationScript { throw 'no database' }
        $task = Submit-ProcTask -Pool $pool { 1 }
        Receive-ProcTask $task -ErrorVariable errors -ErrorAction SilentlyContinue
        "$($errors[0])" | Should -BeLike '*no database*'
        Wait-Until { $pool.State -eq 'Failed' }
        Receive-ProcTask (Submit-ProcTask -Pool $pool { 2 }) -ErrorVariable more -ErrorAction SilentlyContinue
        "$($more[0])" | Should -BeLike '*no database*'
    }

    It 'without a name end when nobody refers to them' {
        $id = & {
            $pool = New-ProcPool 1
            Invoke-ProcTask -Pool $pool { $PID }
        }
        Wait-Until { [GC]::Collect(); [GC]::WaitForPendingFinalizers(); Test-Gone $id } -TimeoutSeconds 60
        @(Get-ProcPool).Count | Should -Be 0
    }

    It 'with a name live on' {
        & { $null = New-ProcPool 1 -Name kept }
        [GC]::Collect(); [GC]::WaitForPendingFinalizers()
        Invoke-ProcTask -Pool kept { 'here' } | Should -Be 'here'
        (Get-ProcPool ke*).Name | Should -Be 'kept'
        { New-ProcPool -Name KEPT } | Should -Throw -ErrorId 'NameInUse,*'

        # In every culture the letters of a name are the same, large and small.
        $culture = [cultureinfo]::CurrentCulture
        try {
            [cultureinfo]::CurrentCulture = 'tr-TR'
            $named = New-ProcPool 1 -Name MINI
            Get-ProcPool mini | Should -Be $named
            Get-ProcPool m?ni | Should -Be $named
            Stop-ProcPool mini
        } finally {
            [cultureinfo]::CurrentCulture = $culture
        }
        { New-ProcPool -Name 'a*' } | Should -Throw -ErrorId 'InvalidName,*'
        Get-ProcPool other -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors.FullyQualifiedErrorId | Should -BeLike 'PoolNotFound,*'
        { Submit-ProcTask -Pool other { 1 } } | Should -Throw -ErrorId 'PoolNotFound,*'
    }

    It 'can be made in a child, and end with it' {
        $child = Start-ChildProcess { $pool = New-ProcPool 1; Invoke-ProcTask -Pool $pool { $PID } }
        $id = Receive-ChildProcess $child -Wait
        Wait-Until { Test-Gone $id }
    }

    It 'end with the session, whatever they are at' {
        $out = "$TestDrive/session"
        $session = Start-Session -OutputPath $out -Script @'
$pool = New-ProcPool 1
$t = Submit-ProcTask -Pool $pool { Start-Sleep 600 }
while ($t.Status -ne 'Running') { Start-Sleep -Milliseconds 50 }
$t.ProcessId
'@
        $session.WaitForExit(60000) | Should -BeTrue
        $id = @(Get-Content $out)[0]
        Wait-Until { Test-Gone $id }
    }
}
