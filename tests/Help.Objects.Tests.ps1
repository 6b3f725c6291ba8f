# Takes long: runs the examples of the pages of what processes share.
Describe 'The examples of' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        . $PSScriptRoot/help.ps1
        Open-ExampleSession $TestDrive
    }

    AfterAll {
        Close-ExampleSession
    }

    It '<_.BaseName> run, and print what the page says' -ForEach (
        Get-ChildItem "$PSScriptRoot/../docs/en-US/*.md" | Where-Object BaseName -NotMatch '-ChildProcess|-Proc(Pool|Task|Timeline|Option)|^about_(?!.*(_Messages|_Synchronization))'
    ) {
        Assert-Example $_
    }
}
