# Takes long: runs the examples of the pages of child processes, pools and tasks.
BeforeDiscovery {
    . $PSScriptRoot/help.ps1
    . $PSScriptRoot/sshd.ps1
    $noSshd = -not (Test-Sshd)
    $pages = Get-ChildItem "$PSScriptRoot/../docs/en-US/*.md" | Where-Object BaseName -Match $ofProcesses
    $here = $pages | Where-Object { (Get-Example $_).Code -notmatch $ofHosts }
    $there = $pages | Where-Object { (Get-Example $_).Code -match $ofHosts -notmatch $notRun }
}

Describe 'The examples of' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        . $PSScriptRoot/help.ps1
        # One worker does what any number of them does, and starts sooner.
        $session = Open-ExampleSession $TestDrive -Default @{ 'Invoke-ProcPool:ThrottleLimit' = 1; 'New-ProcPool:MinSize' = 1 }
    }

    AfterAll {
        Close-ExampleSession $session
    }

    It '<_.BaseName> run, and print what the page says' -ForEach $here {
        Assert-Example $session $_
    }

    It 'about_ProcConcurrency_Processes have a Pester suite that passes' {
        $suite = Get-Example "$PSScriptRoot/../docs/en-US/about_ProcConcurrency_Processes.md" | Where-Object Code -Match '^Describe '
        Set-Content "$TestDrive/Thing.Tests.ps1" $suite.Code

        # It would find the pool of tasks that the examples before have left.
        Clear-ProcSession
        $pester = (Get-Module Pester).Path -replace 'psm1$', 'psd1'
        $printed = Invoke-Example $session "Import-Module '$pester'; (Invoke-Pester -Path Thing.Tests.ps1 -PassThru -Output None).PassedCount"
        $printed.Trim() | Should -Be 2
    }
}

# The hosts of the pages are this machine, by sshd.
Describe 'The examples for other machines of' -Skip:$noSshd {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        . $PSScriptRoot/help.ps1
        . $PSScriptRoot/sshd.ps1
        $server = Start-Sshd -Before "export PATH='$TestDrive/bin':`$PATH"
        $reach = $server.Parameters
        $reach.SshOption.HostName = '127.0.0.1'
        $reach.ThrottleLimit = 1
        $session = Open-ExampleSession $TestDrive
    }

    AfterAll {
        Close-ExampleSession $session
        Assert-HostIsEmpty $server
        Stop-Sshd $server
    }

    It '<_.BaseName> run, and print what the page says' -ForEach $there {
        # What is made for hosts knows them: who starts or uses it says nothing of them.
        $cmdlets = $_.BaseName -like 'New-*' ? $_.BaseName : @('Invoke-ProcPool', 'Start-ChildProcess')
        $session.Default = @{}
        foreach ($cmdlet in $cmdlets) {
            foreach ($name in $reach.Keys) { $session.Default["${cmdlet}:$name"] = $reach[$name] }
        }
        Assert-Example $session $_ -Remote
    }
}
