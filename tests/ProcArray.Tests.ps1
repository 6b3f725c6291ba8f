Describe 'A shared array' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $commands = 'ProcConcurrency.Commands'
    }

    AfterEach {
        Get-ChildProcess | Remove-Job -Force
    }

    It 'holds numbers of type <Type>, zeros at first' -TestCases @(
        @{ Type = [byte] }, @{ Type = [int16] }, @{ Type = [int] }, @{ Type = [long] }, @{ Type = [single] }, @{ Type = [double] }
    ) {
        $array = New-ProcArray $Type 4
        $array.Length | Should -Be 4
        $array[0] | Should -Be 0
        $array[3] = 7
        $array[-1] | Should -Be 7
        $array[-1] | Should -BeOfType $Type
        $array.ToArray().GetType() | Should -Be $Type.MakeArrayType()
        $seen = foreach ($number in $array) { $number }
        $seen | Should -Be 0, 0, 0, 7
    }

    It 'is the same memory in children and grandchildren' {
        $array = New-ProcArray double 3
        $array[0] = 1.5
        Start-ChildProcess { $a = $using:array; $a[1] = $a[0] * 2; Start-ChildProcess { ($using:a)[2] = ($using:a)[1] + 1 } | Receive-ChildProcess -Wait } | Receive-ChildProcess -Wait
        $array.ToArray() | Should -Be 1.5, 3, 4
    }

    It 'takes no message for an element: what was mapped works even when the hub has it no more' {
        $array = New-ProcArray int 1
        $go = "$TestDrive/array.go"
        $child = Start-ChildProcess {
            param($array, $go)
            $array[0] = 1
            while (-not (Test-Path $go)) { Start-Sleep -Milliseconds 50 }
            foreach ($i in 1..1000) { $array[0] = $array[0] + 1 }
        } -ArgumentList $array, $go
        Wait-Until { $array[0] -eq 1 }
        Remove-ProcObject $array
        New-Item $go | Out-Null
        $child | Receive-ChildProcess -Wait
        $array[0] | Should -Be 1001
    }

    It 'has single steps: Increment and CompareExchange' {
        $array = New-ProcArray int 2
        $children = 1..3 | ForEach-Object { Start-ChildProcess { foreach ($i in 1..1000) { $null = ($using:array).Increment(0) } } }
        $children | Receive-ChildProcess -Wait
        $array[0] | Should -Be 3000
        $array.CompareExchange(1, 5, 0) | Should -Be 0
        $array.CompareExchange(1, 6, 0) | Should -Be 5
        $doubles = New-ProcArray double 1
        $doubles.Increment(0, 0.5) | Should -Be 0.5
        { (New-ProcArray byte 1).Increment(0) } | Should -Throw '*single steps*'
    }

    It 'is filled from numbers' {
        $array = New-ProcArray int 5
        $array.CopyFrom((1..3), 1)
        $array.ToArray() | Should -Be 0, 1, 2, 3, 0
        { $array.CopyFrom((1..3), 3) } | Should -Throw '*5 elements*'
    }

    It 'says what is wrong: <What>' -TestCases @(
        @{ What = 'InvalidArray: a type that it can''t have'; Id = 'InvalidArray'; Call = { New-ProcArray string 3 } }
        @{ What = 'a length of 0'; Id = 'ParameterArgumentValidationError'; Call = { New-ProcArray int 0 } }
    ) {
        $Call | Should -Throw -ErrorId "$Id,$commands.NewProcArrayCommand"
    }

    It 'says which types there are, where <What> is none' -TestCases @(
        @{ What = "'dbl'"; Call = { New-ProcArray dbl 3 } }
        @{ What = '3'; Call = { New-ProcArray 3 } }
    ) {
        $Call | Should -Throw "*$What is no type of number: give byte, int16, int, long, single or double, then the length." -ErrorId "ParameterArgumentTransformationError,$commands.NewProcArrayCommand"
    }

    It 'says what is wrong with an element' {
        $array = New-ProcArray byte 2
        { $array[2] = 1 } | Should -Throw '*2 elements*'
        { $array[0] = 256 } | Should -Throw
        { $array[0] = 'x' } | Should -Throw
    }

    It 'is of doubles where only its length is given' {
        $array = New-ProcArray -Length 3
        $array.Count, $array.ElementType | Should -Be 3, ([double])
    }

    It 'completes types' {
        (TabExpansion2 'New-ProcArray dou' 17).CompletionMatches.CompletionText | Should -Contain 'double'
    }

    It 'CompareExchange finds a zero whatever its sign: <Type>' -TestCases @(@{ Type = 'double' }, @{ Type = 'single' }) {
        $array = New-ProcArray $Type 1
        $array[0] = -0.0
        $array.CompareExchange(0, 5, 0) -eq 0 | Should -BeTrue
        $array[0] | Should -Be 5
        $array[0] = [double]::NaN
        [double]::IsNaN($array.CompareExchange(0, 6, [double]::NaN)) | Should -BeTrue
        $array.CompareExchange(0, 7, 5) | Should -Be 6
        $array[0] | Should -Be 6
    }

    It 'takes what has come through a pipeline' {
        $array = New-ProcArray int 3
        $array.CopyFrom((3, 1, 2 | Sort-Object))
        $array.CopyFrom([object[]]('7' | Sort-Object), 2)
        $array.ToArray() | Should -Be 1, 2, 7
    }

    It 'has no element before its first' {
        $array = New-ProcArray int 3
        $array.CopyFrom((1..3))
        $array[-3] | Should -Be 1
        $array[-4] | Should -BeNullOrEmpty
        { $array[-4] = 9 } | Should -Throw '*before the first*'
        $array.ToArray() | Should -Be 1, 2, 3
    }

    It 'reads text as PowerShell does, whatever the culture' {
        $culture = [cultureinfo]::CurrentCulture
        $array = New-ProcArray double 1
        try {
            [cultureinfo]::CurrentCulture = 'de-DE'
            $array[0] = '1.5'
        } finally {
            [cultureinfo]::CurrentCulture = $culture
        }
        $array[0] | Should -Be 1.5
    }

    It 'gives its memory back when its handles are gone' {
        $count = { @((Get-Content /proc/self/maps) -match '/memfd:procconcurrency').Count }

        # Those of other tests may go at any time.
        [GC]::Collect()
        [GC]::WaitForPendingFinalizers()
        $before = & $count
        $d = New-ProcDictionary @{ array = New-ProcArray int 4 }
        foreach ($i in 1..200) { $null = $d.array[0] }
        $held = $d.array
        $null = $held[0]
        & $count | Should -BeGreaterThan 0
        $held = $null
        Wait-Until {
            [GC]::Collect()
            [GC]::WaitForPendingFinalizers()
            (& $count) -le $before + 20
        }
        $d.array[3] | Should -Be 0
    }
}
