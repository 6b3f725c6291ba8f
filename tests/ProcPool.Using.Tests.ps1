Describe '$using: in a block' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $PSDefaultParameterValues = @{ 'Invoke-ProcPool:ThrottleLimit' = 1 }
        Set-Alias ipp Invoke-ProcPool
        $t = 'outer'
    }

    It 'for a further process means the child''s own variables: <Form>' -TestCases @(
        @{ Form = 'Invoke-ProcTask'; Block = { $t = 'inner'; Invoke-ProcTask { $using:t } } }
        @{ Form = 'New-ProcPool'; Block = { $t = 'inner'; $p = New-ProcPool 1 -InitializationScript { $got = $using:t }; Invoke-ProcTask { $got } -Pool $p; Stop-ProcPool $p } }
        @{ Form = 'a module''s name before the command'; Block = { $t = 'inner'; 1 | ProcConcurrency\Invoke-ProcPool { $using:t } } }
        @{ Form = 'and another module''s'; Block = { $t = 'inner'; Microsoft.PowerShell.Core\Start-Job { $using:t } | Receive-Job -Wait -AutoRemoveJob } }
        @{ Form = 'an alias'; Block = { $t = 'inner'; 1 | ipp { $using:t } } }
        @{ Form = '-Name:{ }'; Block = { $t = 'inner'; Invoke-ProcTask -ScriptBlock:{ $using:t } } }
        @{ Form = '({ })'; Block = { $t = 'inner'; Invoke-ProcTask -ScriptBlock ({ $using:t }) } }
        @{ Form = 'in a variable'; Block = { $t = 'inner'; $b = { $using:t }; Invoke-ProcTask $b } }
        @{ Form = 'in a table'; Block = { $t = 'inner'; $with = @{ ScriptBlock = { $using:t } }; Invoke-ProcTask @with } }
    ) {
        1 | Invoke-ProcPool $Block | Should -Be 'inner'
    }

    It 'for a further process means the child''s own variables where the module has a prefix' {
        $manifest = "$PSScriptRoot/../ProcConcurrency.psd1"
        Start-ChildProcess -ArgumentList $manifest {
            param($manifest)
            Invoke-Expression @'
                Import-Module $manifest -Prefix My
                $t = 'outer'
                1 | Invoke-MyProcPool { $t = 'inner'; Invoke-MyProcTask { $using:t } }
'@
        } | Receive-ChildProcess -Wait | Should -Be 'inner'
    }

    It 'that the child keeps in a variable is the outer value where the child has none' {
        1 | Invoke-ProcPool { $b = { $using:t }; & $b; Invoke-ProcTask $b } | Should -Be 'outer', 'outer'
    }

    It 'in a function or class of the child goes along to a further process' {
        $x = 5
        Start-ChildProcess {
            function Get-X { $using:x }
            class Has { [int] Get() { return $using:x } }
            Get-X
            Start-ChildProcess { Get-X; [Has]::new().Get() } | Receive-ChildProcess -Wait
            $x = 'the child''s own'
            1 | Invoke-ProcPool { Get-X; Start-ChildProcess { Get-X; [Has]::new().Get() } | Receive-ChildProcess -Wait }
        } | Receive-ChildProcess -Wait | Should -Be 5, 5, 5, 5, 5, 5
    }

    It 'for Invoke-Command is the outer value, but not for another session' {
        1 | Invoke-ProcPool { $t = 'inner'; Invoke-Command { $using:t }; Invoke-Command -NoNewScope -ArgumentList 2 -ScriptBlock { param($n) "$n $using:t" } } |
            Should -Be 'outer', '2 outer'
        $blocks = { Invoke-Command there { $using:not } }, { Invoke-Command { $using:not } -Cn there }, { Invoke-Command -Session $x { $using:not } }, { Invoke-Command @x { $using:not } }
        foreach ($block in $blocks) { (New-ChildProcess $block).State | Should -Be 'NotStarted' }
    }

    It 'in a class is the value, and errors keep their line' {
        $block = {
            class Sees {
                static [string] $Shared = "${using:t}"
                [string] $Own = $using:t
                [string] Get() { return $using:t }
                [object] Fail() {
                    throw "no $using:t"
                }
            }
            $made = [Sees]::new()
            "$($made.Get()) $($made.Own) $([Sees]::Shared)"
            $null = $made.Fail()
        }
        1 | Invoke-ProcPool $block -ErrorVariable failed -ErrorAction SilentlyContinue | Should -Be 'outer outer outer'
        $failed[0].Exception.Message | Should -Be 'no outer'
        $failed[0].InvocationInfo.ScriptLineNumber | Should -Be ($block.StartPosition.StartLine + 6)
        $failed[0].InvocationInfo.Line.Trim() | Should -Be 'throw "no $using:t"'
        (New-ChildProcess { class SeesHere { [string] Get() { return $using:t } } [SeesHere]::new().Get() }).Run() | Should -Be 'outer'
        Get-Variable using?* -Scope Global | Should -BeNullOrEmpty
    }

    It 'outlives a run that takes along a value of that name: <In>' -TestCases @(
        @{ In = 'in a child'; Run = { param($block) Start-ChildProcess $block | Receive-ChildProcess -Wait }; Expected = @('<outer>') }
        @{ In = 'in a worker'; Run = { param($block) 1, 2 | Invoke-ProcPool $block -ThrottleLimit 1 }; Expected = '<outer>', '<outer>' }
        @{ In = 'in a run here'; Run = { param($block) (New-ChildProcess $block).Run() }; Expected = @('<outer>') }
    ) {
        & $Run { $t = 'inner'; $null = (New-ChildProcess { $using:t }).Run(); "<$using:t>" } | Should -Be $Expected
    }

    It 'leaves nothing here of a run whose initialization fails' {
        { (New-ChildProcess { $using:t } -InitializationScript { throw 'not today' }).Run() } | Should -Throw '*not today*'
        Get-Variable using?* -Scope Global | Should -BeNullOrEmpty
    }

    It 'keeps names apart that differ by a colon' {
        $env:X_Y = 'of the environment'
        $env_X_Y = 'of the session'
        try {
            1 | Invoke-ProcPool { "$using:env:X_Y, $using:env_X_Y" } | Should -Be 'of the environment, of the session'
        } finally {
            $env:X_Y = $null
        }

        $script:scoped = 1
        $script_scoped = 2
        1 | Invoke-ProcPool { $using:script:scoped, $using:script_scoped } | Should -Be 1, 2
        1 | Invoke-ProcPool { $using_t = 'own'; "$using:t ${using:t} $using_t" } | Should -Be 'outer outer own'
    }

    It 'that names the -PipelineVariable of a step before is an error' {
        { 1..2 | ForEach-Object -PipelineVariable p { $_ } | Invoke-ProcPool { $using:p } } | Should -Throw -ErrorId 'UsingPipelineVariable,*InvokeProcPoolCommand'
    }

    It 'may name the drive of variables, and be splatted' {
        $with = @{ InputObject = 'splatted' }
        1 | Invoke-ProcPool { $using:variable:t; Write-Output @using:with } | Should -Be 'outer', 'splatted'
        { 1 | Invoke-ProcPool { $using:variable:nowhere } } | Should -Throw -ErrorId 'UsingVariableNotFound,*'
    }
}
