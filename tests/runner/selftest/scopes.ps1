# Every test here passes when scopes are Pester's.

$inFileBody = 'body'
function Get-FromFileBody { 'body' }

BeforeDiscovery { $discovered = 'one', 'two' }

BeforeAll {
    $fromFile = 'file'
    $script:log = [Collections.Generic.List[string]]::new()
    function Get-FromFile { 'function' }
}

Describe 'a file' {
    It 'gives the variables of its BeforeAll to tests' { $fromFile | Should -Be 'file' }
    It 'gives the functions of its BeforeAll to tests' { Get-FromFile | Should -Be 'function' }
    It 'keeps the variables of its body to discovery' { $inFileBody | Should -BeNullOrEmpty }
    It 'keeps the functions of its body to discovery' { { Get-FromFileBody } | Should -Throw -ErrorId 'CommandNotFoundException' }
    It 'has $PSScriptRoot in tests' { [IO.Path]::GetFileName($PSScriptRoot) | Should -Be 'selftest' }
    It 'has $PSCommandPath in tests' { [IO.Path]::GetFileName($PSCommandPath) | Should -Be 'scopes.ps1' }
    It 'sees what BeforeDiscovery found: <_>' -ForEach $discovered { $_ | Should -BeIn 'one', 'two' }
    It 'keeps the variables of BeforeDiscovery to discovery' { $discovered | Should -BeNullOrEmpty }
}

Describe 'a block' {
    $inBody = 'body'
    BeforeAll {
        $inBlock = 'outer'
        $shadowed = 'outer'
        $list = [Collections.Generic.List[int]]::new()
    }

    It 'keeps the variables of its body to discovery' { $inBody | Should -BeNullOrEmpty }
    It 'gives the variables of its BeforeAll to tests' { $inBlock | Should -Be 'outer' }
    It 'lets a test change a variable for itself' { $inBlock = 'changed'; $new = 1; $inBlock | Should -Be 'changed' }
    It 'gives the next test the old value' { $inBlock | Should -Be 'outer' }
    It 'gives the next test no new variable' { $new | Should -BeNullOrEmpty }
    It 'lets tests share what a variable holds' { $list.Add(1); $list | Should -HaveCount 1 }
    It 'shows the next test what it holds' { $list | Should -HaveCount 1 }
    It 'lets a test set a script variable' { $script:shared = 5 }
    It 'shows the next test the script variable' { $shared | Should -Be 5 }

    Context 'in a block' {
        BeforeAll { $inContext = 'inner'; $shadowed = 'inner' }
        It 'sees the outer variables' { $inBlock | Should -Be 'outer' }
        It 'sees its own' { $inContext | Should -Be 'inner' }
        It 'sees its own value of a shadowed one' { $shadowed | Should -Be 'inner' }
    }

    It 'does not see the variables of an inner block' { $inContext | Should -BeNullOrEmpty }
    It 'sees its value of a shadowed one' { $shadowed | Should -Be 'outer' }
}

Describe 'the next block' {
    It 'does not see the variables of the one before' { $inBlock | Should -BeNullOrEmpty }
}

Describe 'BeforeEach' {
    BeforeAll { $count = 0 }
    BeforeEach { $count++; $each = 'each'; $script:log.Add('outer before') }
    AfterEach { $script:log.Add("outer after $inTest") }

    It 'runs in the scope of the test' { $each | Should -Be 'each'; $inTest = 'x' }
    It 'starts from what BeforeAll set' { $count | Should -Be 1 }
    It 'has run once a test, with AfterEach in the scope of the test' {
        $script:log | Should -Be 'outer before', 'outer after x', 'outer before', 'outer after ', 'outer before'
        $script:log.Clear()
    }

    Context 'nested' {
        BeforeEach { $script:log.Add('inner before') }
        AfterEach { $script:log.Add('inner after') }
        It 'runs the outer one first' { $script:log | Should -Be 'outer after ', 'outer before', 'inner before' }
        It 'runs the inner AfterEach first' { $script:log[3, 4] | Should -Be 'inner after', 'outer after ' }
    }
}

Describe 'AfterAll' {
    BeforeAll { $mine = 'seen'; $script:afterAll = '' }
    Context 'of a block' {
        BeforeAll { $inner = 'inner' }
        It 'has a test' { $script:afterAll | Should -Be '' }
        AfterAll { $script:afterAll = "$mine $inner" }
    }
    It 'has run when the next test starts, and saw the variables' { $script:afterAll | Should -Be 'seen inner' }
}

Describe 'hooks of a skipped block' -Skip {
    BeforeAll { $script:skippedRan = $true }
    It 'does not run' { throw 'ran' }
}

Describe 'after a skipped block' {
    It 'has not run its BeforeAll' { $script:skippedRan | Should -BeNullOrEmpty }
}
