Describe 'A block that a pool calls' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
    }

    It 'that is stopped, as its worker is asked to end, fails its own item alone: <How>' -ForEach @(
        @{ How = 'where it waits'; Block = { if ($_ -eq 30) { & kill -TERM $PID; Start-Sleep 60 }; $_ } }
        @{ How = 'where it runs'; Block = { if ($_ -eq 30) { & kill -TERM $PID; while ($true) { } }; $_ } }
        @{ How = 'which it catches'; Block = { if ($_ -eq 30) { & kill -TERM $PID; try { while ($true) { } } catch { } }; $_ } }
        @{ How = 'which it catches, called by a script'; Block = { process { if ($_ -eq 30) { & kill -TERM $PID; try { while ($true) { } } catch { } }; $_ } } }
        @{ How = 'and fails behind'; Block = { if ($_ -eq 30) { & kill -TERM $PID; try { Start-Sleep 60 } finally { throw 'x' } }; $_ } }
    ) {
        1..60 | Invoke-ProcPool $Block -ThrottleLimit 1 -ErrorVariable errors -ErrorAction SilentlyContinue |
            Should -Be (1..60 | Where-Object { $_ -ne 30 })
        $errors.TargetObject | Should -Be 30
    }

    It 'that throws what a stop throws fails its own item alone' {
        1..3 | Invoke-ProcPool -ThrottleLimit 1 { if ($_ -eq 2) { throw [Management.Automation.PipelineStoppedException]::new() }; $PID } -ErrorVariable errors -ErrorAction SilentlyContinue |
            Select-Object -Unique | Should -HaveCount 1
        $errors.FullyQualifiedErrorId | Should -Be 'PipelineStopped'
    }

    It 'has no part in the parameters that a script gives to all commands' {
        $pool = @{
            ThrottleLimit = 1
            InitializationScript = { $PSDefaultParameterValues['*:OutVariable'] = 'all'; $PSDefaultParameterValues['*:ErrorVariable'] = 'bad' }
        }
        1..3 | Invoke-ProcPool { "[$all$bad]"; 1 / 0 } @pool -ErrorAction SilentlyContinue | Should -Be '[]', '[]', '[]'
        1..2 | Invoke-ProcPool { $null = Write-Output $_; "$all" } @pool | Should -Be 1, 2
    }

    It 'may ask by $MyInvocation what it was called with: <Block>' -ForEach @(
        @{ Block = { "$($MyInvocation.UnboundArguments)"; $MyInvocation.UnboundArguments.Add('mine') }; Is = '1 5 6', '2 5 6' }
        @{ Block = { param($n, $of) "$($MyInvocation.BoundParameters['n', 'of']) $($MyInvocation.UnboundArguments)"; $MyInvocation.BoundParameters['m'] = 'mine' }; Is = '1 5 6', '2 5 6' }
        @{ Block = { param($n, $of, $m, $left) "$($MyInvocation.BoundParameters.Keys | Sort-Object)" }; Is = 'm n of', 'm n of' }
    ) {
        1, 2 | Invoke-ProcPool $Block -ArgumentList 5, 6 -ThrottleLimit 1 | Should -Be $Is
    }

    It 'may ask from within a loop what it was called with, strictly' {
        1 | Invoke-ProcPool { Set-StrictMode -Version Latest; 1 | ForEach-Object { $PSBoundParameters.Count } } -ErrorAction Stop | Should -Be 0
    }

    It 'may have nothing but a clean block, which runs as little as elsewhere' {
        1 | Invoke-ProcPool ([scriptblock]::Create('clean { }')) -ErrorAction Stop | Should -BeNullOrEmpty
    }

    It 'gets no arguments of a task that its worker ran before, however that ended: <How>' -ForEach @(
        @{ How = 'by break'; Task = { Submit-ProcTask -Pool $pool { break } -ArgumentList secret, x } }
        @{ How = 'by an error of a block that a script calls'; Task = { Submit-ProcTask -Pool $pool { param($n) process { throw 'x' } } -Parameters @{ n = 'secret' } } }
    ) {
        $pool = New-ProcPool 1
        & $Task | Wait-ProcTask
        1, 2 | Invoke-ProcPool -Pool $pool { param($n) "<$n $args>" } | Should -Be '<1 >', '<2 >'
    }

    It 'begins with $? as it is elsewhere, whatever the item before left' {
        1..3 | Invoke-ProcPool -ThrottleLimit 1 { "$?"; & /bin/false } | Should -Be 'True', 'True', 'True'
    }

    It 'leaves a typed parameter empty that gets nothing' {
        1 | Invoke-ProcPool { param([int] $n, [datetime] $at, [char] $c) "$n [$at] $($null -eq $c)" } -ErrorAction Stop | Should -Be '1 [] True'
        Invoke-ProcTask { param([timespan] $for = 3) "[$for]" } -ErrorAction Stop | Should -Be '[00:00:00.0000003]'
    }

    It 'runs where the initialization lets the defaults of parameters have no empty value' {
        1 | Invoke-ProcPool -InitializationScript { [ValidateNotNull()] $global:PSDefaultParameterValues = @{ 'a:b' = 1 } } { $_ } -Timeout 60 | Should -Be 1
    }

    It 'may ask by other ways, too, what it was called with: <Block>' -ForEach @(
        @{ Block = { $local:MyInvocation.UnboundArguments.Count } }
        @{ Block = { (Get-Variable MyInvocation -ValueOnly).UnboundArguments.Count } }
    ) {
        1 | Invoke-ProcPool $Block | Should -Be 1
    }
}
