# The PowerShell that runs these tests: what scripts expect of it holds for an installed one and for the one that tools/pwsh builds.
Describe 'PowerShell as a program' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
    }

    It '<Name> is exit code <Code>' -TestCases @(
        @{ Name = 'an error that a script goes on after'; Text = 'Write-Error "bad"; "fine"'; Code = 0 }
        @{ Name = 'exit from a function'; Text = 'function Stop-Here { exit 4 }; Stop-Here; "not this"'; Code = 4 }
        @{ Name = 'throw'; Text = 'throw "no"'; Code = 1 }
    ) {
        Set-Content "$TestDrive/program.ps1" $Text
        Invoke-Engine -File "$TestDrive/program.ps1" | Should -Not -Be 'not this'
        $LASTEXITCODE | Should -Be $Code
    }

    It 'gives a script its arguments' {
        Set-Content "$TestDrive/arguments.ps1" 'param([int] $Number, [switch] $On, [string[]] $Name, [Parameter(ValueFromRemainingArguments)] $Rest) "$($Number + 1) $On $($Name.Count) $Name [$Rest]"'
        Invoke-Engine -File "$TestDrive/arguments.ps1" -Number 4 -On -Name a b c | Should -Be '5 True 1 a [b c]'
        Invoke-Engine "$TestDrive/arguments.ps1" '-On:$false' 6 | Should -Be '7 False 0  []'
    }

    It 'writes errors to standard error, and nothing else' {
        Set-Content "$TestDrive/errors.ps1" "Write-Error 'first'; 'out'; throw 'last'"
        Invoke-Engine -File "$TestDrive/errors.ps1" | Should -Be 'out'
        $text = Get-Content "$TestDrive/err.txt" -Raw
        $text | Should -Match 'first'
        $text | Should -Match 'last'
        $text | Should -Not -Match '(?m)^out'
    }
}

Describe 'PowerShell''s home' {
    It 'has the module <_>' -TestCases 'Host', 'Management', 'Security', 'Utility' {
        Get-Module "Microsoft.PowerShell.$_" -ListAvailable | Where-Object Path -like "$PSHOME*" | Should -Not -BeNullOrEmpty
    }

    It 'is where the program is' {
        Split-Path ([Environment]::ProcessPath) | Should -Be $PSHOME
    }

    It 'has what Add-Type compiles against' {
        Add-Type 'public static class ShellTest { public static int Twice(int n) => new System.Collections.Generic.List<int> { n, n }.Count * n; }'
        [ShellTest]::Twice(4) | Should -Be 8
    }

    It 'completes <Line>' -TestCases @(
        @{ Line = 'Get-ChildI'; Text = 'Get-ChildItem' }
        @{ Line = 'Get-ChildItem -Rec'; Text = '-Recurse' }
        @{ Line = 'Write-Output x -ErrorAction Sile'; Text = 'SilentlyContinue' }
    ) {
        (TabExpansion2 $Line $Line.Length).CompletionMatches.CompletionText | Should -Contain $Text
    }

    It 'has the everyday cmdlets in a runspace that a script opens itself' {
        $shell = [powershell]::Create([initialsessionstate]::CreateDefault2())
        try {
            $shell.AddScript('1..3 | Select-Object -First 1; (Get-Item /).Name').Invoke() | Should -Be 1, '/'
            $shell.Streams.Error | Should -BeNullOrEmpty
        } finally {
            $shell.Dispose()
        }
    }

    It 'has them in ForEach-Object -Parallel' {
        1..2 | ForEach-Object -Parallel { Start-Sleep -Milliseconds 1; Write-Output $_ } | Sort-Object | Should -Be 1, 2
    }
}
