Describe 'Help' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
    }

    It 'PowerShell finds the page of <Name>' -TestCases @(
        @{ Name = 'Get-ChildProcess' }
        @{ Name = 'New-ChildProcess' }
        @{ Name = 'Receive-ChildProcess' }
        @{ Name = 'Start-ChildProcess' }
        @{ Name = 'Stop-ChildProcess' }
        @{ Name = 'Wait-ChildProcess' }
        @{ Name = 'Invoke-ProcPool' }
        @{ Name = 'Enter-ProcLock' }
        @{ Name = 'Exit-ProcLock' }
        @{ Name = 'New-ProcLock' }
        @{ Name = 'Use-ProcLock' }
        @{ Name = 'New-ProcSemaphore' }
        @{ Name = 'New-ProcEvent' }
        @{ Name = 'Reset-ProcEvent' }
        @{ Name = 'Set-ProcEvent' }
        @{ Name = 'Wait-ProcEvent' }
        @{ Name = 'New-ProcCondition' }
        @{ Name = 'Send-ProcCondition' }
        @{ Name = 'Wait-ProcCondition' }
        @{ Name = 'New-ProcBarrier' }
        @{ Name = 'Reset-ProcBarrier' }
        @{ Name = 'Stop-ProcBarrier' }
        @{ Name = 'Wait-ProcBarrier' }
        @{ Name = 'New-ProcArray' }
        @{ Name = 'New-ProcDictionary' }
        @{ Name = 'New-ProcList' }
        @{ Name = 'New-ProcValue' }
        @{ Name = 'Close-ProcQueue' }
        @{ Name = 'Complete-ProcQueue' }
        @{ Name = 'New-ProcQueue' }
        @{ Name = 'Receive-ProcQueue' }
        @{ Name = 'Send-ProcQueue' }
        @{ Name = 'Wait-ProcQueue' }
        @{ Name = 'Get-ProcObject' }
        @{ Name = 'Remove-ProcObject' }
        @{ Name = 'Close-ProcPipe' }
        @{ Name = 'Connect-ProcPipe' }
        @{ Name = 'New-ProcPipe' }
        @{ Name = 'Receive-ProcPipe' }
        @{ Name = 'Send-ProcPipe' }
        @{ Name = 'Test-ProcPipe' }
        @{ Name = 'Close-ProcListener' }
        @{ Name = 'New-ProcListener' }
        @{ Name = 'Receive-ProcListener' }
        @{ Name = 'Connect-ProcManager' }
        @{ Name = 'Start-ProcManager' }
        @{ Name = 'Stop-ProcManager' }
    ) {
        $help = Get-Help $Name -Full

        # Where the page isn't found, the synopsis is the syntax.
        $help.Synopsis | Should -Match '^[A-Z].*\.\s*$'
        @($help.Examples.Example).Count | Should -BeGreaterThan 2
        $help.AlertSet | Should -Not -BeNullOrEmpty
    }

    It 'PowerShell finds the topic <Name>' -TestCases @(
        @{ Name = 'about_ProcConcurrency' }
        @{ Name = 'about_ProcConcurrency_Messages' }
        @{ Name = 'about_ProcConcurrency_Pools' }
        @{ Name = 'about_ProcConcurrency_Processes' }
        @{ Name = 'about_ProcConcurrency_Synchronization' }
    ) {
        $help = Get-Help $Name
        "$help" | Should -Match "^TOPIC\s+$Name"
    }

    It 'tells what a parameter means' {
        $help = Get-Help Start-ChildProcess -Parameter Daemon
        $help.Description.Text | Should -Match 'session'
    }
}
