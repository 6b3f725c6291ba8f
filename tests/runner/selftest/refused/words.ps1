Describe 'd' {
    It 'could pass silently' {
        { Mock Get-Item { } } | Should -Throw
        { InModuleScope m { } } | Should -Throw
        { Should -Invoke Get-Item } | Should -Throw
        { 1 | Should -BeEquivalentTo 1 } | Should -Throw
        { 1 | Should } | Should -Throw
        { 1 | Should -Be 1 -BeTrue } | Should -Throw
        { 1 | Should -Be 1 -ErrorAction Continue } | Should -Throw
    }
    It 'has a parameter of its own' -Focus { }
}
