Describe 'Help' {
    BeforeDiscovery {
        $commands = (Import-PowerShellDataFile "$PSScriptRoot/../ProcConcurrency.psd1").CmdletsToExport
        $topics = (Get-ChildItem "$PSScriptRoot/../docs/en-US/about_*.md").BaseName
    }

    BeforeAll {
        . $PSScriptRoot/common.ps1
    }

    It 'PowerShell finds the page of <_>' -ForEach $commands {
        $help = Get-Help $_ -Full

        # Where the page isn't found, the synopsis is the syntax.
        $help.Synopsis | Should -Match '^[A-Z].*\.\s*$'
        @($help.Examples.Example).Count | Should -BeGreaterThan 2
        $help.AlertSet | Should -Not -BeNullOrEmpty
    }

    It 'PowerShell finds the topic <_>' -ForEach $topics {
        $help = Get-Help $_
        "$help" | Should -Match "^TOPIC\s+$_"
    }

    It 'tells what a parameter means' {
        $help = Get-Help Start-ChildProcess -Parameter Daemon
        $help.Description.Text | Should -Match 'session'
    }
}
