Describe 'Waiting, listing and stopping' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
    }

    AfterEach {
        Get-ChildProcess | Remove-Job -Force
    }

    It 'Wait-ChildProcess writes processes as they end' {
        $slow = Start-ChildProcess -Name slow { param($go) while (-not (Test-Path $go)) { Start-Sleep -Milliseconds 20 } } -ArgumentList "$TestDrive/go"
        $quick = Start-ChildProcess -Name quick { }
        $names = Wait-ChildProcess $slow, $quick | ForEach-Object {
            $_.Name
            Set-Content "$TestDrive/go" ''
        }
        $names | Should -Be 'quick', 'slow'
    }

    It '-Any returns with the first' {
        $slow = Start-ChildProcess { Start-Sleep 600 }
        $quick = Start-ChildProcess { }
        Wait-ChildProcess $slow, $quick -Any | Should -Be $quick
        $slow.IsAlive | Should -BeTrue
    }

    It '-Timeout takes <Value> and is an error that names the process' -TestCases @(
        @{ Value = 0 }
        @{ Value = 0.05 }
        @{ Value = New-TimeSpan -Milliseconds 50 }
        @{ Value = '0:00:00.05' }
    ) {
        $process = Start-ChildProcess -Name slow { Start-Sleep 600 }
        Wait-ChildProcess $process -Timeout $Value -ErrorVariable errors -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $errors[0].FullyQualifiedErrorId | Should -Be 'WaitTimeout,ProcConcurrency.Commands.WaitChildProcessCommand'
        $errors[0].Exception | Should -BeOfType ([TimeoutException])
        $errors[0].TargetObject | Should -Be $process
    }

    It 'refuses the timeout <Value>' -TestCases @(@{ Value = -1 }, @{ Value = 'soon' }, @{ Value = [double]::NaN }) {
        $process = Start-ChildProcess { }
        { Wait-ChildProcess $process -Timeout $Value } | Should -Throw -ErrorId 'CannotConvertArgumentNoMessage,ProcConcurrency.Commands.WaitChildProcessCommand'
    }

    It 'finds processes by name, wildcard, id and object' {
        $one = Start-ChildProcess -Name alpha { }
        $two = Start-ChildProcess -Name beta { Start-Sleep 600 }
        Get-ChildProcess alpha | Should -Be $one
        Get-ChildProcess *a | Should -Be $one, $two
        Get-ChildProcess $two.ProcessId | Should -Be $two
        Wait-ChildProcess alpha | Out-Null
        Get-ChildProcess -Alive | Should -Be $two
        (Get-ChildProcess -Current).Name | Should -Be 'MainProcess'
        (Get-ChildProcess -Current).ProcessId | Should -Be $PID
    }

    It 'works with the job cmdlets' {
        $process = Start-ChildProcess -Name job { 1; 2 }
        (Get-Job -Name job).Id | Should -Be $process.Id
        Wait-Job $process | Should -Be $process
        Receive-Job $process -Keep | Should -Be 1, 2
        Receive-Job $process | Should -Be 1, 2
        $process.HasMoreData | Should -BeFalse
        Remove-Job $process
        Get-ChildProcess | Should -BeNullOrEmpty
    }

    It 'Get-Job finds it by <What>, once' -TestCases @(
        @{ What = 'nothing'; With = { @{} } }
        @{ What = 'id'; With = { @{ Id = $process.Id } } }
        @{ What = 'instance id'; With = { @{ InstanceId = $process.InstanceId } } }
        @{ What = 'name'; With = { @{ Name = 'find*' } } }
        @{ What = 'command'; With = { @{ Command = '*needle*' } } }
        @{ What = 'state'; With = { @{ State = 'Completed' } } }
        @{ What = 'filter'; With = { @{ Filter = @{ Name = 'findme'; State = 'Completed' } } } }
    ) {
        $process = Start-ChildProcess -Name findme { 'needle' } | Wait-ChildProcess
        $other = New-ChildProcess -Name other { }
        $named = & $With
        $found = Get-Job @named | Where-Object { $named.Count -gt 0 -or $_.Name -ne 'other' }
        $found | Should -Be $process
        $other.JobStateInfo.State | Should -Be 'NotStarted'
    }

    It 'Stop-Job stops and waits' {
        $process = Start-ChildProcess { Start-Sleep 600 }
        Stop-Job $process
        $process.JobStateInfo.State | Should -Be 'Stopped'
        $process.IsAlive | Should -BeFalse
    }
}
