Describe 'A shared value' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
    }

    AfterEach {
        Get-ChildProcess | Remove-Job -Force
    }

    It 'is read and written' {
        $value = New-ProcValue 5
        $value.Value += 1
        $value.Value | Should -Be 6
        $value.Value = 'text'
        $value.Value | Should -Be 'text'
        (New-ProcValue).Value | Should -BeNullOrEmpty
    }

    It 'has single steps: Increment, CompareExchange, Update' {
        $value = New-ProcValue 7
        $value.Increment() | Should -Be 8
        $value.Increment(-2) | Should -Be 6
        $value.CompareExchange(10, 5) | Should -Be 6
        $value.Value | Should -Be 6
        $value.CompareExchange(10, 6) | Should -Be 6
        $value.Value | Should -Be 10
        $value.Update({ param($x) "<$x>" }) | Should -Be '<10>'
        $value.CompareExchange('new', '<10>') | Should -Be '<10>'
        $value.Value | Should -Be 'new'
        'web1' | Set-Content TestDrive:/host.txt
        $value.Value = Get-Content TestDrive:/host.txt -TotalCount 1
        $value.CompareExchange('new', 'web1') | Should -Be 'web1'
        $value.Value | Should -Be 'new'
    }

    It 'counts exactly over processes' {
        $value = New-ProcValue 0
        $children = 1..4 | ForEach-Object { Start-ChildProcess { foreach ($i in 1..250) { $null = ($using:value).Increment() } } }
        $children | Receive-ChildProcess -Wait
        $value.Value | Should -Be 1000
    }

    It 'says that text can''t be incremented' {
        { (New-ProcValue 'x').Increment() } | Should -Throw '*Int32, Int64 or Double*'
    }
}
