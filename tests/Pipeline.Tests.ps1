# What goes down a pipeline: the objects themselves, and rows that they were written to.
Describe 'An object in a pipeline' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
    }

    AfterEach {
        Clear-ProcSession
    }

    It 'goes on after <Name> with -PassThru, and not without' -TestCases @(
        @{ Name = 'Set-ProcEvent'; Make = { New-ProcEvent } }
        @{ Name = 'Reset-ProcEvent'; Make = { New-ProcEvent } }
        @{ Name = 'Wait-ProcEvent'; Make = { New-ProcEvent -Set } }
        @{ Name = 'Reset-ProcBarrier'; Make = { New-ProcBarrier 2 } }
        @{ Name = 'Stop-ProcBarrier'; Make = { New-ProcBarrier 2 } }
        @{ Name = 'Close-ProcQueue'; Make = { New-ProcQueue } }
        @{ Name = 'Wait-ProcQueue'; Make = { New-ProcQueue } }
        @{ Name = 'Complete-ProcQueue'; Make = { $queue = New-ProcQueue; Send-ProcQueue $queue 1; $null = Receive-ProcQueue $queue; $queue } }
        @{ Name = 'Close-ProcPipe'; Make = { (New-ProcPipe)[0] } }
        @{ Name = 'Close-ProcListener'; Make = { New-ProcListener } }
        @{ Name = 'Send-ProcCondition'; Make = { New-ProcCondition | Enter-ProcLock -PassThru } }
        @{ Name = 'Wait-ProcCondition'; Make = { New-ProcCondition | Enter-ProcLock -PassThru }; With = @{ Until = { $true } } }
        @{ Name = 'Enter-ProcLock'; Make = { New-ProcLock } }
        @{ Name = 'Exit-ProcLock'; Make = { New-ProcLock | Enter-ProcLock -PassThru } }
        @{ Name = 'Exit-ProcLock'; Make = { New-ProcCondition | Enter-ProcLock -PassThru } }
        @{ Name = 'Close-ProcPool'; Make = { New-ProcPool 1 } }
        @{ Name = 'Wait-ProcPool'; Make = { New-ProcPool 1 | Close-ProcPool -PassThru } }
        @{ Name = 'Stop-ProcPool'; Make = { New-ProcPool 1 } }
        @{ Name = 'Stop-ProcTask'; Make = { $script:pool = New-ProcPool 1; Submit-ProcTask -Pool $pool { Start-Sleep 600 } } }
        @{ Name = 'Stop-ProcManager'; Make = { Start-ProcManager } }
    ) {
        $with ??= @{}
        & $Make | & $Name @with | Should -BeNullOrEmpty
        $target = & $Make
        $passed = @($target | & $Name @with -PassThru)
        $passed.Count | Should -Be 1
        [object]::ReferenceEquals($passed[0].psobject.BaseObject, $target.psobject.BaseObject) | Should -BeTrue
    }

    It 'goes on when it was sent, and is in the queue by then' {
        $queue = New-ProcQueue
        1, 2 | Send-ProcQueue $queue -PassThru | ForEach-Object { "$_ of $($queue.Count)" } | Should -Be '1 of 1', '2 of 2'
        1, 2 | Send-ProcQueue $queue | Should -BeNullOrEmpty
        Remove-ProcObject $queue
    }

    It 'goes on when it was sent into a pipe, bytes as they were given' {
        $out, $in = New-ProcPipe -OneWay
        'a', 'b' | Send-ProcPipe $in -PassThru | Should -Be 'a', 'b'
        $bytes = Send-ProcPipe $in -Bytes ([byte[]](1, 2, 3)) -Offset 1 -PassThru
        , $bytes | Should -BeOfType ([byte[]])
        $bytes | Should -Be 1, 2, 3
        Receive-ProcPipe $out | Should -Be 'a'
        Close-ProcPipe $out, $in
    }

    It 'is left as it is by <Name> -WhatIf, which hands nothing on' -TestCases @(
        @{ Name = 'Stop-ProcPool'; Make = { New-ProcPool 1 }; Expected = { $_.State -eq 'Open' } }
        @{ Name = 'Close-ProcPool'; Make = { New-ProcPool 1 }; Expected = { $_.State -eq 'Open' } }
        @{ Name = 'Stop-ProcBarrier'; Make = { New-ProcBarrier 2 }; Expected = { -not $_.IsBroken } }
        @{ Name = 'Close-ProcQueue'; Make = { New-ProcQueue }; Expected = { -not $_.IsClosed } }
        @{ Name = 'Close-ProcPipe'; Make = { (New-ProcPipe)[0] }; Expected = { -not $_.IsClosed } }
        @{ Name = 'Close-ProcListener'; Make = { New-ProcListener }; Expected = { -not $_.IsClosed } }
    ) {
        $target = & $Make
        $target | & $Name -WhatIf -PassThru | Should -BeNullOrEmpty
        @($target).Where($Expected).Count | Should -Be 1
        $target | & $Name
        @($target).Where($Expected).Count | Should -Be 0
    }
}

Describe 'A row of an object that was written to a file' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $file = "$TestDrive/rows.csv"
    }

    AfterEach {
        Clear-ProcSession
    }

    It 'stands for its child, and for no other' {
        $other = Start-ChildProcess -Name other -Daemon { Start-Sleep 600 }
        $one = Start-ChildProcess -Name one -Daemon { Start-Sleep 600 }
        $one | Export-Csv $file
        $row = Import-Csv $file
        $row | Get-ChildProcess | ForEach-Object Name | Should -Be 'one'
        $row | Stop-ChildProcess -Force -PassThru | Wait-ChildProcess | ForEach-Object Name | Should -Be 'one'
        $other.IsAlive | Should -BeTrue
        [pscustomobject]@{ ProcessId = $other.ProcessId; Owner = 'me' } | Get-ChildProcess | ForEach-Object Name | Should -Be 'other'
        $other | Select-Object Id | ConvertTo-Json | ConvertFrom-Json | Get-ChildProcess | ForEach-Object Name | Should -Be 'other'

        # As one of another session would be, where the name is somebody else's.
        $row.Name = 'other'
        { $row | Stop-ChildProcess -ErrorAction Stop } | Should -Throw -ErrorId 'ProcessNotFound,*'
        { [pscustomobject]@{ Owner = 'me' } | Stop-ChildProcess -ErrorAction Stop } | Should -Throw '*A PSCustomObject is no child process: give *'
        $other.IsAlive | Should -BeTrue
    }

    It 'stands for its pool' {
        $one, $other = 'one', 'other' | ForEach-Object { New-ProcPool 1 -Name $_ }
        $one | Export-Csv $file
        Import-Csv $file | Stop-ProcPool
        $one.State | Should -Be 'Ended'
        $other.State | Should -Be 'Open'
        Import-Csv $file | Get-ProcPool -ErrorVariable errors -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $errors.FullyQualifiedErrorId | Should -BeLike 'PoolNotFound,*'
    }

    It 'stands for its task' {
        $pool = New-ProcPool 1
        $tasks = 1..3 | Submit-ProcTask -Pool $pool { $_ * 2 } -Name same
        $tasks[1, 2] | Export-Csv $file
        Import-Csv $file | Receive-ProcTask | Should -Be 4, 6
        $row = @(Import-Csv $file)[0]
        $row.Name = 'another'
        { $row | Receive-ProcTask -ErrorAction Stop } | Should -Throw -ErrorId 'TaskNotFound,*'
    }

    It 'stands for its shared object, with a name or without' {
        $kept = New-ProcQueue -Name kept
        $queue = New-ProcQueue -Name gone
        $nameless = New-ProcEvent
        Get-ProcObject | Where-Object Id -In $queue.Id, $nameless.Id | Export-Csv $file
        @(Import-Csv $file).Where{ $_.Name } | Close-ProcQueue
        $queue.IsClosed | Should -BeTrue
        Import-Csv $file | Remove-ProcObject
        Get-ProcObject | Where-Object Id -In $kept.Id, $queue.Id, $nameless.Id | ForEach-Object Name | Should -Be 'kept'
        { Import-Csv $file | Remove-ProcObject -ErrorAction Stop } | Should -Throw -ErrorId 'ObjectNotFound,*'
        { [pscustomobject]@{ Kind = 'Queue' } | Remove-ProcObject -ErrorAction Stop } | Should -Throw '*A PSCustomObject is no shared object: *'
    }

    It 'is refused where it is of a shared object of another session, for which that of the same number is no stand-in' {
        $queue = New-ProcQueue
        $queue | Export-Clixml "$TestDrive/queue.xml"
        Get-ProcObject | Where-Object Id -EQ $queue.Id | ConvertTo-Json | Set-Content "$TestDrive/queue.json"
        Send-ProcQueue (Import-Clixml "$TestDrive/queue.xml") 'by a row of the same session'
        Get-Content "$TestDrive/queue.json" | ConvertFrom-Json | Receive-ProcQueue -NoWait | Should -Be 'by a row of the same session'
        Send-ProcQueue ($queue | Select-Object Id, Kind) 1
        $queue.Count | Should -Be 1

        $told = Start-Job -ArgumentList $queue, "$TestDrive", (Get-Module ProcConcurrency).Path {
            param($Queue, $Folder, $Module)
            Import-Module $Module
            $own = do { New-ProcQueue } until ((Get-ProcObject).Id -contains $Queue.Id)
            foreach ($row in $Queue, (Import-Clixml "$Folder/queue.xml"), (Get-Content "$Folder/queue.json" | ConvertFrom-Json)) {
                try { Send-ProcQueue $row 1 } catch { "$($_.FullyQualifiedErrorId) $_" }
            }
            ($own | Measure-Object Count -Sum).Sum
        } | Receive-Job -Wait -AutoRemoveJob
        $told | Should -HaveCount 4
        $told[0..2] | Should -BeLike "ObjectNotFound,*The shared object with Id $($queue.Id), Kind Queue belongs to another session*Start-ProcManager*"
        $told[3] | Should -Be 0
    }

    It 'is told by its columns, with the kind by name, where there is no such object' {
        $event = New-ProcEvent
        $row = $event | ConvertTo-Json | ConvertFrom-Json
        Remove-ProcObject $event
        { Set-ProcEvent $row } | Should -Throw "There is no event with Id $($event.Id), Kind Event. Get-ProcObject*" -ErrorId 'ObjectNotFound,*'
    }

    It 'is the input of a task, whatever its columns are called' {
        $pool = New-ProcPool 1
        Set-Content $file 'Name,TaskTimeout,Priority', 'a,0,x', 'b,0,y'
        $tasks = Import-Csv $file | Submit-ProcTask -Pool $pool { "$($_.Name) $($_.TaskTimeout) $($_.Priority)" }
        $tasks | Receive-ProcTask | Should -Be 'a 0 x', 'b 0 y'
        $tasks.Name | Should -Not -Contain 'a'
    }
}
