# A pool's block: what it gets, its forms, and what it leaves to the next item.
Describe 'The block of Invoke-ProcPool' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
    }

    It 'gets the item as $_ and as its first argument, then -ArgumentList' {
        2, 3 | Invoke-ProcPool { param($x, $y) "$_ $x $y" } -ArgumentList 'more' | Should -Be '2 2 more', '3 3 more'
    }

    It 'gets $using: values, functions and the initialization' {
        function Get-Twice { param($x) 2 * $x }
        $add = 100
        1, 2 | Invoke-ProcPool { (Get-Twice $_) + $using:add + $base } -InitializationScript { $base = 1000 } | Should -Be 1102, 1104
    }

    It 'gives the initialization its arguments' {
        1, 2 | Invoke-ProcPool -ThrottleLimit 1 -InitializationScript { param($a, $b) $both = "$a$b" } -InitializationArgumentList '-x', 4 { "$_$both" } |
            Should -Be '1-x4', '2-x4'
    }

    It 'has a scope of its own for each item' {
        1..4 | Invoke-ProcPool { "<$seen>"; $seen = $_ } -ThrottleLimit 1 | Should -Be '<>', '<>', '<>', '<>'
    }

    It 'may be of any form: <Form>' -TestCases @(
        @{ Form = '[CmdletBinding()] param()'; Block = { [CmdletBinding()] param() "$_" }; Result = '5' }
        @{ Form = 'a parameter of its own'; Block = { [CmdletBinding()] param($x) "$_ $x" }; Result = '5 5' }
        @{ Form = 'more parameters'; Block = { [CmdletBinding()] param([Parameter(Mandatory)] $x, $y) "$x $y" }; With = 'y'; Result = '5 y' }
        @{ Form = 'a parameter from the pipeline'; Block = { param([Parameter(ValueFromPipeline)] $x) process { "$x $_" } }; Result = '5 5' }
        @{ Form = 'the same, and another'; Block = { param([Parameter(ValueFromPipeline)] $x, $y) process { "$x $y" } }; With = 'y'; Result = '5 y' }
        @{ Form = 'a parameter by a property'; Block = { param([Parameter(Mandatory, ValueFromPipelineByPropertyName)] $Length) process { "$Length $_" } }; Item = 'four'; Result = '4 four' }
        @{ Form = 'both of these'; Block = { param([Parameter(ValueFromPipelineByPropertyName)] $Length, [Parameter(ValueFromPipeline)] $x) process { "$Length $x" } }; Item = 'four'; Result = '4 four' }
        @{ Form = 'a process block with an attribute'; Block = { param([Parameter()] $x) process { "<$_> $x" } }; Result = '<> 5' }
        @{ Form = 'a parameter only by name'; Block = { [CmdletBinding(PositionalBinding = $false)] param($x) "$_<$x>" }; Result = '5<>' }
        @{ Form = 'begin, process, end'; Block = { begin { 'b' } process { "p$_" } end { 'e' } }; Result = 'b', 'p5', 'e' }
        @{ Form = 'a process block with a parameter'; Block = { param($x) process { "$_ $x" } }; Result = '5 5' }
        @{ Form = 'a type'; Block = { param([int] $x, [string] $y = 'none') "$x $($x.GetType().Name) $y" }; Result = '5 Int32 none' }
        @{ Form = 'types to convert to'; Block = { param([string] $x, [int] $y = 3) "$($x.GetType().Name) $x $($y + 1)" }; With = '7'; Result = 'String 5 8' }
        @{ Form = 'a default of a default'; Block = { param($x, $y = $x * 2) "$x $y" }; Result = '5 10' }
        @{ Form = 'a switch, which takes no place'; Block = { param($x, [switch] $y) "$x $y $args" }; With = 'y'; Result = '5 False y' }
        @{ Form = 'types, and $_ behind a switch'; Block = { param([string] $x) switch (1) { 1 { } }; "$_ $x" }; Result = '5 5' }
        @{ Form = 'an enum of its own'; Block = { enum OwnLevel { Low; High }; "$([OwnLevel]::High) $_" }; Result = 'High 5' }
        @{ Form = '$input'; Block = { foreach ($item in $input) { "i$item" } }; Result = 'i5' }
        @{ Form = '#requires'; Block = [scriptblock]::Create("#requires -Version 7`n`"`$_`""); Result = '5' }
        @{ Form = 'using namespace'; Block = [scriptblock]::Create("using namespace System.Text`n[CmdletBinding()] param() [StringBuilder]::new(`"`$_`").ToString()"); Result = '5' }
    ) {
        ($Item ?? 5) | Invoke-ProcPool $Block -ArgumentList @($With | Where-Object { $_ }) -ThrottleLimit 1 | Should -Be $Result
    }

    It 'that takes the input by its properties alone has the error that a command has for one without' {
        { 5 | Invoke-ProcPool { param([Parameter(ValueFromPipelineByPropertyName)] $Name) process { $Name } } -ErrorAction Stop } |
            Should -Throw -ErrorId 'InputObjectNotBound*'
    }

    It 'whose parameter does not take an input has the error of a command, for that input' {
        1, 'abc', 3 | Invoke-ProcPool { param([int] $x) $x } -ErrorAction SilentlyContinue -ErrorVariable errors | Should -Be 1, 3
        $errors.FullyQualifiedErrorId | Should -Be 'ParameterArgumentTransformationError'
        $errors.TargetObject | Should -Be abc
    }

    It 'continues after a statement that failed, as everywhere in PowerShell' {
        1 | Invoke-ProcPool { 1 / 0; 'after' } -ErrorAction SilentlyContinue | Should -Be 'after'
    }

    It 'runs in worker processes, at most -ThrottleLimit of them' {
        $ids = 1..200 | Invoke-ProcPool { $PID } -ThrottleLimit 3 | Sort-Object -Unique
        $ids | Should -Not -Contain $PID
        @($ids).Count | Should -BeLessOrEqual 3
    }

    It 'finds nothing around it but the session that it runs in: <Kind>' -ForEach @(
        @{ Kind = 'a plain one'; Block = { (Get-PSCallStack).Count; try { (Get-Variable -Scope 2).Name } catch { 'none' } } }
        @{ Kind = 'with parameters'; Block = { param([int] $n, $of) (Get-PSCallStack).Count; try { (Get-Variable -Scope 2).Name } catch { 'none' } } }
    ) {
        1 | Invoke-ProcPool $Block -ArgumentList 2 | Should -Be 1, 'none'
    }

    It 'may ask what it was called with, strictly: <Block>' -ForEach @(
        @{ Block = { Set-StrictMode -Version Latest; "$($PSBoundParameters.Count) $($args.Count)" }; Is = '0 2' }
        @{ Block = { param($n) Set-StrictMode -Version Latest; "$($PSBoundParameters.Keys) $($args.Count)" }; Is = 'n 1' }
        @{ Block = { param([string] $n, $of = 9) Set-StrictMode -Version Latest; "$($PSBoundParameters.Keys | Sort-Object) $($n.GetType().Name) $($args.Count)" }; Is = 'n of String 0' }
    ) {
        1 | Invoke-ProcPool $Block -ArgumentList 5 | Should -Be $Is
    }

    It 'leaves no variable, function or strictness to the next item' {
        1..3 | Invoke-ProcPool -ThrottleLimit 1 {
            "[$left][$(Get-Command Left-Behind -ErrorAction Ignore)][$undefined]"
            $left = $_
            function Left-Behind { }
            Set-StrictMode -Version Latest
        } | Should -Be '[][][]', '[][][]', '[][][]'
    }

    It 'that ends by an error ends one item, in one worker with the others' {
        $ids = 1..5 | Invoke-ProcPool -ThrottleLimit 1 -ErrorAction SilentlyContinue -ErrorVariable errors {
            $PID
            switch ($_) {
                1 { throw 'one' }
                2 { $ErrorActionPreference = 'Stop'; [int]::Parse('x') }
                3 { Get-Item /no/such/file -ErrorAction Stop }
                4 { $null.Method(); 'goes on' }
            }
        }
        @($ids -eq 'goes on').Count | Should -Be 1
        ($ids -ne 'goes on' | Select-Object -Unique).Count | Should -Be 1
        $errors.TargetObject | Should -Be 1, 2, 3, 4
        $errors.FullyQualifiedErrorId | Should -Be 'one', 'FormatException', 'PathNotFound,Microsoft.PowerShell.Commands.GetItemCommand', 'InvokeMethodOnNull'
    }

    It 'may use a pool itself' {
        1..3 | Invoke-ProcPool { $n = $_; 1..3 | Invoke-ProcPool { $_ * $using:n } -ThrottleLimit 2 } -ThrottleLimit 2 |
            Should -Be 1, 2, 3, 2, 4, 6, 3, 6, 9
    }
}
