# The examples of the shared objects' pages, run as they stand, each in a runspace of its own. Those of child processes and
# pools want hosts and files that only their reader has.
Describe 'The examples of' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
    }

    AfterEach {
        Clear-ProcSession
    }

    It '<_.BaseName> run' -ForEach (
        Get-ChildItem "$PSScriptRoot/../docs/en-US/*.md" | Where-Object BaseName -Match '-Proc(?!Pool)|_Synchronization$'
    ) {
        $examples = Get-Content $_ -Raw | Select-String '(?ms)^## examples$(.*?)(^## |\z)'
        $blocks = @(($examples.Matches.Value | Select-String '(?s)```powershell\n(.*?)```' -AllMatches).Matches | ForEach-Object { $_.Groups[1].Value })
        $blocks.Count | Should -BeGreaterThan 1
        foreach ($block in $blocks) {
            $shell = New-Shell "Set-Location '$TestDrive'`n`$ErrorActionPreference = 'Stop'`n$block"
            try {
                $null = $shell.Invoke()
                "$($shell.Streams.Error)" | Should -Be ''
            } finally {
                Remove-Shell $shell
                Clear-ProcSession
            }
        }
    }
}
