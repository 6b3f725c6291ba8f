Describe 'examples/Find-DuplicateFile.ps1' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $example = Convert-Path "$PSScriptRoot/../examples/Find-DuplicateFile.ps1"
        $line = '^(?<files>\d+) files, (?<bytes>\d+) bytes \((?<read>\d+) files, (?<readBytes>\d+) bytes read\); ' +
            '(?<seconds>\d+\.\d\d) seconds; (?<workers>\d+) workers; groups of duplicates: (?<groups>\d+)$'

        # One worker finds what any number of them does, and starts sooner.
        $one = @{ ThrottleLimit = 1 }

        function Add-File([string] $Name, [string] $Text) {
            New-Item "$tree/$Name" -Value $Text -Force | Out-Null
        }
    }

    BeforeEach {
        $tree = "$TestDrive/tree"
        Add-File 'b/two' 'same'
        Add-File 'a/one' 'same'
        Add-File 'b/deep/three' 'same'
        Add-File 'b/other' 'diff'
        Add-File 'large.1' ('x' * 3000)
        Add-File 'with space & ''quote''.2' ('x' * 3000)
        Add-File 'alone' 'of its own size'
        Add-File 'empty.1' ''
        Add-File 'empty.2' ''
        & ln -s "$tree/a/one" "$tree/link"
        & ln -s $tree "$tree/b/loop"
    }

    AfterEach {
        # Not by Remove-Item, which can't delete every name that a test makes.
        & chmod -R u+rwX $tree
        & rm -rf $tree
    }

    It 'groups files of equal content: what wastes most first, the files in order' {
        $groups = & $example -Path $tree -PassThru @one
        $groups.Count | Should -Be 2
        $groups[0].Files | Should -Be "$tree/large.1", "$tree/with space & 'quote'.2"
        $groups[1].Files | Should -Be "$tree/a/one", "$tree/b/deep/three", "$tree/b/two"
        $groups.Size | Should -Be 3000, 4
        $groups | ForEach-Object Count | Should -Be 2, 3
        $groups.WastedBytes | Should -Be 3000, 8
        foreach ($group in $groups) {
            $group.Hash | Should -BeExactly (Get-FileHash -LiteralPath $group.Files[0]).Hash.ToLower()
        }
    }

    It 'ends with a table of the groups and one line of counts' {
        $lines = & $example -Path $tree
        ($lines[0] -split '\s+') | Should -Be 'Hash', 'Size', 'Count', 'WastedBytes', 'FirstFile'
        $lines[2] | Should -Match "^[0-9a-f]{64}\s+3000\s+2\s+3000\s+$([regex]::Escape("$tree/large.1"))$"
        $lines[3] | Should -Match '^[0-9a-f]{64}\s+4\s+3\s+8\s'
        $lines[-1] | Should -Match $line
        $null = $lines[-1] -match $line
        $Matches.files | Should -Be 9
        $Matches.bytes | Should -Be (4 * 4 + 2 * 3000 + 15)
        $Matches.read | Should -Be 6
        $Matches.readBytes | Should -Be (4 * 4 + 2 * 3000)
        [int] $Matches.workers | Should -BeGreaterThan 0
        $Matches.groups | Should -Be 2
    }

    It '-MinimumSize leaves small files out, and single files may be named' {
        (& $example -Path $tree -PassThru @one -MinimumSize 5).Size | Should -Be 3000
        (& $example "$tree/a/one", "$tree/b/two", "$tree/link" -PassThru @one).Files | Should -Be "$tree/a/one", "$tree/b/two"
    }

    It 'reads a file whose name has a backslash or a bracket' {
        # PowerShell's cmdlets take a backslash in a path for a slash.
        [IO.File]::WriteAllText("$tree/back\slash.2", 'x' * 3000)
        Add-File '[ab].2' ('x' * 3000)
        $groups = & $example -Path $tree -PassThru @one -MinimumSize 5
        $groups.Files | Should -HaveCount 4
        $groups.Files | Should -Contain "$tree/back\slash.2"
        $groups.Files | Should -Contain "$tree/[ab].2"
    }

    It '-AsJson prints the groups alone' {
        $text = (& $example -Path $tree -AsJson @one) -join "`n"
        Test-Json $text | Should -BeTrue
        $groups = ConvertFrom-Json $text -NoEnumerate
        Should -ActualValue $groups -BeOfType ([object[]])
        $groups.Count | Should -Be 2
        $groups[0].PSObject.Properties.Name | Should -BeExactly 'Hash', 'Size', 'Count', 'WastedBytes', 'Files'
        $groups[0].Hash | Should -MatchExactly '^[0-9a-f]{64}$'
        foreach ($name in 'Size', 'Count', 'WastedBytes') { $groups[0].$name | Should -BeOfType ([long]) }
        $groups[0].Size | Should -Be 3000
        $groups[0].Count | Should -Be 2
        $groups[0].WastedBytes | Should -Be 3000
        $groups[0].Files | Should -Be "$tree/large.1", "$tree/with space & 'quote'.2"
    }

    It '-AsJson prints an empty array where there are no duplicates' {
        & $example -Path "$tree/a" -AsJson @one | Should -Be '[]'
    }

    It 'names a file that can''t be listed right, and goes on' {
        & sh -c 'printf same >"$1/$(printf "bad\377")"' sh $tree
        $groups = & $example -Path $tree -PassThru @one -ErrorVariable errors -ErrorAction SilentlyContinue
        $groups.Size | Should -Be 3000, 4
        $errors.Count | Should -Be 1
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'FileUnreadable*'
        $errors[0].CategoryInfo.Category | Should -Be 'ReadError'
        $errors[0].TargetObject | Should -BeLike "$tree/bad*"
        $errors[0].Exception.Message | Should -BeLike "*$tree/bad*"
    }

    It 'names a file or folder that may not be read, and goes on' {
        if ((& id -u) -eq 0) {
            Set-ItResult -Skipped -Because 'root may read everything'
        }

        Add-File 'closed/inside' 'same'
        & chmod 000 "$tree/b/two" "$tree/closed"
        $groups = & $example -Path $tree -PassThru @one -ErrorVariable errors -ErrorAction SilentlyContinue
        ($groups | ForEach-Object Count) | Should -Be 2, 2
        $errors.Count | Should -Be 2
        $errors.FullyQualifiedErrorId | Should -BeLike 'FileUnreadable*'
        $errors.TargetObject | Sort-Object | Should -Be "$tree/b/two", "$tree/closed"
    }

    It 'names a file that a worker can''t read, and goes on' {
        # The kernel's own: root too may open these, and reading fails.
        $deaf = @(Get-ChildItem /sys/bus/*/drivers_probe -File | Where-Object Length -GT 0 | Select-Object -First 2 -ExpandProperty FullName)
        if ($deaf.Count -lt 2) {
            Set-ItResult -Skipped -Because 'this kernel has no such files'
        }

        $groups = & $example -Path (@($tree) + $deaf) -PassThru @one -ErrorVariable errors -ErrorAction SilentlyContinue
        $groups.Size | Should -Be 3000, 4
        $errors.Count | Should -Be 2
        $errors.FullyQualifiedErrorId | Should -BeLike 'FileUnreadable*'
        $errors.TargetObject | Sort-Object | Should -Be $deaf
        foreach ($each in $errors) { $each.Exception.Message | Should -BeLike "'$($each.TargetObject)' can't be read: *" }
    }

    It 'refuses a path that is not there, and no path' {
        { & $example -Path "$tree/none" } | Should -Throw -ErrorId 'PathNotFound*'
        { & $example } | Should -Throw -ErrorId 'PathMissing*'
    }

    It 'runs as a program: JSON alone on standard output, exit code 0' {
        & sh -c 'printf same >"$1/$(printf "bad\377")"' sh $tree
        $text = (Invoke-Engine -File $example -Path $tree -AsJson) -join "`n"
        $LASTEXITCODE | Should -Be 0
        Test-Json $text | Should -BeTrue
        @(ConvertFrom-Json $text).Count | Should -Be 2
        (Get-Content "$TestDrive/err.txt" -Raw) -replace '[\s|]+' | Should -BeLike '*bad*can''tberead*'
    }

    It 'runs as a program: several paths after -Path, and the line of counts' {
        $lines = Invoke-Engine -File $example -Path "$tree/a" "$tree/b"
        $LASTEXITCODE | Should -Be 0
        $lines[-1] | Should -Match $line
    }

    It 'runs as a program: a missing path is exit code 1' {
        Invoke-Engine -File $example -Path "$tree/none" | Should -BeNullOrEmpty
        $LASTEXITCODE | Should -Be 1
        Get-Content "$TestDrive/err.txt" -Raw | Should -BeLike '*There is no file or folder*none*'
    }

    It 'shows its progress on a terminal by the <View> view, and shares the work among workers' -TestCases @(
        @{ View = 'Minimal'; Bar = 'Invoke-ProcPool *\[.*\d of 2 done' }
        @{ View = 'Classic'; Bar = '(?s)Invoke-ProcPool.*\d of 2 done.*\[o* *\]' }
    ) {
        # The terminal is asked where its cursor is, before the first bar by the Classic view, and answers. They take long to read and
        # no room: holes.
        & truncate -s 1G "$tree/hole.1" "$tree/hole.2"
        $session = Start-Session -OutputPath "$TestDrive/$View" -Prefix "sh -c 'while printf `"\033[1;1R`"; do sleep 0.1; done | script -qfc `"`$*`" /dev/null' sh" @"
`$ProgressPreference = 'Continue'
`$PSStyle.Progress.View = '$View'
& '$example' -Path '$tree/hole.1', '$tree/hole.2' -ThrottleLimit 2
"@
        $session.WaitForExit(300000) | Should -BeTrue
        $session.ExitCode | Should -Be 0
        $shown = (Get-Content "$TestDrive/$View" -Raw) -replace '\e\[[0-9;?]*[A-Za-z]|\^\[\[1;1R'
        $shown | Should -Match $Bar
        $shown | Should -Match '; 2 workers; groups of duplicates: 1'
    }
}

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

    It 'has seven recipes, the last for other machines' {
        $recipes.Count | Should -Be 7
    }

    It 'the first: hosts, with a limit, retries and a log' {
        Push-Location $TestDrive
        try {
            $seen = . ([scriptblock]::Create($recipes[0]))
            $seen.Host | Should -Be 'localhost', '127.0.0.1'
            @(Get-Content run.jsonl).Count | Should -Be 2
        } finally {
            Pop-Location
        }
    }

    It 'the second: a child''s streams come back' {
        $seen = . ([scriptblock]::Create($recipes[1])) 3>&1
        $seen.Count | Should -Be 2
        $seen[0] | Should -Match '^Hello Egon, from process \d+$'
        $seen[0] | Should -Not -Match "process $PID$"
        "$($seen[1])" | Should -Be 'It works.'
    }

    It 'the third: the first five of many files' {
        if (-not [IO.Directory]::Exists('/usr/share/doc') -or [IO.Directory]::GetFiles('/usr/share/doc', 'copyright', 'AllDirectories').Count -lt 5) {
            Set-ItResult -Skipped -Because 'this system has no such files'
        }

        $seen = . ([scriptblock]::Create($recipes[2]))
        $seen.Count | Should -Be 5
        $seen[0].Lines | Should -Be ([IO.File]::ReadAllLines($seen[0].File).Count)
    }

    It 'the fourth: a host that fails is named' {
        $seen = . ([scriptblock]::Create($recipes[3]))
        $seen[0].Host | Should -Be 'localhost'
        $seen[1].Address | Should -Be '127.0.0.1'
        $seen[2] | Should -BeLike 'no-such-host.invalid failed: *'
        $seen.Count | Should -Be 3
    }

    It 'the fifth: a hung command is stopped' {
        . ([scriptblock]::Create($recipes[4])) | Should -Be 'backup ended with -9'
    }

    It 'the sixth: a counter counts, and a file is written by one at a time' {
        $seen = . ([scriptblock]::Create($recipes[5]))
        $seen[0] | Should -Be 4
        $lines = @($seen[1].Trim().Split("`n"))
        $lines.Count | Should -Be 4
        $lines.ForEach{ [regex]::Match($_, '^process \d+ was number (\d)$').Groups[1].Value } | Sort-Object | Should -Be '1', '2', '3', '4'
        [IO.File]::Delete($log)
    }
}
