enum Tone { Red; Green = 5 }
[Flags()] enum Mix : byte { Red = 1; Green = 2 }

Describe 'Values on their way' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $PSDefaultParameterValues = @{ 'Invoke-ProcPool:ThrottleLimit' = 1 }
    }

    AfterEach {
        Clear-ProcSession
    }

    It 'are numbers with their text, where an enum of a script is not known' {
        # Not here: a block of this file would have its enums defined in this process too.
        $block = [scriptblock]::Create('enum OnlyThere { Red = 3 }; [Flags()] enum OnlyThereToo { A = 1; B = 2 }; [OnlyThere]::Red; [OnlyThereToo] 3')
        $one, $both = Start-ChildProcess $block | Receive-ChildProcess -Wait
        $one.ToString(), ($one + 1), $one.pstypenames[0] | Should -Be 'Red', 4, 'Deserialized.OnlyThere'
        $both.ToString(), ($both + 1) | Should -Be 'A, B', 4
    }

    It 'are enums of a script again, where they come back to it' {
        $there, $back = (New-ProcQueue), (New-ProcQueue)
        [Tone]::Green, [Mix] 'Red, Green' | Send-ProcQueue $there
        $child = Start-ChildProcess {
            foreach ($value in Receive-ProcQueue $using:there -Count 2) {
                "$($value.GetType().Name) $($value.ToString()) $($value + 1)"
                Send-ProcQueue $using:back $value
            }
        }
        Receive-ChildProcess $child -Wait | Should -Be 'Int32 Green 6', 'Byte Red, Green 4'
        $values = Receive-ProcQueue $back -Count 2
        $values.ForEach('GetType') | Should -Be ([Tone]), ([Mix])
        $values | Should -Be ([Tone]::Green), ([Mix] 'Red, Green')
    }

    It 'are types that the whole process has: what is said of one value is not said of all' {
        $seen = Start-ChildProcess { [int]; , [int[]] @(); [Text.Encoding]::UTF8 } | Receive-ChildProcess -Wait -WithOrigin
        $seen[0] | Should -Be ([int])
        [int].PSObject.Properties['ChildProcessName'] | Should -BeNullOrEmpty
        [Text.Encoding]::UTF8.PSObject.Properties['ChildProcessName'] | Should -BeNullOrEmpty
    }

    It 'are tables whose keys are types: one that is not known is found by its name' {
        if (-not ('KeyThing' -as [type])) { Add-Type 'public class KeyThing { }' }
        $table = @{ [KeyThing] = 'mine'; [int] = 'known' }
        $seen = , $table | Invoke-ProcPool { $_['KeyThing']; $_[[int]] }
        $seen | Should -Be mine, known
    }

    It 'are types of .NET and PowerShell; of any other what it is called' {
        if (-not ('ForeignThing' -as [type])) { Add-Type 'public class ForeignThing { }' }
        [int], [Collections.Generic.List[int]], [Microsoft.PowerShell.Commands.WebRequestMethod], [ForeignThing] |
            Invoke-ProcPool { "$_ $($_.Name) $($_ -is [type])" } | Should -Be @(
                'int Int32 True', 'System.Collections.Generic.List[int] List`1 True', 'Microsoft.PowerShell.Commands.WebRequestMethod WebRequestMethod True'
                'ForeignThing ForeignThing False')
        $made = [ForeignThing] | Invoke-ProcPool { $_ }
        $made.FullName, $made.pstypenames[0] | Should -Be 'ForeignThing', 'Deserialized.System.RuntimeType'
    }

    It 'are files with the path that they were made of' {
        [IO.FileInfo] 'a.txt', [IO.DirectoryInfo] 'logs' | Invoke-ProcPool { "$_"; $_.ToString(); $_.FullName } |
            Should -Be 'a.txt', 'a.txt', ([IO.FileInfo] 'a.txt').FullName, 'logs', 'logs', ([IO.DirectoryInfo] 'logs').FullName
    }

    It 'are bags with the text that ToString gives in PowerShell' {
        $process = Get-Process -Id $PID | Add-Member ScriptMethod ToString { "mine $($this.Id)" } -Force -PassThru
        $xml = [xml] '<a b="text"/>'
        $process, $xml.a.Attributes[0], @{ Inner = $process } | Invoke-ProcPool { if ($_ -is [hashtable]) { "$($_.Inner)" } else { "$_" } } |
            Should -Be "mine $PID", $xml.a.Attributes[0].ToString(), "mine $PID"
    }

    It 'are bags of what says something of itself in another process' {
        [Threading.Thread]::CurrentThread, $ExecutionContext | Invoke-ProcPool { $_.pstypenames[0] } | Should -BeLike 'Deserialized.*'
        function Get-SetName {
            [CmdletBinding(DefaultParameterSetName = 'One')]
            param([Parameter(ParameterSetName = 'One')] $One, [Parameter(ParameterSetName = 'Two')] $Two)

            1 | Invoke-ProcPool { ($using:PSCmdlet).ParameterSetName }
        }
        Get-SetName -Two 2 | Should -Be 'Two'
    }

    It 'are colors, points, sizes and methods of HTTP' {
        $sent = [Drawing.Color] 'Red', [Drawing.Color] '#010203', [Drawing.Point] '1,2', [Drawing.Size] '3,4', [Net.Http.HttpMethod] 'GET'
        $back = $sent | Invoke-ProcPool { $_ }
        $back | Should -Be $sent
        $back.ForEach('GetType') | Should -Be $sent.ForEach('GetType')
    }
}

Describe 'A pool''s input' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $PSDefaultParameterValues = @{ 'Invoke-ProcPool:ThrottleLimit' = 1 }
    }

    It 'is $_ behind a switch and a catch, too: <Form>' -TestCases @(
        @{ Form = 'switch'; Block = { switch (9) { 9 { } }; $_ } }
        @{ Form = 'catch'; Block = { try { throw 'x' } catch { }; $_ } }
        @{ Form = 'as $PSItem'; Block = { switch -Regex ('abc') { b { } }; $PSItem } }
        @{ Form = 'with parameters'; Block = { param($x) switch (9) { 9 { } }; if ($x -eq $_) { $_ } } }
        @{ Form = 'as an advanced block'; Block = { [CmdletBinding()] param() switch (9) { 9 { } }; $_ } }
        @{ Form = 'that is taken from the pipeline'; Block = { [CmdletBinding()] param([Parameter(ValueFromPipeline)] $x) switch (9) { 9 { } }; if ($x -eq $_) { $_ } } }
        @{ Form = 'beside $input'; Block = { $all = @($input); switch (9) { 9 { } }; if ($all.Count -eq 1) { $_ } } }
        @{ Form = 'in a process block'; Block = { process { switch (9) { 9 { } }; $_ } } }
        @{ Form = 'with a trap'; Block = { trap { continue } throw 'x'; $_ } }
    ) {
        1..2 | Invoke-ProcPool $Block | Should -Be 1, 2
        1..2 | Submit-ProcTask $Block | Receive-ProcTask | Should -Be 1, 2
    }

    It 'is $_ in a script with using statements' {
        Set-Content "$TestDrive/Greets.psm1" 'class Greets { [string] Hi() { return "hi" } }'
        $block = [scriptblock]::Create("using namespace System.Text`nusing module $TestDrive/Greets.psm1`n" +
            'switch (9) { 9 { } }; [StringBuilder]::new([Greets]::new().Hi()).Append($_).ToString()')
        1..2 | Invoke-ProcPool $block | Should -Be 'hi1', 'hi2'
    }

    It 'of a block that defines a class is the class''s, too' {
        $block = {
            class Base { [int] $N; Base([int] $n) { $this.N = $n } }
            class Next : Base { Next([int] $n) : base($n + 1) { } }
            [Next]::new($_).N
        }
        1..2 | Invoke-ProcPool $block | Should -Be 2, 3
    }

    It 'is no other''s because the block shows all its variables, or the call stack: <Form>' -TestCases @(
        @{ Form = 'variables as text'; Block = { $null = Get-Variable | Out-String; "x$_" } }
        @{ Form = 'variables in a string'; Block = { $null = Get-Variable | ForEach-Object { "$($_.Value)" }; "x$_" } }
        @{ Form = 'variables that are sent'; Block = { Get-Variable | Where-Object Name -like '__*'; "x$_" } }
        @{ Form = 'the stack as text'; Block = { $null = Get-PSCallStack | Out-String; "x$_" } }
        @{ Form = 'the stack as JSON'; Block = { $null = Get-PSCallStack | Select-Object Command, Arguments | ConvertTo-Json; "x$_" } }
        @{ Form = 'the stack that is sent'; Block = { Get-PSCallStack; "x$_" } }
    ) {
        1..3 | Invoke-ProcPool $Block | Where-Object { $_ -is [string] } | Should -Be 'x1', 'x2', 'x3'
        1..3 | Submit-ProcTask $Block | Receive-ProcTask | Where-Object { $_ -is [string] } | Should -Be 'x1', 'x2', 'x3'
    }
}
