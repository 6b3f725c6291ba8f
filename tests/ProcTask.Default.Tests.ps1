Describe 'The pool of tasks that name none' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $here = "$PWD"
        $one, $two = 'one', 'two [2]' | ForEach-Object { (New-Item "$TestDrive/$_" -ItemType Directory).FullName }
        $where = { "$PWD"; [Environment]::CurrentDirectory; & /bin/pwd }
    }

    AfterEach {
        Set-Location $here
        Clear-ProcSession
    }

    It 'runs each task where its caller is: <Way>' -TestCases @(
        @{ Way = 'Invoke-ProcTask'; Call = { Invoke-ProcTask $where } }
        @{ Way = 'Submit-ProcTask'; Call = { Submit-ProcTask $where | Receive-ProcTask } }
        @{ Way = 'Submit-ProcTask -Pool Default'; Call = { $null = Submit-ProcTask { 1 }; Submit-ProcTask $where -Pool Default | Receive-ProcTask } }
        @{ Way = 'Invoke-ProcPool -Pool Default'; Call = { $null = Submit-ProcTask { 1 }; 1 | Invoke-ProcPool $where -Pool Default } }
    ) {
        foreach ($folder in $one, $two, $one) {
            Set-Location -LiteralPath $folder
            & $Call | Should -Be (, $folder * 3)
        }
    }

    It 'runs it there though the one before went elsewhere, and on the drive Temp: by its name' {
        Set-Location -LiteralPath $one
        Invoke-ProcTask { Set-Location Env: }
        Invoke-ProcTask $where | Should -Be (, $one * 3)
        Set-Location Temp:/
        Invoke-ProcTask { "$PWD" } | Should -Be "$PWD"
        Set-Location -LiteralPath $two
        Set-Location Env:
        Invoke-ProcTask $where | Should -Be (, $two * 3)
    }

    It 'runs it in what the folder''s name stands for now, though that was another folder before' -Skip:$IsWindows {
        $folder = (New-Item "$TestDrive/moving/out" -ItemType Directory).FullName
        Set-Location $folder
        Invoke-ProcTask { [IO.File]::WriteAllText('first', '') }
        Set-Location $here
        Move-Item $folder "$folder.old"
        $null = New-Item $folder -ItemType Directory
        Set-Location $folder
        Invoke-ProcTask { [IO.File]::WriteAllText('second', '') }
        (Get-ChildItem $folder).Name | Should -Be second
        Set-Location $here
        Remove-Item $folder -Recurse
        $null = New-Item $folder -ItemType Directory
        Set-Location $folder
        Invoke-ProcTask { [IO.File]::WriteAllText('third', '') }
        (Get-ChildItem $folder).Name | Should -Be third
        (Get-ChildItem "$folder.old").Name | Should -Be first
    }

    It 'works on where the folder is gone that it was made in' {
        $passing = New-Item "$TestDrive/passing" -ItemType Directory
        Set-Location $passing
        $id = Invoke-ProcTask { $PID }
        [IO.Directory]::Delete($passing)
        { Invoke-ProcTask { 1 } } | Should -Throw -ErrorId 'WorkingDirectoryNotFound,*'
        Set-Location -LiteralPath $one
        Invoke-ProcTask { Stop-Process -Id $PID -Force } -ErrorAction SilentlyContinue
        Invoke-ProcTask $where | Should -Be (, $one * 3)
        Test-Gone $id | Should -BeTrue
    }

    It 'fails a task whose folder is gone when its turn comes, and no other' {
        $pool = { (Get-ProcPool Default)[0] }
        Set-Location -LiteralPath $one
        $null = Invoke-ProcTask { 1 }
        (& $pool).Size = 1
        $running = Submit-ProcTask { while (-not (Test-Path go)) { Start-Sleep -Milliseconds 50 } }
        $passing = New-Item "$TestDrive/passing" -ItemType Directory
        Set-Location $passing
        $waiting = Submit-ProcTask { 1 }
        Set-Location -LiteralPath $one
        Remove-Item $passing
        New-Item go
        Receive-ProcTask $waiting -ErrorVariable failed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failed.FullyQualifiedErrorId | Should -BeLike 'WorkingDirectoryNotFound*'
        Invoke-ProcTask $where | Should -Be (, $one * 3)
        (Wait-ProcTask $running).Status | Should -Be 'Done'
    }

    It 'is made again where it was closed, and the closed one does what it has' {
        $go = "$TestDrive/go"
        $first = Submit-ProcTask { while (-not (Test-Path $args[0])) { Start-Sleep -Milliseconds 50 }; 'first' } -ArgumentList $go
        $closed = Get-ProcPool Default
        Close-ProcPool Default
        Invoke-ProcTask { 'second' } | Should -Be 'second'
        { Invoke-ProcTask { 1 } -Pool $closed } | Should -Throw -ErrorId 'PoolClosed,*'
        (Get-ProcTask).Id | Should -Contain $first.Id
        (Get-ProcPool Default).State | Should -Be 'Open', 'Closed'
        $null = New-Item $go
        Receive-ProcTask $first | Should -Be 'first'
        Wait-ProcPool $closed -ErrorAction Stop
        (Get-ProcPool Default).State | Should -Be 'Open'
    }

    It 'is made again where its workers could not be started' {
        try {
            # Too little for the runtime to come up.
            $env:DOTNET_GCHeapHardLimit = '0x10'
            Invoke-ProcTask { 1 } -ErrorVariable failed -ErrorAction SilentlyContinue
        } finally {
            $env:DOTNET_GCHeapHardLimit = $null
        }
        $failed.FullyQualifiedErrorId | Should -BeLike 'WorkerStartFailed*'
        (Get-ProcPool Default).State | Should -Be 'Failed'
        Invoke-ProcTask { 2 } | Should -Be 2
        (Get-ProcPool Default)[0].State | Should -Be 'Open'
    }

    It 'is no rule for one by New-ProcPool, which has the folder that it was made in' {
        Set-Location -LiteralPath $one
        $own = New-ProcPool 1
        Set-Location -LiteralPath $two
        Invoke-ProcTask $where -Pool $own | Should -Be (, $one * 3)
        1 | Invoke-ProcPool $where -Pool $own | Should -Be (, $one * 3)
    }
}
