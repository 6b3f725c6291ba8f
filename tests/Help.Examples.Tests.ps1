# The examples of the shared objects' pages, run as they stand, each in a runspace of its own. Those of child processes and
# pools want hosts and files that only their reader has.
Describe 'The examples of' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
    }

    AfterEach {
        Clear-ProcSession
    }

    It '<Page> run' -TestCases @(
        [IO.Directory]::GetFiles([IO.Path]::GetFullPath("$PSScriptRoot/../docs/en-US"), '*.md') |
            ForEach-Object { [IO.Path]::GetFileNameWithoutExtension($_) } |
            Where-Object { $_ -match '-Proc(?!Pool)|_Synchronization$' } |
            Sort-Object |
            ForEach-Object { @{ Page = $_ } }
    ) {
        $text = [IO.File]::ReadAllText([IO.Path]::GetFullPath("$PSScriptRoot/../docs/en-US/$Page.md"))
        $examples = [regex]::Match($text, '(?ms)^## examples$(.*?)(^## |\z)', 'IgnoreCase').Groups[1].Value
        $blocks = @([regex]::Matches($examples, '(?s)```powershell\n(.*?)```').ForEach{ $_.Groups[1].Value })
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
