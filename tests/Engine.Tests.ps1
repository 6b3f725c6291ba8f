Describe 'The engine as a program' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
    }

    It '<Name> is exit code <Code>' -TestCases @(
        @{ Name = 'the end of a script'; Text = '"fine"'; Code = 0 }
        @{ Name = 'an error that a script goes on after'; Text = 'Write-Error "bad"; "fine"'; Code = 0 }
        @{ Name = 'exit 3'; Text = 'exit 3'; Code = 3 }
        @{ Name = 'exit from a function'; Text = 'function Stop-Here { exit 4 }; Stop-Here; "not this"'; Code = 4 }
        @{ Name = 'throw'; Text = 'throw "no"'; Code = 1 }
        @{ Name = 'an error with ErrorActionPreference Stop'; Text = '$ErrorActionPreference = "Stop"; Write-Error "bad"; "not this"'; Code = 1 }
    ) {
        [IO.File]::WriteAllText("$TestDrive/program.ps1", $Text)
        Invoke-Engine -File "$TestDrive/program.ps1" | Should -Not -Be 'not this'
        $LASTEXITCODE | Should -Be $Code
    }

    It 'gives a script its arguments' {
        [IO.File]::WriteAllText("$TestDrive/arguments.ps1", 'param([int] $Number, [switch] $On, [string[]] $Name, [Parameter(ValueFromRemainingArguments)] $Rest) "$($Number + 1) $On $($Name.Count) $Name [$Rest]"')
        Invoke-Engine -File "$TestDrive/arguments.ps1" -Number 4 -On -Name a b c | Should -Be '5 True 1 a [b c]'
        Invoke-Engine -File "$TestDrive/arguments.ps1" '-On:$false' 6 | Should -Be '7 False 0  []'
    }

    It 'writes errors to standard error, what a script ends with too, and nothing else' {
        [IO.File]::WriteAllText("$TestDrive/errors.ps1", "Write-Error 'first'; 'out'; throw 'last'")
        Invoke-Engine -File "$TestDrive/errors.ps1" | Should -Be 'out'
        $text = [IO.File]::ReadAllText("$TestDrive/err.txt")
        $text | Should -Match 'first'
        $text | Should -Match 'last'
        $text | Should -Not -Match '(?m)^out'
    }

    It 'a missing script is exit code 64' {
        $null = Invoke-Engine -File "$TestDrive/none.ps1"
        $LASTEXITCODE | Should -Be 64
        [IO.File]::ReadAllText("$TestDrive/err.txt") | Should -BeLike '*none.ps1*'
    }

    It 'runs the text of -Command' {
        Invoke-Engine -Command '1 + 1; Write-Error x' | Should -Be 2
        $LASTEXITCODE | Should -Be 1
        Invoke-Engine -Command 'exit 5'
        $LASTEXITCODE | Should -Be 5
    }
}

Describe 'A runspace that a script opens itself' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
    }

    It 'has the everyday cmdlets, whichever module is asked first' {
        foreach ($script in '@(Get-ChildItem /).Count -gt 0; 1..3 | Select-Object -First 1', '1..3 | Select-Object -First 1; @(Get-ChildItem /).Count -gt 0') {
            $shell = [powershell]::Create([initialsessionstate]::CreateDefault2())
            try {
                $shell.AddScript($script).Invoke() | Sort-Object { "$_" } | Should -Be 1, $true
                $shell.Streams.Error | Should -BeNullOrEmpty
            } finally {
                $shell.Dispose()
            }
        }
    }

    It 'has them in ForEach-Object -Parallel' {
        1..2 | ForEach-Object -Parallel { Start-Sleep -Milliseconds 1; Write-Output $_ } | Sort-Object | Should -Be 1, 2
    }
}
