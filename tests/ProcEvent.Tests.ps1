Describe 'An event' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $commands = 'ProcConcurrency.Commands'
    }

    AfterEach {
        Get-ChildProcess | Remove-Job -Force
    }

    It 'lets through once it is set, until it is reset' {
        $event1 = New-ProcEvent
        $event1.IsSet | Should -BeFalse
        Set-ProcEvent $event1
        $event1.IsSet | Should -BeTrue
        Wait-ProcEvent $event1
        $event1 | Reset-ProcEvent
        { Wait-ProcEvent $event1 -Timeout 0.02 } | Should -Throw -ErrorId "WaitTimeout,$commands.WaitProcEventCommand"
        $event1.Wait(0) | Should -BeFalse
        (New-ProcEvent -Set).IsSet | Should -BeTrue
    }

    It 'wakes everybody that waits, in every process' {
        $event1 = New-ProcEvent -Name starting-gun
        $runners = 1..3 | ForEach-Object { Start-ChildProcess { Wait-ProcEvent starting-gun; 'off' } }
        Wait-Until { (Get-ProcObject starting-gun).Waiters -eq 3 }
        Set-ProcEvent $event1
        $runners | Receive-ChildProcess -Wait | Should -Be 'off', 'off', 'off'
        Remove-ProcObject starting-gun
    }

    It 'forgets a waiter that dies' {
        $event1 = New-ProcEvent -Name forgetful
        $waiter = Start-ChildProcess { Wait-ProcEvent forgetful }
        Wait-Until { (Get-ProcObject forgetful).Waiters -eq 1 }
        Stop-ChildProcess $waiter -Force
        Wait-Until { (Get-ProcObject forgetful).Waiters -eq 0 }
        Remove-ProcObject forgetful
    }

    It 'who waits for it, in a child or a worker, is not woken meanwhile' -Skip:(-not $IsLinux) {
        function Measure-Switch {
            param([int] $Id)

            $counts = @{}
            foreach ($task in [IO.Directory]::GetDirectories("/proc/$Id/task")) {
                $status = try { [IO.File]::ReadAllText("$task/status") } catch { '' }
                $counts[$task] = ([regex]::Matches($status, 'ctxt_switches:\s+(\d+)') | ForEach-Object { [long] $_.Groups[1].Value } | Measure-Object -Sum).Sum
            }
            $counts
        }

        $event1 = New-ProcEvent -Name quiet
        $ids = New-ProcQueue
        $block = { ($using:ids).Send($PID); ($using:event1).Wait() }
        $null = Start-ChildProcess $block
        $pool = New-ProcPool -Size 1
        $null = Submit-ProcTask -Pool $pool $block
        Wait-Until { (Get-ProcObject quiet).Waiters -eq 2 }
        foreach ($id in Receive-ProcQueue $ids -Count 2) {
            # One that looks whether it is to stop never has such a second; where the machine is crowded, that only comes later.
            Wait-Until -TimeoutSeconds 120 {
                $before = Measure-Switch $id
                Start-Sleep -Seconds 1
                $after = Measure-Switch $id
                ($after.Keys | ForEach-Object { $after[$_] - $before[$_] } | Measure-Object -Sum).Sum -le 4
            }
        }
        $event1.Set()
        Stop-ProcPool $pool
        Remove-ProcObject quiet
    }

    It 'is a timeout that says what was waited for' {
        $event1 = New-ProcEvent -Name named
        $record = { Wait-ProcEvent $event1 -Timeout 0 } | Should -Throw -ErrorId "WaitTimeout,$commands.WaitProcEventCommand" -PassThru
        $record.TargetObject | Should -Be $event1
        "$record" | Should -BeLike "*'named'*"
        Remove-ProcObject named
    }
}
