# Every test here fails, at the line that the bridge computes from `# fails here`.

Describe 'failures' {
    It 'a failed Should' {
        1 | Should -Be 2 # fails here
        $script:wentOn = $true
    }
    It 'a throw' { throw 'thrown' }
    It 'an error of a cmdlet that ends the statement' { Get-Command -Name no-such-command -ErrorAction Stop }
    It 'a method''s exception' { [int]::Parse('x') }
    It 'an unknown command' { No-SuchCommand }
    It 'a Should in a function' { function Test-It { 1 | Should -Be 2 }; Test-It }
    It 'a break without a loop' { break }
    It 'a continue without a loop' { continue }
    It 'an It in an It' { It 'inner' { } }
    It 'a Describe in an It' { Describe 'inner' { } }
    It 'a wrong name template <a.NoSuchMethod()>' -ForEach @{ a = 1 } { }
    It 'a Should with an argument too many' { 1 | Should -Be 1 2 }
}

Describe 'a failing BeforeAll' {
    BeforeAll { throw 'setup' }
    It 'fails its tests' { }
    Context 'nested' { It 'fails nested tests' { } }
    AfterAll { $script:afterAllRan = $true }
}

Describe 'a failing BeforeEach' {
    BeforeEach { throw 'each' }
    It 'fails the test' { }
}

Describe 'a failing AfterEach' {
    AfterEach { throw 'each' }
    It 'fails the test too' { }
}

Describe 'a skipped test whose AfterEach fails' {
    AfterEach { throw 'each' }
    It 'is failed' { Set-ItResult -Skipped }
}

Describe 'a failing AfterAll' {
    It 'PASSES' { }
    AfterAll { throw 'teardown' }
}

Describe 'afterwards' {
    It 'PASSES: a failed Should ended its test' { $script:wentOn | Should -BeNullOrEmpty }
    It 'PASSES: AfterAll ran although BeforeAll had failed' { $script:afterAllRan | Should -BeTrue }
    It 'PASSES: an error that ends nothing' {
        function Write-It { [CmdletBinding()] param() $PSCmdlet.WriteError([Management.Automation.ErrorRecord]::new([Exception]'it', 'It', 0, $null)) }
        Write-It 2> $null
        $null = Get-Command -Name no-such-command -ErrorAction SilentlyContinue
    }
    It 'PASSES: a return' { return }
    It 'PASSES: a break in a loop' { foreach ($i in 1..3) { break }; $i | Should -Be 1 }
}
