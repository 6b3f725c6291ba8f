# Each of these fails, and its name is the message it must fail with (`<` is escaped: names are templates).

Describe 'Should' {
    BeforeAll { function Test-Sample { param([Alias('n')] [int] $Number) } }

    It 'Expected 3, but got 4.' { 4 | Should -Be 3 }
    It 'Expected 3, because it matters, but got 4.' { 4 | Should -Be 3 -Because 'because it matters' }
    It 'Expected $null, but got 4.' { 4 | Should -Be $null }
    It 'Expected 4, but got $null.' { $null | Should -Be 4 }
    It 'Expected @(1, 2), but got @(2, 1).' { 2, 1 | Should -Be 1, 2 }
    It 'Expected @(1, 2), but got 1.' { 1 | Should -Be 1, 2 }
    It "Expected 'a', but got 1." { 1 | Should -Be 'a' }
    It 'Expected 1 to be different from the actual value, but got the same value.' { 1 | Should -Not -Be 1 }
    It 'Expected exactly 2, but got 1.' { 1 | Should -BeExactly 2 }
    It "Expected 'a' to be different from the actual value, but got exactly the same value." { 'a' | Should -Not -BeExactly 'a' }
    It 'Expected $true, but got $false.' { $false | Should -BeTrue }
    It 'Expected $true, but got $null.' { $null | Should -BeTrue }
    It 'Expected $false, but got 1.' { 1 | Should -BeFalse }
    It 'Expected $false, but got $true.' { $true | Should -Not -BeTrue }
    It 'Expected $true, but got `<empty`>.' { '' | Should -Not -BeFalse }
    It "Expected `$null or empty, but got 'x'." { 'x' | Should -BeNullOrEmpty }
    It 'Expected a value, but got $null or empty.' { @() | Should -Not -BeNullOrEmpty }
    It 'Expected the actual value to be greater than 2, but got 2.' { 2 | Should -BeGreaterThan 2 }
    It 'Expected the actual value to be less than or equal to 2, but got 3.' { 3 | Should -Not -BeGreaterThan 2 }
    It 'Expected the actual value to be greater than or equal to 3, but got 2.' { 2 | Should -BeGreaterOrEqual 3 }
    It 'Expected the actual value to be less than 3, but got 3.' { 3 | Should -BeLessThan 3 }
    It 'Expected the actual value to be less than or equal to 3, but got 4.' { 4 | Should -BeLessOrEqual 3 }
    It 'Expected collection @(1, 2) to contain 3, but it was not found.' { 3 | Should -BeIn 1, 2 }
    It 'Expected collection @(1, 2) to not contain 1, but it was found.' { 1 | Should -Not -BeIn 1, 2 }
    It "Expected like wildcard 'b*' to match 'abc', but it did not match." { 'abc' | Should -BeLike 'b*' }
    It "Expected like wildcard 'A*' to match 'abc', but it did not match." { 'abc' | Should -BeLikeExactly 'A*' }
    It "Expected like wildcard 'a*' to not match 'abc', but it did match." { 'abc' | Should -Not -BeLike 'a*' }
    It "Expected regular expression '^b' to match 'abc', but it did not match." { 'abc' | Should -Match '^b' }
    It "Expected regular expression '^A' to match 'abc', but it did not match." { 'abc' | Should -MatchExactly '^A' }
    It "Expected regular expression '^a' to not match 'abc', but it did match." { 'abc' | Should -Not -Match '^a' }
    It 'Expected 3 to be found in collection @(1, 2), but it was not found.' { 1, 2 | Should -Contain 3 }
    It 'Expected 1 to not be found in collection @(1, 2), but it was found.' { 1, 2 | Should -Not -Contain 1 }
    It 'Expected a collection with size 3, but got collection with size 2 @(1, 2).' { 1, 2 | Should -HaveCount 3 }
    It 'Expected an empty collection, but got collection with size 1 @(1).' { 1 | Should -HaveCount 0 }
    It 'Expected a collection with size 1, but got an empty collection.' { @() | Should -HaveCount 1 }
    It 'Expected a non-empty collection, but got an empty collection.' { @() | Should -Not -HaveCount 0 }
    It "Expected path '/no/such' to exist, but it did not exist." { '/no/such' | Should -Exist }
    It "Expected path '/' to not exist, but it did exist." { '/' | Should -Not -Exist }
    It 'Expected the value to have type [string] or any of its subtypes, but got 1 with type [int].' { 1 | Should -BeOfType [string] }
    It 'Expected the value to not have type [int] or any of its subtypes, but got 1 with type [int].' { 1 | Should -Not -BeOfType int }
    It 'Expected the value to have type [int] or any of its subtypes, but got $null with type $null.' { $null | Should -BeOfType [int] }
    It 'Expected command Test-Sample to have a parameter Text, but the parameter is missing.' { Get-Command Test-Sample | Should -HaveParameter Text }
    It "Expected command Test-Sample to have a parameter Number which is mandatory, but it wasn't mandatory." {
        Get-Command Test-Sample | Should -HaveParameter Number -Mandatory }
    It 'Expected command Test-Sample to not have a parameter Number, but it has.' { Get-Command Test-Sample | Should -Not -HaveParameter Number }
    It 'Expected an exception to be thrown, but no exception was thrown.' { { } | Should -Throw }
    It "Expected an exception with message like 'y' to be thrown, but the message was 'x'*" { { throw 'x' } | Should -Throw 'y' }
    It "Expected an exception with FullyQualifiedErrorId 'y' to be thrown, but the FullyQualifiedErrorId was 'x'*" {
        { throw 'x' } | Should -Throw -ErrorId 'y' }
    It 'Expected an exception with type [System.InvalidOperationException] to be thrown, but the exception type was*' {
        { throw 'x' } | Should -Throw -ExceptionType ([InvalidOperationException]) }
    It 'Expected no exception to be thrown, but an exception "x" was thrown from *' { { throw 'x' } | Should -Not -Throw }
    It 'Expected strings to be the same, but they were different.*String lengths are both 3.*differ at index 2.*' { 'abc' | Should -Be 'abd' }
    It 'Expected strings to be the same, but they were different.*Expected length: 1*Actual length:   2*differ at index 1.*' { 'ab' | Should -Be 'a' }
    It 'Expected strings to be the same, but they were different.*differ at index 0.*' { 'a' | Should -BeExactly 'A' }
    It 'ArgumentException: Should -Throw and Should -Not -Throw take a script block*' { 1 | Should -Throw }
    It 'ArgumentException: There is no type [No.Such].*' { 1 | Should -BeOfType No.Such }
    It "Expected 'never' to be found in file '*', but it was not found." { "$PSScriptRoot/cases.ps1" | Should -FileContentMatch 'never' }
}
