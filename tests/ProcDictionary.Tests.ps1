Describe 'A shared dictionary' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $commands = 'ProcConcurrency.Commands'
    }

    AfterEach {
        Get-ChildProcess | Remove-Job -Force
    }

    It 'is used as a hashtable is' {
        $d = New-ProcDictionary @{ count = 20; Name = 'egon' }
        $d['count'] -= 1
        $d.count | Should -Be 19
        $d['COUNT'] | Should -Be 19
        $d.other = 'x', 'y'
        $d['other'] | Should -Be 'x', 'y'
        $d.Keys | Sort-Object | Should -Be 'count', 'Name', 'other'
        $d.Contains('name') | Should -BeTrue
        $d.Remove('name')
        $d['name'] | Should -BeNullOrEmpty
        $seen = foreach ($entry in $d.GetEnumerator()) { "$($entry.Key)" }
        $seen | Sort-Object | Should -Be 'count', 'other'
        $d.Clear()
        @($d.Keys).Count | Should -Be 0
    }

    It 'is one dictionary in all processes, grandchildren and pool workers too' {
        $d = New-ProcDictionary
        $d.from = 'session'
        Start-ChildProcess { $d = $using:d; $d.child = $d.from; Start-ChildProcess { ($using:d).grandchild = ($using:d).child } | Wait-ChildProcess | Out-Null } | Receive-ChildProcess -Wait
        1..3 | Invoke-ProcPool { ($using:d)["item $_"] = $_ }
        $d.child | Should -Be 'session'
        $d.grandchild | Should -Be 'session'
        $d['item 3'] | Should -Be 3
    }

    It 'keeps values as what they are: <What>' -TestCases @(
        @{ What = 'a date'; Value = [datetime]'2026-11-25' }
        @{ What = 'an array'; Value = 1, 'two', 3.5 }
        @{ What = 'a long'; Value = 5L }
        @{ What = 'null'; Value = $null }
        @{ What = 'text'; Value = 'text' }
    ) {
        $d = New-ProcDictionary
        $d['x'] = $Value
        $d['x'] | Should -Be $Value
        if ($null -ne $Value) { $d['x'].GetType() | Should -Be $Value.GetType() }
    }

    It 'keeps the name of an enum that is not known where it is set' {
        if (-not ('ForeignColor' -as [type])) { Add-Type 'public enum ForeignColor { Red = 3 }' }
        $d = New-ProcDictionary @{ a = [ForeignColor]::Red }
        Start-ChildProcess { $d = $using:d; $d.b = $d.a; $d.b.ToString(), ($d.b + 1) } | Receive-ChildProcess -Wait | Should -Be 'Red', 4
    }

    It 'gives copies' {
        $d = New-ProcDictionary @{ list = @(1, 2) }
        $copy = $d.list
        $copy[0] = 99
        $d.list[0] | Should -Be 1
    }

    It 'carries handles that work where they arrive' {
        $d = New-ProcDictionary @{ lock = New-ProcLock; inner = New-ProcDictionary @{ n = 1 } }
        Start-ChildProcess { $d = $using:d; Use-ProcLock $d.lock { $d.inner.n += 1 } } | Receive-ChildProcess -Wait
        $d.inner.n | Should -Be 2
        $d.lock.IsHeld | Should -BeFalse
    }

    It 'has single steps: Increment, Update, TryAdd, TryRemove' {
        $d = New-ProcDictionary
        $d.Increment('n') | Should -Be 1
        $d.Increment('n', -3) | Should -Be -2
        $d.Increment('n', 0.5) | Should -Be -1.5
        $d.Update('n', { param($n) $n * 2 }) | Should -Be -3
        $d.Update('new', { param($old) "was <$old>" }) | Should -Be 'was <>'
        $d.TryAdd('new', 1) | Should -BeFalse
        $d.TryAdd('newer', 1) | Should -BeTrue
        { $d.Add('newer', 2) } | Should -Throw '*already*'
        $value = $null
        $d.TryRemove('newer', [ref] $value) | Should -BeTrue
        $value | Should -Be 1
    }

    It 'has one key for what is equal: <What>' -TestCases @(
        @{ What = 'decimals'; Keys = 1.50d, 1.5d }
        @{ What = 'zeros'; Keys = [double]::NegativeZero, 0.0 }
        @{ What = 'small zeros'; Keys = [float]::NegativeZero, [float]0 }
        @{ What = 'times'; Keys = [datetime]::new(2020, 3, 29, 2, 30, 0), [datetime]::SpecifyKind('2020-03-29 02:30', 'Utc'), [datetime]::SpecifyKind('2020-03-29 02:30', 'Local') }
    ) {
        $d = New-ProcDictionary
        $table = @{}
        foreach ($key in $Keys) { $d[$key] = $table[$key] = 1 }
        $table.Count | Should -Be 1
        $d.Count | Should -Be 1
        foreach ($key in $Keys) { $d.ContainsKey($key) | Should -BeTrue }
    }

    It 'has two keys for texts that were cut in the middle of different characters' {
        $d = New-ProcDictionary
        $first, $second = 'holiday😀', 'holiday🎉' | ForEach-Object { $_.Substring(0, 8) }
        $d[$first] = 1
        $d.TryAdd($second, 2) | Should -BeTrue
        $d[$first], $d[$second] | Should -Be 1, 2
        $d.Keys | Should -Be $first, $second
    }

    It 'takes many keys in one step, all of them or none' {
        $d = New-ProcDictionary @{ a = 1; text = 'x' }
        $d.Increment(@{ a = 1; b = 2 })
        $d.a, $d.b | Should -Be 2, 2
        { $d.Increment([ordered]@{ a = 1; text = 1 }) } | Should -Throw '*Int32, Int64 or Double*'
        $d.a | Should -Be 2
        $words = [hashtable]::new([StringComparer]::Ordinal)
        $words['The'], $words['the'] = 3, 4
        $d.Increment($words)
        $d.the | Should -Be 7
        $d.Update(@{ a = 'new'; c = (1, 2) })
        $d.a | Should -Be 'new'
        $d.c | Should -Be 1, 2
        $d.Update(@{})
        $d.Count | Should -Be 5
    }

    It 'counts exactly where <How> is used' -TestCases @(
        @{ How = 'Increment'; Step = { param($d) $null = $d.Increment('n') } }
        @{ How = 'Increment with many keys'; Step = { param($d) $d.Increment(@{ n = 1; m = 1 }) } }
        @{ How = 'Update'; Step = { param($d) $null = $d.Update('n', { param($n) $n + 1 }) } }
    ) {
        $d = New-ProcDictionary @{ n = 0 }
        $children = 1..3 | ForEach-Object { Start-ChildProcess { param($step) $step = [scriptblock]::Create($step); foreach ($i in 1..100) { & $step $using:d } } -ArgumentList "$Step" }
        $children | Receive-ChildProcess -Wait
        $d.n | Should -Be 300
    }

    It 'says what can''t be added' {
        $d = New-ProcDictionary @{ text = 'x' }
        { $d.Increment('text') } | Should -Throw '*Int32, Int64 or Double*'
        $d.max = [long]::MaxValue
        { $d.Increment('max') } | Should -Throw '*64 bits*'
        $d.int = [int]::MaxValue
        $d.Increment('int') | Should -Be 2147483648
    }

    It 'refuses what can''t be a key or a value' {
        $d = New-ProcDictionary
        { $d[@{}] = 1 } | Should -Throw '*key*'
        { $d.TryAdd($null, 1) } | Should -Throw '*key*'
        { New-ProcDictionary @{ (Get-Date).GetType() = 1 } } | Should -Throw -ErrorId "InvalidValue,$commands.NewProcDictionaryCommand"
        { New-ProcDictionary @{ a = [IO.MemoryStream]::new() } } | Should -Throw -ErrorId "NotSerializable,$commands.NewProcDictionaryCommand"
        { $d['x'] = [IO.MemoryStream]::new() } | Should -Throw '*bound to this process*'
        @($d.Keys).Count | Should -Be 0
    }

    It 'NotSerializable: makes no dictionary of what can''t be sent' {
        { New-ProcDictionary ([ordered]@{ a = 1; b = [IO.MemoryStream]::new() }) -Name half } | Should -Throw -ErrorId 'NotSerializable,*'
        Get-ProcObject | Where-Object Name -EQ half | Should -BeNullOrEmpty
    }

    It 'one value that can''t be read spoils no other' {
        $d = New-ProcDictionary ([ordered]@{ a = 1; b = [cultureinfo]'de-DE'; c = 3 })
        $child = Start-ChildProcess -Environment @{ DOTNET_SYSTEM_GLOBALIZATION_INVARIANT = '1' } {
            $d = $using:d
            $d.Keys -join ','
            $values = $d.Values
            "$($values.Count) $($values[0]) $($values[2])"
            try { $null = $d.TryRemove('b', [ref] $null) } catch { 'unreadable' }
            try { foreach ($value in $values) { $value } } catch { 'unreadable' }
            foreach ($entry in $d.GetEnumerator()) { if ($entry.Key -eq 'a') { $entry.Value; break } }
        }
        $child | Receive-ChildProcess -Wait | Should -Be 'a,b,c', '3 1 3', 'unreadable', 1, 'unreadable', 1
        $d.b | Should -Be ([cultureinfo]'de-DE')
        $d.Keys | Should -Be 'a', 'b', 'c'
    }

    It 'is opened by its name' {
        $one = New-ProcDictionary -Name settings @{ a = 1 }
        $two = New-ProcDictionary -Name settings @{ a = 2; b = 3 }
        $two.a | Should -Be 1
        $one.b | Should -Be 3
        Remove-ProcObject settings
    }

    It 'keeps its entries in the order in which they were added' {
        $d = New-ProcDictionary ([ordered]@{ z = 1; a = 2; m = 3; 7 = 4 })
        $d.Remove('a')
        $d['b'] = 5
        $d['z'] = 6
        @($d.Keys) | Should -Be 'z', 'm', 7, 'b'
        @($d.Values) | Should -Be 6, 3, 4, 5
        @($d.GetEnumerator() | ForEach-Object { "$($_.Key)=$($_.Value)" }) | Should -Be 'z=6', 'm=3', '7=4', 'b=5'
        $d.ToHashtable().B | Should -Be 5
    }
}
