class Point {
    [int] $X
}

Describe 'What a block needs' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $PSDefaultParameterValues = @{ 'Invoke-ProcPool:ThrottleLimit' = 1 }
        function Get-Greeting { 'hello' }
        Set-Content "$TestDrive/Tools.psm1" @'
$script:word = 'kept'
function Get-Hidden { "$script:word inside" }
function Get-Shown { "shown: $(Get-Hidden)" }
function Invoke-Hidden { 1 | Invoke-ProcPool { Get-Hidden; hid } }
Set-Alias hid Get-Hidden
Set-Alias firstline Get-Content
Export-ModuleMember Get-Shown, Invoke-Hidden -Alias firstline
'@
        function New-TestModule($Folder, $Manifest, $Files, $Name = (Split-Path $Folder -Leaf)) {
            $null = New-Item $Folder -ItemType Directory -Force
            foreach ($file in $Files.Keys) { Set-Content "$Folder/$file" $Files[$file] }
            New-ModuleManifest "$Folder/$Name.psd1" @Manifest
        }
    }

    AfterEach {
        Get-Module Tools, InMemory, Whole, Bare, Wrap, Nested | Remove-Module
        Clear-ProcSession
    }

    It 'what a block made by GetNewClosure has closed over: <From>' -TestCases @(
        @{ From = 'a pool''s'; Run = { param($block) 1 | Invoke-ProcPool $block } }
        @{ From = 'a task''s'; Run = { param($block) Invoke-ProcTask $block } }
        @{ From = 'a child''s'; Run = { param($block) Start-ChildProcess $block | Receive-ChildProcess -Wait } }
        @{ From = 'a child''s initialization'; Run = { param($block) Start-ChildProcess { } -InitializationScript $block | Receive-ChildProcess -Wait } }
        @{ From = 'a run here'; Run = { param($block) (New-ChildProcess $block).Run() } }
        @{ From = 'an initialization''s of a run here'; Run = { param($block) (New-ChildProcess { } -InitializationScript $block).Run() } }
    ) {
        # The same block, each time with another value, and once with none.
        $plain = { "$closed" }
        & $Run $plain | Should -BeNullOrEmpty
        foreach ($closed in 'one', 'two') { & $Run $plain.GetNewClosure() | Should -Be $closed }
        $closed = [IO.MemoryStream]::new()
        $closure = $plain.GetNewClosure()
        { $ErrorActionPreference = 'Stop'; & $Run $closure } | Should -Throw '*closed*' -ErrorId 'NotSerializable,*'
        $closed = 'mine'
        & $Run { param($closed) "own $closed $using:TestDrive".Length -gt 9 }.GetNewClosure() | Should -BeTrue
        $closed | Should -Be 'mine'
    }

    It 'a run here of a block made by GetNewClosure has what the initialization sets' {
        $closed = 1
        function Get-Other { 5 }
        ${function:Get-Twice} = $twice = { 2 * $args[0] }
        (New-ChildProcess { "$closed $more" }.GetNewClosure() -InitializationScript { $more = Get-Twice (Get-Other) }).Run() | Should -Be '1 10'
        ${function:Get-Twice} | Should -Be $twice
    }

    It 'a module''s own functions and aliases, where its function starts the pool' {
        Import-Module "$TestDrive/Tools.psm1"
        Invoke-Hidden | Should -Be 'kept inside', 'kept inside'
    }

    It 'functions that stand within a module''s function' {
        Set-Content "$TestDrive/Nested.psm1" @'
function Get-Kept { 'kept' }
function Get-Both { 'the module''s' }
function Invoke-Nested {
    function Get-Both { 'nested' }
    function Get-Nested($n) { function Get-Deeper { 'deeper' }; "$n $(Get-Kept) $(Get-Both) $(Get-Deeper)" }
    1 | Invoke-ProcPool { Get-Nested $_ } -ThrottleLimit 1
}
Export-ModuleMember Invoke-Nested
'@
        Import-Module "$TestDrive/Nested.psm1"
        Invoke-Nested | Should -Be '1 kept nested deeper'
    }

    It 'what a block finds where it was made, when it is handed to a module: <By>' -TestCases @(
        @{ By = 'Invoke-ProcPool'; Wrapper = { param($b) 1 | Invoke-ProcPool $b -ThrottleLimit 1 } }
        @{ By = 'Invoke-ProcTask'; Wrapper = { param($b) $p = New-ProcPool 1; Invoke-ProcTask $b -Pool $p; Stop-ProcPool $p } }
        @{ By = 'Start-ChildProcess'; Wrapper = { param($b) Start-ChildProcess $b | Receive-ChildProcess -Wait } }
        @{ By = '-InitializationScript'; Wrapper = { param($b) $p = New-ProcPool 1 -InitializationScript $b; Invoke-ProcTask { } -Pool $p; Stop-ProcPool $p } }
    ) {
        Import-Module "$TestDrive/Tools.psm1"
        Set-Content "$TestDrive/Wrap.psm1" "`$t = 'the wrapper''s'; function Get-Both { 'the wrapper''s' }; function Invoke-Mine { $Wrapper }"
        Set-Content "$TestDrive/run.ps1" @'
Import-Module $PSScriptRoot/Wrap.psm1
function Get-Below { 'below' }
function Get-Both { "both $(Get-Below)" }
$t = 'here'
$block = { Get-Both; $using:t }
Invoke-Mine $block
$t = 'changed'
function Get-Below { 'changed' }
Invoke-Mine $block
Invoke-Mine (& (Get-Module Tools) { { Get-Hidden } })
'@
        & "$TestDrive/run.ps1" | Should -Be 'both below', 'here', 'both changed', 'changed', 'kept inside'
    }

    It 'what a module keeps to itself, where a class of its file calls it; and this module''s commands, where a function of another calls them' {
        # In a session of its own: "using module" has to stand first.
        Set-Content "$TestDrive/Kin.psm1" @'
function Get-Secret { 'secret' }
function Invoke-Shared { 1 | Invoke-ProcPool { 'pooled' } }
class Kin { [string] Say() { return Get-Secret } }
Export-ModuleMember Invoke-Shared
'@
        Set-Content "$TestDrive/caller.ps1" @"
using module '$TestDrive/Kin.psm1'
Import-Module '$PSScriptRoot/../ProcConcurrency.psd1'
1 | Invoke-ProcPool { [Kin]::new().Say(); Invoke-Shared; Invoke-Expression 'ProcConcurrency\New-ProcLock | ForEach-Object GetType | ForEach-Object Name' }
"@
        Invoke-Engine -File "$TestDrive/caller.ps1" | Should -Be 'secret', 'pooled', 'ProcLock'
    }

    It 'the classes and enums of a module as those that its functions have: <What>' -TestCases @(
        @{ What = 'without code'; Class = 'class Tribe { [int] $N }' }
        @{ What = 'with code'; Class = 'class Tribe { [int] $N; [string] Say() { $null = Get-Random; return "$script:word $(Get-Word)" } }' }
    ) {
        Set-Content "$TestDrive/Tribe.psm1" @"
enum Tint { Red }
$Class
`$script:word = 'word'
function Get-Word { 'of the module' }
function Get-Random { 'of the module, too' }
function Get-Inner { class Inner { [int] `$N }; [Inner]::new() }
"@
        Add-Content "$TestDrive/Tribe.psm1" @'
function New-Tribe { [Tribe]::new() }
function Use-Tribe([Tribe] $k) { $k.N }
function Use-Tint([Tint] $t) { "$t" }
function Invoke-All {
    1 | Invoke-ProcPool { (New-Tribe) -is [Tribe]; Use-Tribe ([Tribe]::new()); if ('Say' -in (New-Tribe).psobject.Methods.Name) { [Tribe]::new().Say() } }
    $tint = [Tint]::Red
    Start-ChildProcess { Use-Tint $using:tint; New-Tribe | ForEach-Object { Use-Tribe $_ } } | Receive-ChildProcess -Wait
    [Tint]::Red | Invoke-ProcPool { Use-Tint $_ }
}
Export-ModuleMember *-Tribe, Use-Tint, Invoke-All
'@
        Set-Content "$TestDrive/caller.ps1" @"
using module '$TestDrive/Tribe.psm1'
Import-Module '$PSScriptRoot/../ProcConcurrency.psd1'
1 | Invoke-ProcPool { (New-Tribe) -is [Tribe]; [Tribe]::new().N + (Get-Random -Maximum 1) }
Invoke-All
"@
        $said = if ($What -eq 'with code') { 'word of the module' }
        Invoke-Engine -File "$TestDrive/caller.ps1" | Should -Be (@('True', '0', 'True', '0') + @($said) + 'Red', '0', 'Red').Where{ $_ }
    }

    It 'the command itself, where Pester mocks it in the session' {
        Mock Get-Greeting { 'mocked' }
        Mock Get-Date { 'mocked' }
        Get-Greeting | Should -Be 'mocked'
        1 | Invoke-ProcPool { Get-Greeting; (Get-Date).GetType().Name } | Should -Be 'hello', 'DateTime'
    }

    It 'a module''s aliases, also of others'' commands' {
        Import-Module "$TestDrive/Tools.psm1"
        1 | Invoke-ProcPool { firstline $using:TestDrive/Tools.psm1 -TotalCount 1 } | Should -Be '$script:word = ''kept'''
    }

    It 'commands that were imported with a prefix' {
        Import-Module "$TestDrive/Tools.psm1" -Prefix Our
        1 | Invoke-ProcPool { Get-OurShown } | Should -Be 'shown: kept inside'
        Start-ChildProcess -Command Get-OurShown | Receive-ChildProcess -Wait | Should -Be 'shown: kept inside'
    }

    It 'this module''s commands, where the caller has them with a prefix' {
        Invoke-Engine -Command @"
            Import-Module '$PSScriptRoot/../ProcConcurrency.psd1' -Prefix Our
            function Get-Inner { Invoke-OurProcTask { 'inner' } }
            1 | Invoke-OurProcPool { Invoke-OurProcTask { 'task' }; Get-Inner }
            Import-Module '$PSScriptRoot/../ProcConcurrency.psd1'
            Start-ChildProcess { Invoke-ProcTask { 'bare' }; Get-Inner } | Receive-ChildProcess -Wait
"@ | Should -Be 'task', 'inner', 'bare', 'inner'
    }

    It 'a function as the block, whose parameters stand before the braces' {
        function Add-Two($a, $b) { "$a+$b" }
        function Add-More(
            $a, $b = 5
        ) # (not a block's)
        { "$a+$b"; 1 / $null }
        filter Add-Each($a) { "$_+$a" }
        filter Add-Inside { param($a) "$_+$a" }
        $run = { 1, 2 | Start-ChildProcess $args[0] -ArgumentList 6 | Receive-ChildProcess -Wait -ErrorVariable script:errors -ErrorAction SilentlyContinue }
        & $run ${function:Add-Two} | Should -Be '6+'
        5 | Invoke-ProcPool ${function:Add-Two} -ArgumentList 6 | Should -Be '5+6'
        & $run ${function:Add-Each} | Should -Be '1+6', '2+6'
        & $run ${function:Add-Inside} | Should -Be '1+6', '2+6'
        & $run (Get-Command Add-More).ScriptBlock | Should -Be '6+5'
        $errors[0].InvocationInfo.Line.Trim() | Should -Be '"$a+$b"; 1 / $null'
        $errors[0].InvocationInfo.ScriptLineNumber | Should -Be ${function:Add-More}.Ast.Body.Extent.StartLineNumber
        $errors[0].InvocationInfo.OffsetInLine | Should -Be (${function:Add-More}.Ast.Body.Extent.StartColumnNumber + 11)
    }

    It 'a module by its manifest: <From>' -TestCases @(
        @{ From = 'of a function'; Run = { Start-ChildProcess { Get-Whole } | Receive-ChildProcess -Wait } }
        @{ From = 'of a pool''s'; Run = { 1 | Invoke-ProcPool { Get-Whole } } }
        @{ From = 'of what it keeps to itself'; Run = { Invoke-Whole } }
        @{ From = 'of -Module'; Run = { Start-ChildProcess { & 'Get-Whole' } -Module Whole | Receive-ChildProcess -Wait } }
    ) {
        New-TestModule "$TestDrive/Whole" @{
            ModuleVersion = '1.0'; RootModule = 'Root.psm1'; NestedModules = 'Part.psm1'; ScriptsToProcess = 'First.ps1'; FunctionsToExport = 'Get-Whole', 'Invoke-Whole'
        } @{
            'Part.psm1' = 'function Get-Part { "part" }'
            'First.ps1' = '$global:first = "first"'
            'Root.psm1' = @'
function Get-Whole { "$(Get-Part) $global:first $($MyInvocation.MyCommand.Module.Version)" }
function Get-Inner { Get-Whole }
function Invoke-Whole { 1 | Invoke-ProcPool { Get-Inner } }
'@
        }
        Import-Module "$TestDrive/Whole/Whole.psd1"
        & $Run | Should -Be 'part first 1.0'
    }

    It 'a script of a module by itself, where the caller loaded it so' {
        New-TestModule "$TestDrive/Bare" @{ RootModule = 'Bare.psm1'; FunctionsToExport = 'Get-Other' } @{ 'Bare.psm1' = 'function Get-Bare { "bare" }' }
        Import-Module "$TestDrive/Bare/Bare.psm1"
        1 | Invoke-ProcPool { Get-Bare } | Should -Be 'bare'
    }

    Context 'modules on the path' {
        BeforeAll {
            $path = $env:PSModulePath
            foreach ($version in '1.0', '2.0') {
                New-TestModule "$TestDrive/path/Two/$version" -Name Two @{ ModuleVersion = $version; RootModule = 'Two.psm1'; FunctionsToExport = 'Get-Two' } @{ 'Two.psm1' = "function Get-Two { '$version' }" }
            }
            New-TestModule "$TestDrive/path/Two/2.0/Deep" @{ RootModule = 'Deep.psm1'; FunctionsToExport = 'Get-Deep' } @{ 'Deep.psm1' = 'function Get-Deep { "deep" }' }
            $env:PSModulePath = "$TestDrive/path$([IO.Path]::PathSeparator)$path"
        }

        AfterEach { Get-Module Two, Deep | Remove-Module }

        AfterAll { $env:PSModulePath = $path }

        It 'in the version that the caller has: <Version>' -TestCases @{ Version = '1.0' }, @{ Version = '2.0' } {
            Import-Module Two -RequiredVersion $Version
            1 | Invoke-ProcPool { Get-Two } | Should -Be $Version
            Start-ChildProcess { Get-Two } | Receive-ChildProcess -Wait | Should -Be $Version
            1 | Invoke-ProcPool { "$((Get-Module Two).Version)" } -Module Two | Should -Be $Version
        }

        It 'deeper than one is found by its name' {
            Import-Module "$TestDrive/path/Two/2.0/Deep/Deep.psd1"
            1 | Invoke-ProcPool { Get-Deep } | Should -Be 'deep'
        }

        It 'where the child''s path is another' {
            $with = @{ Environment = @{ PSModulePath = "$TestDrive" } }
            1 | Invoke-ProcPool { Get-Two; (Get-Date).GetType().Name } @with | Should -Be '2.0', 'DateTime'
            Start-ChildProcess { Get-Two } @with | Receive-ChildProcess -Wait | Should -Be '2.0'
        }

        It 'that nothing has loaded yet, by an alias of the caller''s' {
            Set-Alias two Get-Two
            1 | Invoke-ProcPool { two } | Should -Be '2.0'
            Get-Module Two | Remove-Module
            Start-ChildProcess { two } | Receive-ChildProcess -Wait | Should -Be '2.0'
        }

        It 'that is there only when the block is called again' {
            $run = { 1 | Invoke-ProcPool { Get-Later } -ErrorAction SilentlyContinue }
            & $run | Should -BeNullOrEmpty
            $folder = "$TestDrive/path/Later"
            New-TestModule $folder @{ RootModule = 'Later.psm1'; FunctionsToExport = 'Get-Later' } @{ 'Later.psm1' = 'function Get-Later { "a module''s" }' }
            try {
                & $run | Should -Be 'a module''s'
                function Get-Later { 'a function' }
                & $run | Should -Be 'a function'
                Remove-Item function:Get-Later
                & $run | Should -Be 'a module''s'
                Remove-Module Later
                & $run | Should -Be 'a module''s'
            } finally {
                Get-Module Later | Remove-Module
                Remove-Item $folder -Recurse
            }
        }

        It 'by names that only the line''s run can judge' {
            1 | Invoke-ProcPool { if ($_ -gt 1) { nosuch::/bin/ls; ''; & 'no:such' }; 'fine' } | Should -Be 'fine'
            $run = { 1 | Invoke-ProcPool { (Date).GetType().Name } }
            & $run | Should -Be 'DateTime'
            & $run | Should -Be 'DateTime'
        }

        # As where the block runs here: a program on PATH comes before a command that nothing has loaded, and after one that is loaded.
        It 'that nothing has loaded yet, only where no program has that name' {
            $programs = New-Item "$TestDrive/programs" -ItemType Directory
            $before = $env:PATH
            $name = 'get-two'
            try {
                $env:PATH = "$programs$([IO.Path]::PathSeparator)$before"
                '#!/bin/sh', 'echo a program' | Set-Content "$programs/$name"
                chmod +x "$programs/$name"
                & $name | Should -Be 'a program'
                $run = { 1 | Invoke-ProcPool { get-two } }
                & $run | Should -Be 'a program'
                & $run | Should -Be 'a program'
                Start-ChildProcess { get-two } | Receive-ChildProcess -Wait | Should -Be 'a program'
                Get-Module Two | Should -BeNullOrEmpty
                function get-two { 'a function' }
                & $run | Should -Be 'a function'
                Remove-Item function:get-two, "$programs/$name"
                & $run | Should -Be '2.0'
            } finally {
                $env:PATH = $before
            }
        }
    }

    It 'types of PowerShell''s own assemblies that no command there has loaded yet' {
        function Get-MethodName { param([Microsoft.PowerShell.Commands.WebRequestMethod] $Method) "$Method" }
        Start-ChildProcess { Get-MethodName Get } | Receive-ChildProcess -Wait | Should -Be 'Get'
        Start-ChildProcess { [Collections.Generic.List[Microsoft.PowerShell.Commands.WebRequestMethod]]::new().Count } | Receive-ChildProcess -Wait | Should -Be 0
        1 | Invoke-ProcPool { try { throw 'x' } catch [Microsoft.PowerShell.Commands.HttpResponseException] { } catch { 'other' } } | Should -Be 'other'
    }

    It 'functions of any name' {
        $names = 'it''s', 'a b', "it$([char] 0x2019)s", 'a[b]', 'a:b', 'a"b', 'a{b', 'a}b', 'a$b', 'a*b', 'a/b', 'a\b', 'a;b', 'a(b', 'a,b'
        foreach ($name in $names) {
            $ExecutionContext.InvokeProvider.Item.Set([string[]] "function:$name", { param($x = 1) "odd $x" }, $true, $true) | Out-Null
        }
        function global:Get-Scoped($x) { "scoped $x" }
        $calls = $names | ForEach-Object { "& '$([Management.Automation.Language.CodeGeneration]::EscapeSingleQuotedStringContent($_))' 2" }
        try {
            1 | Invoke-ProcPool ([scriptblock]::Create($calls -join "`n")) | Should -Be (, 'odd 2' * $names.Count)
            1 | Invoke-ProcPool { Get-Scoped 3; global:Get-Scoped 4 } | Should -Be 'scoped 3', 'scoped 4'
            Start-ChildProcess -Command 'a[b]' | Receive-ChildProcess -Wait | Should -Be 'odd 1'
        } finally {
            $names + 'Get-Scoped' | ForEach-Object { Remove-Item -LiteralPath "function:$_" }
        }
    }

    It 'functions of a module without a file, with its variables and its own functions' {
        New-Module -Name InMemory { $state = 7; function Get-Inner { "inner $script:state" }; function Get-State { $script:state++; "$(Get-Inner)" }; Export-ModuleMember Get-State } | Import-Module
        1, 2 | Invoke-ProcPool { Get-State } | Should -Be 'inner 8', 'inner 9'
        $captured = 4
        Set-Item function:Get-Captured { "captured $captured" }.GetNewClosure()
        1 | Invoke-ProcPool { Get-Captured } | Should -Be 'captured 4'
        & (Get-Module InMemory) { $script:state = [IO.MemoryStream]::new() }
        { 1 | Invoke-ProcPool { Get-State } } | Should -Throw '*$state of the module InMemory*' -ErrorId 'NotSerializable,*'
    }

    It 'has its variables whatever names those have that set it up' {
        $name, $body, $define, $block = 'n', 'b', 'd', 'k'
        $set = { "$name $body $define $block $(Get-Tag)" }
        New-Module -Name InMemory { function Get-Tag { 'tag' } } | Import-Module
        1 | Invoke-ProcPool $set -Variable name, body, define, block -InitializationScript { $null = 1 } | Should -Be 'n b d k tag'
        Start-ChildProcess $set.GetNewClosure() -InitializationScript { $null = 1 } | Receive-ChildProcess -Wait | Should -Be 'n b d k tag'
        1 | Invoke-ProcPool { Test-Path variable:__dotted } -InitializationScript { $null = 1 } -Fresh | Should -BeFalse
        (New-ChildProcess { $input } -InitializationScript { $run = $with = $named = $in = $variables = $session = 0 }).Run() | Should -BeNullOrEmpty
        (New-ChildProcess { "<$name$run$init>" }).Run() | Should -Be '<n>'
    }

    It 'a module that is imported there for it warns of nothing' {
        Set-Content "$TestDrive/Tools.psm1" 'function Do-It { "did $args" }'
        Import-Module "$TestDrive/Tools.psm1" -DisableNameChecking
        1 | Invoke-ProcPool { Do-It $_ } 3>&1 | Should -Be 'did 1'
        Start-ChildProcess { Do-It 2 } -Module "$TestDrive/Tools.psm1" | Receive-ChildProcess -Wait 3>&1 | Should -Be 'did 2'
        (New-ChildProcess { Do-It 3 } -Module "$TestDrive/Tools.psm1").Run() 3>&1 | Should -Be 'did 3'
    }

    It 'types, and the state of a module, that the initialization has made are the block''s' {
        New-Module -Name Counter { $n = 1; function Step-Counter { $script:n++ }; function Get-Counter { $script:n } } | Import-Module
        $result = . ([scriptblock]::Create(@'
class Point { [int] $X }
class Holder { [Point] $Point }
1 | Invoke-ProcPool -InitializationScript { $point = [Point]::new(); Step-Counter } {
    $holder = [Holder]::new()
    $holder.Point = $point
    "$($holder.Point -is [Point]) $(Get-Counter)"
}
'@))
        $result | Should -Be 'True 2'
    }

    It 'a type compiled in memory is left to a block that makes it' {
        Add-Type 'public class MadeThere { public static int N = 3; }'
        { 1 | Invoke-ProcPool { [MadeThere]::N } } | Should -Throw '*MadeThere*' -ErrorId 'TypeSourceNotFound,*'
        1 | Invoke-ProcPool { [MadeThere]::N } -InitializationScript { Add-Type 'public class MadeThere { public static int N = 3; }' } | Should -Be 3
    }
}
