# Enums and classes of scripts, which a pool's block and the values that it gets take along.
enum Color { Red; Green = 5 }
[Flags()] enum Access : byte { Read = 1; Write = 2 }

class Point {
    [int] $X
    [ValidateRange(0, 9)] [int] $Y
    [Color] $Color
}

class Marker : Attribute { }

class Greeter {
    [string] Greet() { return Get-Greeting }
}

Describe 'The types that a pool takes along' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $PSDefaultParameterValues = @{ 'Invoke-ProcPool:ThrottleLimit' = 1 }
        function Get-Greeting { 'hello' }
    }

    AfterEach {
        Clear-ProcSession
    }

    It 'enums, with their values' {
        $seen = 1 | Invoke-ProcPool { [Color]::Green; [Access]3; 'Red' -as [Color] }
        $seen | ForEach-Object GetType | Should -Be ([Color]), ([Access]), ([Color])
        $seen | Should -Be ([Color]::Green), ([Access] 'Read, Write'), ([Color]::Red)
    }

    It 'the enums of values that a block does not name: <From>' -TestCases @(
        @{ From = '$using:'; Run = { $color = [Color]::Green; 1 | Invoke-ProcPool { "$($using:color)"; ($using:color) -is [enum] } } }
        @{ From = '-ArgumentList'; Run = { 1 | Invoke-ProcPool { "$($args[1])"; $args[1] -is [enum] } -ArgumentList ([Color]::Green) } }
        @{ From = 'the items'; Run = { , [Color[]] ([Color]::Green) | Invoke-ProcPool { "$($_[0])"; $_[0] -is [enum] } } }
        @{ From = 'a child''s arguments'; Run = { Start-ChildProcess { param($c) "$c"; $c -is [enum] } -ArgumentList ([Color]::Green) | Receive-ChildProcess -Wait } }
    ) {
        & $Run | Should -Be 'Green', $true
    }

    It 'the enums of values are those that a block names, in a worker that has had such values before' {
        $pool = New-ProcPool 1
        $run = { Invoke-ProcTask $args[0] -Pool $pool -ArgumentList ([Color]::Green) }
        $bare, $naming = { "$($args[0])" }, { $args[0] -is [Color] }
        $bare, $naming, { "$($args[0]) again" }, $naming | ForEach-Object { & $run $_ } | Should -Be 'Green', $true, 'Green again', $true
    }

    It 'enums of a function, which have its name before their own: <From>' -TestCases @(
        @{ From = 'values, with a block that names them'; Run = { enum Local { A; B }; [Local]::B | Invoke-ProcPool { "$_ $($_ -is [Local])"; $_ } | Set-Variable seen; $seen[0], ($seen[1] -is [Local]) } }
        @{ From = 'values'; Run = { enum OfCase { A; B }; Invoke-ProcTask { "$($args[0]) $($args[0] -is [enum])"; $args[0] } -ArgumentList ([OfCase]::B) | Set-Variable seen; $seen[0], ($seen[1] -is [OfCase]) } }
        @{ From = 'what comes back from a queue'; Run = { enum OfQueue { A; B }; $queue = New-ProcQueue; Send-ProcQueue $queue ([OfQueue]::B); $value = Receive-ProcQueue $queue; "$value $true", ($value -is [OfQueue]) } }
    ) {
        & $Run | Should -Be 'B True', $true
    }

    It 'the types of the function that asks, where another has some of the same names' {
        Set-Content "$TestDrive/same.ps1" @'
class Top { [int] One() { return 1 } }
function First { enum State { On; Off }; [State]::Off | Invoke-ProcPool { "$_ $($_ -is [State])" } }
function Second {
    enum State { Up; Down; Left }
    class Thing { [State] $State = 'Down'; [string] Text() { return "second $($this.State)" } }
    [State]::Left | Invoke-ProcPool { "$_ $($_ -is [State])" }
    1 | Invoke-ProcPool { [Thing]::new().Text() }
}
First
Second
& { class Thing { [string] Text() { return 'block' } }; 1 | Invoke-ProcPool { [Thing]::new().Text() } }
1 | Invoke-ProcPool { [Top]::new().One() }
'@
        & "$TestDrive/same.ps1" | Should -Be 'Off True', 'Left True', 'second Down', 'block', 1
    }

    It 'the types that a class can see, where a function behind it has others of the same names' {
        Set-Content "$TestDrive/seen.ps1" @'
enum Hue { Red; Green; Blue }
function Outer {
    enum Tone { Low; High }
    function Inner {
        class Thing { [Hue] $Hue = 'Blue'; [Tone] $Tone = 'High'; [string] Text() { return "$($this.Hue) $($this.Tone)" } }
        class Bare { [Hue] $Hue; [Tone[]] $Tones }
        1 | Invoke-ProcPool { [Thing]::new().Text(); [Bare] @{ Hue = 'Green'; Tones = 'High' } | ForEach-Object { "$($_.Hue) $($_.Tones)" } }
    }
    Inner
}
function Second { enum Hue { X; Y }; enum Tone { Z }; [Hue]::X }
Outer
'@
        & "$TestDrive/seen.ps1" | Should -Be 'Blue High', 'Green High'
        Set-Content "$TestDrive/bare.ps1" @'
function Fifth { enum Lamp { On; Off }; class Plain { [Lamp] $One; [Lamp[]] $Many; [System.Collections.Generic.List[Lamp]] $List }; 1 | Invoke-ProcPool { "$([Plain]::new().One)" } }
Fifth
'@
        & "$TestDrive/bare.ps1" | Should -Be On
    }

    It 'the enum that was sent last, where two functions have one of the same name' {
        function First { enum Twice { On; Off }; $queue = New-ProcQueue; Send-ProcQueue $queue ([Twice]::Off); (Receive-ProcQueue $queue) -is [Twice] }
        function Second { enum Twice { Up; Down; Left }; $queue = New-ProcQueue; Send-ProcQueue $queue ([Twice]::Left); (Receive-ProcQueue $queue) -is [Twice] }
        (First), (Second), (First) | Should -Be $true, $true, $true
    }

    It 'enums of .NET and PowerShell that nothing has loaded there; of any other the number and the text' {
        if (-not ('ForeignColor' -as [type])) { Add-Type 'public enum ForeignColor { Red = 3 }' }
        [IO.Compression.CompressionLevel]::Fastest, [Microsoft.PowerShell.Commands.WebRequestMethod]::Post, [ForeignColor]::Red |
            Invoke-ProcPool { "$($_.GetType().FullName) $($_.ToString()) $($_ -eq 3)" } |
            Should -Be 'System.IO.Compression.CompressionLevel Fastest False', 'Microsoft.PowerShell.Commands.WebRequestMethod Post True', 'System.Int32 Red True'
        $made = [pscustomobject]@{ Color = [ForeignColor]::Red } | Invoke-ProcPool { $_ } | Invoke-ProcPool { $_ }
        $made.Color.ToString(), $made.Color.pstypenames[0] | Should -Be 'Red', 'Deserialized.ForeignColor'
        $made | Format-List | Out-String | Should -Match 'Color : Red'
    }

    It 'classes: <What>' -TestCases @(
        @{ What = 'with nothing but properties'; Block = { ([Point] @{ X = 3 }).X }; Result = 3 }
        @{ What = 'their attributes'; Block = { try { [Point] @{ Y = 99 } } catch { 'refused' } }; Result = 'refused' }
        @{ What = 'as generic argument'; Block = { ([System.Collections.Generic.List[Point]] @([Point]::new())).Count }; Result = 1 }
        @{ What = 'as array'; Block = { [Point[]]::new(2).Count }; Result = 2 }
        @{ What = 'as attribute'; Block = { function f { [Marker()] param() 'marked' }; f }; Result = 'marked' }
        @{ What = 'that call functions'; Block = { [Greeter]::new().Greet() }; Result = 'hello' }
        @{ What = 'that a block''s own derives from'; Block = [scriptblock]::Create('class Derived : Point { [int] $Z = 4 }; [Derived]::new().Z'); Result = 4 }
    ) {
        1 | Invoke-ProcPool $Block | Should -Be $Result
    }

    It 'types of a script that has no code in them' {
        & ([scriptblock]::Create(@'
enum Huge : ulong { Most = 18446744073709551615 }
class Plain { [ValidateSet("it's", 'b')] [string] $Text; hidden [string] $Hidden; static [int] $Count; [System.Collections.Generic.List[int]] $List; [Huge] $Huge }
1 | Invoke-ProcPool {
    $made = [Plain] @{ Text = "it's"; List = 1, 2; Huge = 'Most' }
    "$($made.Text) $($made.List.Count) $($made.Huge) $([Plain]::Count) $(($made | Get-Member -MemberType Property).Name)"
    try { $made.Text = 'c' } catch { 'refused' }
}
1 | Invoke-ProcPool { (New-Object Plain).Huge }
1 | Invoke-ProcPool { (New-Object -TypeName 'System.Collections.Generic.List[Plain]').Count }
'@)) | Should -Be "it's 2 Most 0 Huge List Text", 'refused', 0, 0
    }
}
