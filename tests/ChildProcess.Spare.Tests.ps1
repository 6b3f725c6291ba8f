# A child that gets a process which was started ahead: for its user it is one that was started now.
Describe 'A child in a process that was started ahead' {
    BeforeAll {
        . $PSScriptRoot/common.ps1

        # On a busy machine the next start may be longer away than a spare waits.
        Set-ProcOption -SpareIdleTimeout -1

        # No list of the module's shows those that wait.
        function Get-Spare {
            [Reflection.BindingFlags] $hidden = 'Static, NonPublic'
            $type = [ProcConcurrency.Jobs.ChildProcess].Assembly.GetType('ProcConcurrency.Jobs.SpareChildren')
            $type.GetProperty('Store', $hidden).GetValue($null).ProcessIds
        }

        function Wait-Spare {
            if (-not @(Get-Spare)) {
                Start-ChildProcess { } | Wait-ChildProcess | Remove-Job
                Wait-Until { @(Get-Spare) } -TimeoutSeconds 60
            }
            @(Get-Spare)[0]
        }

        # All that its user can see of a process; what only ever differs is left out.
        $look = {
            $seen = [ordered]@{
                Location    = "$PWD"
                Folder      = [Environment]::CurrentDirectory
                Culture     = [cultureinfo]::CurrentCulture.Name, [cultureinfo]::CurrentUICulture.Name, $PSCulture, [cultureinfo]::DefaultThreadCurrentCulture.Name
                Mode        = $ExecutionContext.SessionState.LanguageMode
                Variables   = Get-Variable | Where-Object Name -ne PID | ForEach-Object { "$($_.Name)=$($_.Value), $($_.Options)" }
                Functions   = Get-ChildItem function:, alias: | ForEach-Object Name
                Modules     = Get-Module | ForEach-Object Name
                Errors      = $Error.Count
                CommandLine = [Environment]::GetCommandLineArgs()
                Environment = Get-ChildItem env: | ForEach-Object { "$($_.Name)=$($_.Value)" }
                Drives      = Get-PSDrive | ForEach-Object { "$($_.Name) $($_.Root) $($_.CurrentLocation)" }
                Runspaces   = Get-Runspace | ForEach-Object { "$($_.Id) $($_.Name)" }
                Jobs        = @(Get-Job).Count
                Native      = & /usr/bin/env | Sort-Object
                NativeCwd   = & /bin/pwd
                Inherited   = & /bin/sh -c 'umask; ulimit -a; nice'
                Arguments   = $args
            }
            $seen.History = try { Set-Location - -ErrorAction Stop; "$PWD" } catch { "$_" }
            $seen
        }
    }

    AfterEach {
        Clear-ProcSession
        Set-ProcOption -SpareProcessCount 1 -SpareIdleTimeout -1
    }

    AfterAll {
        Set-ProcOption -SpareIdleTimeout 30
    }

    It 'has the culture and the language mode of the call' {
        $spare = Wait-Spare
        $culture = [cultureinfo]::CurrentCulture
        try {
            [cultureinfo]::CurrentCulture = 'de-DE'
            $child = Start-ChildProcess { (1.5).ToString() }
            $child.ProcessId | Should -Be $spare
            $child | Receive-ChildProcess -Wait | Should -Be '1,5'
        } finally {
            [cultureinfo]::CurrentCulture = $culture
        }

        $spare = Wait-Spare
        $shell = New-Shell { $ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'; Start-ChildProcess { "$PID $($ExecutionContext.SessionState.LanguageMode)" } | Receive-ChildProcess -Wait }
        try {
            $shell.Invoke() | Should -Be "$spare ConstrainedLanguage"
        } finally {
            Remove-Shell $shell
        }
    }

    It 'is like one that was started for the call, though folder and environment changed between' {
        $call = @{
            ScriptBlock      = $look
            ArgumentList     = 'a', 1
            WorkingDirectory = '/usr/lib'
            Environment      = @{ SPARE_NEW = 'new value'; PATH = "/nowhere:$env:PATH"; SPARE_GONE = $null }
        }
        $env:SPARE_GONE = 'here'
        try {
            $null = Wait-Spare
            $env:SPARE_LATE = 'late'
            $spare = Wait-Spare
            $taken = Start-ChildProcess @call -Name twin
            $taken.ProcessId | Should -Be $spare
            $seen = Receive-ChildProcess $taken -Wait
            Remove-Job $taken
            Set-ProcOption -SpareProcessCount 0
            $fresh = Start-ChildProcess @call -Name twin
            $expected = Receive-ChildProcess $fresh -Wait
            foreach ($name in $expected.Keys) {
                $seen[$name] -join "`n" | Should -Be ($expected[$name] -join "`n") -Because $name
            }
            $seen.Environment | Should -Contain 'SPARE_LATE=late'
            $seen.Native | Should -Contain 'SPARE_NEW=new value'
            $seen.NativeCwd | Should -Be $seen.Folder
        }
        finally {
            Remove-Item env:SPARE_GONE, env:SPARE_LATE -ErrorAction Ignore
        }
    }

    It 'has streams, an exit code, a name and a job of its own, and is used once' {
        $spare = Wait-Spare
        $child = Start-ChildProcess -Name worker -Daemon { 'out'; Write-Warning warned; Write-Error wrong; (Get-ChildProcess -Current).Name; exit 7 }
        $child.ProcessId | Should -Be $spare
        $all = Receive-ChildProcess $child -Wait *>&1
        $all | Should -HaveCount 4
        "$($all[0]) $($all[1]) $($all[2]) $($all[3])" | Should -Be 'out warned wrong worker'
        $child.ExitCode | Should -Be 7
        $child.Daemon | Should -BeTrue
        Wait-Until { Test-Gone $spare }
        @(Get-Spare) | Should -Not -Contain $spare
    }

    It 'keeps nothing of what a child was given that was started before it' {
        $list = New-ProcList
        Start-ChildProcess { $args.Count } -ArgumentList $list | Receive-ChildProcess -Wait -AutoRemoveJob | Should -Be 1
        $null = Wait-Spare
        $id = $list.Id
        $list = $null
        Wait-Until { [GC]::Collect(); [GC]::WaitForPendingFinalizers(); $id -notin (Get-ProcObject).Id }
    }

    It 'is there after the first child, and not before' {
        $session = Start-Session -OutputPath "$TestDrive/first.txt" @'
$hidden = [Reflection.BindingFlags] 'Static, Instance, NonPublic'
$store = [ProcConcurrency.Jobs.ChildProcess].Assembly.GetType('ProcConcurrency.Jobs.SpareChildren').GetProperty('Store', $hidden).GetValue($null)
Set-ProcOption -SpareProcessCount 1 -SpareIdleTimeout -1
1 | Invoke-ProcPool { 'worker' }
# Without this none is ever started.
$null -ne $store.GetType().GetField('_describe', $hidden).GetValue($store)
Start-ChildProcess { 'child' } | Receive-ChildProcess -Wait
while (-not $store.ProcessIds.Count) { Start-Sleep -Milliseconds 50 }
$store.ProcessIds.Count
'@
        $session.WaitForExit(180000) | Should -BeTrue
        Get-Content "$TestDrive/first.txt" | Should -Be 'worker', 'False', 'child', '1'
    }

    It 'is one of as many as are wanted' {
        Set-ProcOption -SpareProcessCount 2
        $null = Wait-Spare
        Wait-Until { @(Get-Spare).Count -eq 2 } -TimeoutSeconds 60
        $spares = @(Get-Spare)
        $children = 1..2 | ForEach-Object { Start-ChildProcess { } }
        $children.ProcessId | Sort-Object | Should -Be ($spares | Sort-Object)
        $null = $children | Wait-ChildProcess
    }

    It 'is in no list' {
        $spare = Wait-Spare
        @(Get-ChildProcess).ProcessId | Should -Not -Contain $spare
        @(Get-Job) | Should -BeNullOrEmpty
    }

    It 'is not taken where <Name>' -ForEach @(
        @{ Name = 'a variable differs that is read at the start'; With = @{ Environment = @{ TZ = 'Asia/Tokyo' } } }
        @{ Name = 'the location of temporary files differs'; With = @{ Environment = @{ TMPDIR = '/var/tmp' } } }
        @{ Name = 'a variable is empty'; With = @{ Environment = @{ SPARE_EMPTY = '' } } }
    ) {
        $spare = Wait-Spare
        $child = Start-ChildProcess { "$env:TZ|$([TimeZoneInfo]::Local.Id)|$env:TMPDIR|$([IO.Path]::GetTempPath())|$(Test-Path env:SPARE_EMPTY)" } @With
        $child.ProcessId | Should -Not -Be $spare
        $null = Receive-ChildProcess $child -Wait
        $child.ExitCode | Should -Be 0
        @(Get-Spare) | Should -Contain $spare
    }

    It 'gives way to a new one where it was killed' {
        $spare = Wait-Spare
        & /bin/kill -9 $spare
        Start-ChildProcess { 'alive' } | Receive-ChildProcess -Wait | Should -Be alive
        @(Get-Spare) | Should -Not -Contain $spare
        $Error | Where-Object { "$_" -match "\b$spare\b" } | Should -BeNullOrEmpty
    }

    It 'gives way to a new one where it is stopped and doesn''t answer' {
        $spare = Wait-Spare
        Suspend-Id $spare
        Start-ChildProcess { 'alive' } | Receive-ChildProcess -Wait | Should -Be alive
        Wait-Until { Test-Gone $spare }
    }

    It 'goes to one of two that start at once' {
        $null = Wait-Spare
        $children = 1..2 | ForEach-Object { New-ChildProcess { $PID } }
        $children | ForEach-Object -Parallel { $_.Start() } -ThrottleLimit 2
        $ids = $children | Receive-ChildProcess -Wait
        $ids | Sort-Object -Unique | Should -HaveCount 2
        $ids | Sort-Object | Should -Be ($children.ProcessId | Sort-Object)
    }

    It 'ends where none is wanted any more, and when no child was started for a while' {
        $spare = Wait-Spare
        Set-ProcOption -SpareProcessCount 0
        Wait-Until { Test-Gone $spare }
        Start-ChildProcess { } | Wait-ChildProcess | Remove-Job
        Set-ProcOption -SpareProcessCount 1
        $spare = Wait-Spare
        Set-ProcOption -SpareIdleTimeout 0.01
        Wait-Until { Test-Gone $spare }
        @(Get-Spare) | Should -BeNullOrEmpty
    }

    It 'ends with its session, <_>' -ForEach 'as it ends', 'as it is killed' {
        $out = Join-Path $TestDrive "$_.txt"
        $end = $_ -eq 'as it ends' ? 'exit' : '& /bin/kill -9 $PID'
        $session = Start-Session -OutputPath $out -Script @"
            Set-ProcOption -SpareIdleTimeout -1
            Start-ChildProcess { } | Wait-ChildProcess | Remove-Job
            `$flags = [Reflection.BindingFlags] 'Static, NonPublic'
            `$store = [ProcConcurrency.Jobs.ChildProcess].Assembly.GetType('ProcConcurrency.Jobs.SpareChildren').GetProperty('Store', `$flags).GetValue(`$null)
            while (-not `$store.ProcessIds.Count) { Start-Sleep -Milliseconds 50 }
            "spare `$(`$store.ProcessIds)"
            $end
"@
        $session.WaitForExit()
        $spare = [int] ((Get-Content $out) -match '^spare' -replace 'spare ')[0]
        Wait-Until { Test-Gone $spare }
    }

    It 'is started by no child' {
        $null = Wait-Spare
        $count = Start-ChildProcess {
            Start-ChildProcess { } | Wait-ChildProcess | Remove-Job
            $flags = [Reflection.BindingFlags] 'Instance, Static, NonPublic'
            $store = [ProcConcurrency.Jobs.ChildProcess].Assembly.GetType('ProcConcurrency.Jobs.SpareChildren').GetProperty('Store', $flags).GetValue($null)
            "$($store.GetType().GetField('_describe', $flags).GetValue($store))"
        } | Receive-ChildProcess -Wait
        $count | Should -Be ''
    }
}

Describe 'The options of a session' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
    }

    It 'are set, and told' {
        $before = Get-ProcOption
        $before.SpareProcessCount | Should -Be 1
        $before.SpareIdleTimeout | Should -Be ([timespan] '0:00:30')
        $before.PoolIdleTimeout | Should -Be ([timespan] '0:01:00')
        $now = Set-ProcOption -SpareProcessCount 2 -SpareIdleTimeout 0:05:00 -PoolIdleTimeout -1 -PassThru
        $now.SpareProcessCount | Should -Be 2
        $now.SpareIdleTimeout | Should -Be ([timespan] '0:05:00')
        $now.PoolIdleTimeout | Should -Be ([Threading.Timeout]::InfiniteTimeSpan)
        Set-ProcOption -SpareProcessCount 5 -WhatIf
        (Get-ProcOption).SpareProcessCount | Should -Be 2
        { Set-ProcOption -SpareProcessCount -1 } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
        { Set-ProcOption -SpareIdleTimeout -5 } | Should -Throw -ErrorId 'ParameterArgumentTransformationError,*'
        Set-ProcOption -SpareProcessCount 1 -SpareIdleTimeout $before.SpareIdleTimeout -PoolIdleTimeout $before.PoolIdleTimeout
    }

    It 'are completed' {
        $text = 'Set-ProcOption -SpareIdleTimeout '
        (TabExpansion2 $text $text.Length).CompletionMatches.CompletionText | Should -Be '30', '300', '-1'
        (TabExpansion2 "${text}3" ($text.Length + 1)).CompletionMatches.ToolTip | Should -Be 'half a minute', 'five minutes'
    }
}
