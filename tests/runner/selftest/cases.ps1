# Test cases, data and the names made from them; the bridge compares the names.

Describe 'cases' {
    It 'adds <a> to <b>' -TestCases @{ a = 1; b = 2 }, @{ a = 3; b = 4 } { ($a + $b) | Should -BeIn 3, 7 }
    It 'takes values: <_>' -ForEach 'x', 'y' { $_ | Should -BeIn 'x', 'y' }
    It 'looks into <user.Name> and <_.id>' -ForEach @{ user = @{ Name = 'egon' }; id = 7 } { $id | Should -Be 7 }
    It 'passes to param: <a>' -ForEach @{ a = 5 } { param($a) $a | Should -Be 5 }
    It 'keeps `<a`> and $dollar and "quotes" of <a>' -ForEach @{ a = 1 } { $true | Should -BeTrue }
    It 'makes nothing of an empty list <_>' -ForEach @() { throw 'ran' }
}

Describe 'block <_>' -ForEach 1, 2 {
    It 'knows <_>' { $_ | Should -BeIn 1, 2 }
    Context 'inner <name>' -ForEach @{ name = 'n' } {
        It 'knows both: <name>' { $name | Should -Be 'n' }
    }
}

Describe 'from BeforeAll <made>' {
    BeforeAll { $made = 'late' }
    It 'is in names: <made>' { $made | Should -Be 'late' }
}
