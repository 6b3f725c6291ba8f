# Takes long: runs the examples of the pages of what processes share.
BeforeDiscovery {
    . $PSScriptRoot/help.ps1
    $pages = Get-ChildItem "$PSScriptRoot/../docs/en-US/*.md" | Where-Object BaseName -NotMatch $ofProcesses
}

Describe 'The examples of' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        . $PSScriptRoot/help.ps1
        # One worker does what any number of them does, and starts sooner.
        $session = Open-ExampleSession $TestDrive -Default @{ 'Invoke-ProcPool:ThrottleLimit' = 1 }
    }

    AfterAll {
        Close-ExampleSession $session
    }

    It '<_.BaseName> run, and print what the page says' -ForEach $pages {
        Assert-Example $session $_
    }
}
