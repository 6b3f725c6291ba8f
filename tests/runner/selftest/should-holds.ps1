# Each of these holds; should-fails.ps1 has the other half of each operator's table.

Describe 'Should' {
    BeforeAll {
        function Test-Sample { [CmdletBinding(DefaultParameterSetName = 'A')]
            param([Parameter(Mandatory, ParameterSetName = 'A')] [Alias('n')] [int] $Number, [string] $Text) }
    }

    It 'Be, a number' { 3 | Should -Be 3; 3 | Should -Not -Be 4; 3 | Should -Be 3.0; 3 | Should -Be '3' }
    It 'Be, a string' { 'a' | Should -Be 'A'; 'a' | Should -Not -Be 'b' }
    It 'Be, nothing' { $null | Should -Be $null; @() | Should -Be $null; $null | Should -Be @(); '' | Should -Not -Be $null }
    It 'Be, zero and false are not nothing' { 0 | Should -Not -Be $null; $false | Should -Not -Be $null }
    It 'Be, arrays' { 1, 2 | Should -Be 1, 2; 1, 2 | Should -Not -Be 2, 1; 1, 2 | Should -Not -Be 1; 1, 2, 3 | Should -Not -Be 1, 2 }
    It 'Be, an array of one is its element' { @(1) | Should -Be 1; 1 | Should -Be @(1) }
    It 'Be, nested arrays' { 1, (2, 3) | Should -Be 1, (2, 3); 1, (2, 3) | Should -Not -Be 1, (2, 4) }
    It 'Be, a list' { [Collections.Generic.List[int]](1, 2) | Should -Be 1, 2 }
    It 'Be, -ActualValue is one value' { Should -ActualValue 3 -Be 3; Should -ActualValue 1, 2 -BeOfType array; Should -ActualValue @() -HaveCount 1 }
    It 'Be, its alias EQ' { 1 | Should -EQ 1 }
    It 'BeExactly' { 'a' | Should -BeExactly 'a'; 'a' | Should -Not -BeExactly 'A'; 'a', 'B' | Should -BeExactly 'a', 'B' }
    It 'BeTrue' { $true | Should -BeTrue; 1 | Should -BeTrue; 'x' | Should -BeTrue; 0 | Should -Not -BeTrue; $null | Should -Not -BeTrue }
    It 'BeFalse' { $false | Should -BeFalse; 0 | Should -BeFalse; '' | Should -BeFalse; $null | Should -BeFalse; 1 | Should -Not -BeFalse }
    It 'BeNullOrEmpty' { $null, '', @(), @{} | ForEach-Object { , $_ | Should -BeNullOrEmpty }; @() | Should -BeNullOrEmpty }
    It 'BeNullOrEmpty -Not' { 0 | Should -Not -BeNullOrEmpty; ' ' | Should -Not -BeNullOrEmpty; @{ a = 1 } | Should -Not -BeNullOrEmpty; 1, $null | Should -Not -BeNullOrEmpty }
    It 'BeGreaterThan' { 2 | Should -BeGreaterThan 1; 2 | Should -Not -BeGreaterThan 2; 1 | Should -Not -BeGreaterThan 2 }
    It 'BeGreaterOrEqual' { 2 | Should -BeGreaterOrEqual 2; 2 | Should -BeGreaterOrEqual 1; 1 | Should -Not -BeGreaterOrEqual 2 }
    It 'BeLessThan' { 1 | Should -BeLessThan 2; 2 | Should -Not -BeLessThan 2; 3 | Should -Not -BeLessThan 2 }
    It 'BeLessOrEqual' { 2 | Should -BeLessOrEqual 2; 1 | Should -BeLessOrEqual 2; 3 | Should -Not -BeLessOrEqual 2 }
    It 'BeIn' { 1 | Should -BeIn 1, 2; 'A' | Should -BeIn 'a', 'b'; 3 | Should -Not -BeIn 1, 2; 1, 2 | Should -BeIn 1, 2, 3 }
    It 'BeLike' { 'abc' | Should -BeLike 'A*'; 'abc' | Should -Not -BeLike 'b*' }
    It 'BeLikeExactly' { 'abc' | Should -BeLikeExactly 'a*'; 'abc' | Should -Not -BeLikeExactly 'A*' }
    It 'Match' { 'abc' | Should -Match '^A'; 'abc' | Should -Not -Match '^b' }
    It 'MatchExactly' { 'abc' | Should -MatchExactly '^a'; 'abc' | Should -Not -MatchExactly '^A' }
    It 'Contain' { 1, 2 | Should -Contain 2; 'a' | Should -Contain 'A'; 1, 2 | Should -Not -Contain 3; @() | Should -Not -Contain 1 }
    It 'HaveCount' { 1, 2 | Should -HaveCount 2; @() | Should -HaveCount 0; $null | Should -HaveCount 1; 1 | Should -Not -HaveCount 2 }
    It 'Exist' { $PSScriptRoot | Should -Exist; "$PSScriptRoot/none" | Should -Not -Exist; 'Variable:PSHome' | Should -Exist }
    It 'BeOfType' { 1 | Should -BeOfType [int]; 1 | Should -BeOfType int; 1 | Should -BeOfType ([ValueType]); 1 | Should -Not -BeOfType string }
    It 'BeOfType, piped one by one' { 1, 2 | Should -BeOfType [int]; , (1, 2) | Should -BeOfType [array] }
    It 'BeOfType, null is of none' { $null | Should -Not -BeOfType [int] }
    It 'HaveParameter' { Get-Command Test-Sample | Should -HaveParameter Number -Type int -Mandatory -InParameterSet A -Alias n }
    It 'HaveParameter -Not' { Get-Command Test-Sample | Should -Not -HaveParameter Nothing; Get-Command Test-Sample | Should -Not -HaveParameter Text -Mandatory }
    It 'Throw' { { throw 'x' } | Should -Throw; { } | Should -Not -Throw; { 1 / $null } | Should -Throw '*zero*' }
    It 'Throw, a message with wildcards' { { throw 'a big problem' } | Should -Throw -ExpectedMessage '*BIG*' }
    It 'Throw, an id' { { Get-Command no-such -ErrorAction Stop } | Should -Throw -ErrorId 'CommandNotFoundException,*' }
    It 'Throw, a type' { { throw [InvalidOperationException]'x' } | Should -Throw -ExceptionType ([InvalidOperationException]) }
    It 'Throw, a base type' { { throw [InvalidOperationException]'x' } | Should -Throw -ExceptionType ([SystemException]) }
    It 'Throw, -PassThru' { $thrown = { throw 'x' } | Should -Throw -PassThru; $thrown.Exception.Message | Should -Be 'x' }
    It 'Throw, an error that does not end anything is none' { { Get-Command -Name no-such-command 2> $null } | Should -Not -Throw }
    It 'Throw runs in a scope of its own that sees the test''s' { $v = 1; { $v | Should -Be 1; $v = 2 } | Should -Not -Throw; $v | Should -Be 1 }
    It 'FileContentMatch' { $PSCommandPath | Should -FileContentMatch '^# EACH'; $PSCommandPath | Should -Not -FileContentMatch 'never{3}' }
    It 'FileContentMatchExactly' { $PSCommandPath | Should -FileContentMatchExactly '^# Each'; $PSCommandPath | Should -Not -FileContentMatchExactly '^# EACH' }
    It 'writes nothing' { @(1 | Should -Be 1; { throw 'x' } | Should -Throw) | Should -HaveCount 0 }
    It 'takes its parameters from a splat' { $how = @{ Be = $true; ExpectedValue = 1 }; 1 | Should @how }
}
