# What goes down a pipeline: the objects themselves.
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
