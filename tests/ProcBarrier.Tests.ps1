Describe 'A barrier' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $commands = 'ProcConcurrency.Commands'
    }

    AfterEach {
        Clear-ProcSession
    }

    It 'lets nobody on before all are there, and numbers them; again and again' {
        $barrier = New-ProcBarrier 3
        $arrived = New-ProcValue 0
        $parties = 1..3 | ForEach-Object {
            Start-ChildProcess {
                foreach ($round in 1..5) {
                    $null = ($using:arrived).Increment()
                    $index = Wait-ProcBarrier $using:barrier
                    "$round $index $((($using:arrived).Value -ge 3 * $round))"
                }
            }
        }
        $lines = $parties | Receive-ChildProcess -Wait | Sort-Object
        $expected = foreach ($round in 1..5) { foreach ($index in 0..2) { "$round $index True" } }
        $lines | Should -Be $expected
    }

    It 'has the last to come run the action before anybody goes on' {
        $barrier = New-ProcBarrier 2 -Action { $null = (New-ProcList -Name acted).Add($PID) }
        $parties = 1..2 | ForEach-Object { Start-ChildProcess { Wait-ProcBarrier $using:barrier; (New-ProcList -Name acted).Count } }
        $output = $parties | Receive-ChildProcess -Wait
        @($output | Where-Object { $_ -eq 1 }).Count | Should -BeGreaterThan 1
        (New-ProcList -Name acted).Count | Should -Be 1
        (New-ProcList -Name acted)[0] | Should -BeIn $parties.ProcessId
    }

    It 'BarrierBroken: an action that fails breaks it for all' {
        $barrier = New-ProcBarrier 2 -Action { throw 'no' }
        $other = Start-ChildProcess { Wait-ProcBarrier $using:barrier }
        Wait-Until { $barrier.WaitingCount -eq 1 }
        { Wait-ProcBarrier $barrier } | Should -Throw 'no'
        $other | Receive-ChildProcess -Wait -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'BarrierBroken*'
        $barrier.IsBroken | Should -BeTrue
    }

    It 'BarrierBroken: by <What>' -TestCases @(
        @{ What = 'a time-out'; Break = { try { Wait-ProcBarrier $barrier -Timeout 0.02 } catch { $_.FullyQualifiedErrorId | Should -BeLike 'BarrierBroken*' } } }
        @{ What = 'Stop-ProcBarrier'; Break = { Stop-ProcBarrier $barrier } }
        @{ What = 'Reset-ProcBarrier'; Break = { Reset-ProcBarrier $barrier } }
        @{ What = 'the death of one that waits'; Break = { $p = Start-ChildProcess { Wait-ProcBarrier $using:barrier }; Wait-Until { $barrier.WaitingCount -eq 2 }; Stop-ChildProcess $p -Force } }
        @{ What = 'the death of one that had not come yet'; Break = { $p = Start-ChildProcess { $b = $using:barrier; 'up'; Start-Sleep 600 }; Wait-Until { $p.Output.Count }; Stop-ChildProcess $p -Force } }
    ) {
        $barrier = New-ProcBarrier 3
        $waiter = Start-ChildProcess { Wait-ProcBarrier $using:barrier }
        Wait-Until { $barrier.WaitingCount -eq 1 }
        . $Break
        $waiter | Receive-ChildProcess -Wait -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'BarrierBroken*'
        "$($errors[0])" | Should -BeLike ($barrier.IsBroken ? '*until Reset-ProcBarrier*' : '*wait again for the next round.')
    }

    It 'stays broken until Reset-ProcBarrier' {
        $barrier = New-ProcBarrier 1
        Stop-ProcBarrier $barrier
        { Wait-ProcBarrier $barrier } | Should -Throw -ErrorId "BarrierBroken,$commands.WaitProcBarrierCommand"
        $barrier | Reset-ProcBarrier
        Wait-ProcBarrier $barrier | Should -Be 0
    }

    It 'is not broken by a party that ends well' {
        $barrier = New-ProcBarrier 2
        Start-ChildProcess { $null = $using:barrier } | Wait-ChildProcess | Out-Null
        $barrier.IsBroken | Should -BeFalse
    }

    It 'BarrierBroken: by a killed task of a pool where that task has it, not where an earlier one had' {
        $barrier, $lock = (New-ProcBarrier 2), (New-ProcLock)
        $pool = New-ProcPool 1
        Invoke-ProcTask -Pool $pool { ($using:barrier).ParticipantCount; ($using:barrier).IsBroken } | Should -Be 2, $false
        $broken = foreach ($block in { Use-ProcLock $using:lock { Start-Sleep 600 } }, { $null = $using:barrier; Use-ProcLock $using:lock { Start-Sleep 600 } }) {
            $task = Submit-ProcTask -Pool $pool $block
            Wait-Until { $lock.IsHeld }
            Stop-ProcTask $task
            # Who has the lock next knows that the hub has seen the death.
            $lock.TryEnter(60) | Should -BeTrue
            $lock.Exit()
            $barrier.IsBroken
        }
        $broken | Should -Be $false, $true
    }

    It 'is waited at by method, in hot loops: with its action, and a time limit' {
        $barrier = New-ProcBarrier 2 -Action { $null = (New-ProcList -Name acted).Add($PID) }
        $acted = New-ProcList -Name acted
        $other = Start-ChildProcess { param($barrier) $barrier.Wait(); $barrier.Wait([timespan]'00:10:00') } -ArgumentList $barrier
        $numbers = $barrier.Wait(), $barrier.Wait(600)
        $numbers += $other | Receive-ChildProcess -Wait
        $numbers | Sort-Object | Should -Be 0, 0, 1, 1
        $acted.Count | Should -Be 2
        { $barrier.Wait(0) } | Should -Throw '*broken*'
        $barrier.IsBroken | Should -BeTrue
    }
}
