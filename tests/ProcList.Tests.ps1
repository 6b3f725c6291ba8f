Describe 'A shared list' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
    }

    AfterEach {
        Get-ChildProcess | Remove-Job -Force
    }

    It 'is used as a list is' {
        $list = New-ProcList 1, 2, 3
        $list[0] | Should -Be 1
        $list[-1] | Should -Be 3
        $list.Add('four') | Should -Be 3
        $list[1] = 'two'
        $list.Count | Should -Be 4
        $seen = foreach ($item in $list) { $item }
        $seen | Should -Be 1, 'two', 3, 'four'
        $list.Insert(0, 'zero')
        $list.RemoveAt(-1) | Should -Be 'four'
        $list.IndexOf(3) | Should -Be 3
        $list.Contains('no') | Should -BeFalse
        $list.ToArray() | Should -Be 'zero', 1, 'two', 3
        $list.Clear()
        $list.Count | Should -Be 0
    }

    It 'finds a line of a file by its text' {
        'web1', 'web2' | Set-Content TestDrive:/hosts.txt
        $list = New-ProcList (Get-Content TestDrive:/hosts.txt)
        $list.Contains('web2') | Should -BeTrue
        $list.IndexOf((Get-Content TestDrive:/hosts.txt -Tail 1)) | Should -Be 1
    }

    It 'is one list in all processes' {
        $list = New-ProcList
        $children = 1..3 | ForEach-Object { Start-ChildProcess { param($n) foreach ($i in 1..50) { $null = ($using:list).Add("$n-$i") } } -ArgumentList $_ }
        $children | Receive-ChildProcess -Wait
        $list.Count | Should -Be 150
        $list.ToArray() | Where-Object { $_ -like '2-*' } | Should -Be (1..50 | ForEach-Object { "2-$_" })
    }

    It 'has single steps: Increment, Update, AddRange' {
        $list = New-ProcList 10, 20
        $list.Increment(0) | Should -Be 11
        $list.Increment(-1, 5) | Should -Be 25
        $list.Update(1, { param($x) $x * 2 }) | Should -Be 50
        $list.AddRange(@('a', 'b'))
        $list.ToArray() | Should -Be 11, 50, 'a', 'b'
    }

    It 'goes to a child as one argument' {
        $list = New-ProcList 1, 2
        Start-ChildProcess { param($l, $x) "$($l.Count) $x" } -ArgumentList $list, 'x' | Receive-ChildProcess -Wait | Should -Be '2 x'
        Start-ChildProcess { param($l) $l.Count } -ArgumentList $list | Receive-ChildProcess -Wait | Should -Be 2
    }

    It 'is opened by its name, and keeps what it has' {
        $null = New-ProcList 1, 2 -Name kept
        (New-ProcList 3 -Name kept).ToArray() | Should -Be 1, 2
        Get-ProcObject kept | Remove-ProcObject
        Get-ProcObject kept -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'says which index is none' {
        $list = New-ProcList 1
        { $list[5] = 1 } | Should -Throw '*index 5*'
        { $list.RemoveAt(1) } | Should -Throw '*1 items*'
    }

    It 'NotSerializable: makes no list of what can''t be sent' {
        { New-ProcList 1, ([IO.MemoryStream]::new()) -Name half } | Should -Throw -ErrorId 'NotSerializable,*'
        Get-ProcObject | Where-Object Name -EQ half | Should -BeNullOrEmpty
        $list = New-ProcList 1, $null -Name half
        $list.ToArray() | Should -Be 1, $null
        (New-ProcList 3 -Name half).Count | Should -Be 2
        Remove-ProcObject half
    }

    It 'has no item before its first' {
        $list = New-ProcList 1, 2, 3
        $list[-3] | Should -Be 1
        $list[-4] | Should -BeNullOrEmpty
        { $list[-4] = 9 } | Should -Throw '*before the first*'
        $list.ToArray() | Should -Be 1, 2, 3
    }
}
