# The examples of the shared objects' pages, run as they stand, one after the other in a runspace that forgets its variables in
# between. Those of child processes and pools want hosts and files that only their reader has.
Describe 'The examples of' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $shell = New-Shell
        $null = $shell.Invoke()
    }

    AfterEach {
        Clear-ProcSession
    }

    AfterAll {
        Remove-Shell $shell
    }

    It '<_.BaseName> run' -ForEach (
        Get-ChildItem "$PSScriptRoot/../docs/en-US/*.md" | Where-Object BaseName -Match '-Proc(?!Pool)|_Synchronization$'
    ) {
        $examples = Get-Content $_ -Raw | Select-String '(?ms)^## examples$(.*?)(^## |\z)'
        $blocks = @(($examples.Matches.Value | Select-String '(?s)```powershell\n(.*?)```' -AllMatches).Matches | ForEach-Object { $_.Groups[1].Value })
        $blocks.Count | Should -BeGreaterThan 1
        foreach ($block in $blocks) {
            $shell.Commands.Clear()
            $shell.Streams.ClearStreams()
            $shell.Runspace.ResetRunspaceState()
            try {
                # One worker does what any number of them does, and starts sooner.
                $null = $shell.AddScript("`$PSDefaultParameterValues = @{ 'Invoke-ProcPool:ThrottleLimit' = 1 }; Set-Location '$TestDrive'").AddStatement().
                    AddScript("`$ErrorActionPreference = 'Stop'`n$block").Invoke()
                "$($shell.Streams.Error)" | Should -Be ''
            } finally {
                Clear-ProcSession
            }
        }
    }
}
