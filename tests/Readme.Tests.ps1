Describe 'README.md' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $text = [IO.File]::ReadAllText([IO.Path]::GetFullPath("$PSScriptRoot/../README.md"))
        $recipes = @([regex]::Matches($text, '(?s)```powershell\n(.*?)```').ForEach{ $_.Groups[1].Value })
    }

    AfterEach {
        Get-ChildProcess | Remove-Job -Force
    }

    It 'shows the two commands of a machine with the SDK alone first' {
        $code = @([regex]::Matches($text, '(?m)^(    \S.*|```powershell)$').ForEach{ $_.Value.Trim() })
        $code[0] | Should -Be 'dotnet run --project tools/pwsh -- examples/Find-DuplicateFile.ps1 -Path /usr/share/doc'
        $code[1] | Should -Be 'dotnet run --project tools/pwsh -- build.ps1 Test'
        $code[2..4] | Should -Be './build.ps1', 'Import-Module ./ProcConcurrency.psd1', './build.ps1 Test'
    }

    It 'has five recipes' {
        $recipes.Count | Should -Be 5
    }

    It 'the first: a child''s streams come back' {
        $seen = . ([scriptblock]::Create($recipes[0])) 3>&1
        $seen.Count | Should -Be 2
        $seen[0] | Should -Match '^Hello Egon, from process \d+$'
        $seen[0] | Should -Not -Match "process $PID$"
        "$($seen[1])" | Should -Be 'It works.'
    }

    It 'the second: the first five of many files' {
        if (-not [IO.Directory]::Exists('/usr/share/doc') -or [IO.Directory]::GetFiles('/usr/share/doc', 'copyright', 'AllDirectories').Count -lt 5) {
            Set-ItResult -Skipped -Because 'this system has no such files'
        }

        $seen = . ([scriptblock]::Create($recipes[1]))
        $seen.Count | Should -Be 5
        $seen[0].Lines | Should -Be ([IO.File]::ReadAllLines($seen[0].File).Count)
    }

    It 'the third: a host that fails is named' {
        $seen = . ([scriptblock]::Create($recipes[2]))
        $seen[0].Host | Should -Be 'localhost'
        $seen[1].Address | Should -Be '127.0.0.1'
        $seen[2] | Should -BeLike 'no-such-host.invalid failed: *'
        $seen.Count | Should -Be 3
    }

    It 'the fourth: a hung command is stopped' {
        . ([scriptblock]::Create($recipes[3])) | Should -Be 'backup ended with -9'
    }

    It 'the fifth: a counter counts, and a file is written by one at a time' {
        $seen = . ([scriptblock]::Create($recipes[4]))
        $seen[0] | Should -Be 4
        $lines = @($seen[1].Trim().Split("`n"))
        $lines.Count | Should -Be 4
        $lines.ForEach{ [regex]::Match($_, '^process \d+ was number (\d)$').Groups[1].Value } | Sort-Object | Should -Be '1', '2', '3', '4'
        [IO.File]::Delete($log)
    }
}
