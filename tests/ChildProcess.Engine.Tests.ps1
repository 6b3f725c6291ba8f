# How a PowerShell becomes a child: by the startup hook, and by -Command where hooks are switched off.
Describe 'A child''s engine' {
    BeforeAll {
        . $PSScriptRoot/common.ps1

        # Of these none is to be one that was started ahead.
        Set-ProcOption -SpareProcessCount 0

        # The same PowerShell elsewhere, and with startup hooks switched off.
        $pwsh = [Environment]::ProcessPath
        $elsewhere = Join-Path $TestDrive elsewhere
        $hookless = Join-Path $TestDrive hookless
        Copy-Engine $elsewhere
        Copy-Engine $hookless -WithoutHooks
        $ways = @{
            hook       = @{}
            elsewhere  = @{ EnginePath = Join-Path $elsewhere (Split-Path $pwsh -Leaf) }
            unasked    = @{ Environment = @{ DOTNET_STARTUP_HOOKS = $null } }
            'no hooks' = @{ EnginePath = Join-Path $hookless (Split-Path $pwsh -Leaf) }
        }
        # PowerShell's own host is loaded only where PowerShell's own Main has run.
        $isByCommand = { [AppDomain]::CurrentDomain.GetAssemblies().GetName().Name -contains 'Microsoft.PowerShell.ConsoleHost' }
    }

    AfterEach {
        Clear-ProcSession
    }

    Context 'by <Way>' -ForEach @(
        @{ Way = 'hook'; ByCommand = $false }
        @{ Way = 'elsewhere'; ByCommand = $false }
        @{ Way = 'unasked'; ByCommand = $true }
        @{ Way = 'no hooks'; ByCommand = $true }
    ) {
        BeforeAll {
            $with = $ways[$Way]
            $engineHome = $with.EnginePath ? (Split-Path $with.EnginePath) : $PSHOME
            # One child for all of these.
            $child = Start-ChildProcess @with -ArgumentList $isByCommand {
                param($isByCommand)
                $nested = try { $Host.EnterNestedPrompt() } catch { "$_" }
                [pscustomobject]@{
                    ByCommand = & $isByCommand
                    Host      = $Host.Name
                    Script    = $PSCommandPath
                    Profile   = "$PROFILE"
                    History   = @(Get-History).Count
                    Home      = $PSHOME
                    Nested    = $nested
                    Own       = @((Get-ChildItem env:).Name)
                    Passed    = @(& env)
                    Pwsh      = (Get-Command pwsh -CommandType Application | Select-Object -First 1).Source
                }
                exit 7
            }
            $seen = $child | Receive-ChildProcess -Wait -ErrorAction SilentlyContinue
        }

        It 'starts in a pool' {
            1 | Invoke-ProcPool $isByCommand @with | Should -Be $ByCommand
        }

        It 'has a host, and no profile, history or script of its own' {
            $seen.ByCommand | Should -Be $ByCommand
            $seen.Host | Should -Be 'ProcConcurrency child'
            # The block's own file, as in any block.
            $seen.Script | Should -Be $PSCommandPath
            $seen.Profile | Should -BeNullOrEmpty
            $seen.History | Should -Be 0
            $seen.Home | Should -Be $engineHome
        }

        It 'refuses a nested prompt, and ends with the code of exit' {
            $seen.Nested | Should -BeLike '*nested prompt*'
            $child.ExitCode | Should -Be 7
        }

        It 'runs a nested pipeline' {
            Start-ChildProcess { $x = 1; [powershell]::Create('CurrentRunspace').AddScript('$x + 1').Invoke() } @with | Receive-ChildProcess -Wait | Should -Be 2
        }

        It 'hides what made it a child from scripts and from what they start' {
            $seen.Own | Should -Contain PATH
            $seen.Own -match 'STARTUP_HOOKS|^PROCCONCURRENCY_(ENDPOINT|SAVED)' | Should -BeNullOrEmpty
            $seen.Passed -match '^PATH=' | Should -Not -BeNullOrEmpty
            $seen.Passed -match '^(DOTNET_STARTUP_HOOKS|DOTNET_TC_|PROCCONCURRENCY_(ENDPOINT|SAVED)|POWERSHELL_DIAGNOSTICS)' |
                Where-Object { $_ -notin (Get-ChildItem env: | ForEach-Object { "$($_.Name)=$($_.Value)" }) } | Should -BeNullOrEmpty
        }

        It 'finds its own PowerShell as pwsh' {
            Split-Path $seen.Pwsh | Should -Be $engineHome
        }
    }

    It 'runs the caller''s own startup hooks first, and gives them back' {
        $hook = Join-Path $TestDrive 'OwnHook.dll'
        Add-Type -OutputAssembly $hook -TypeDefinition 'internal static class StartupHook { public static void Initialize() => System.Environment.SetEnvironmentVariable("OWN_HOOK_RAN", System.Environment.ProcessId.ToString()); }'
        $env:DOTNET_STARTUP_HOOKS = $hook
        try {
            $seen = Start-ChildProcess { $env:OWN_HOOK_RAN -eq $PID; $env:DOTNET_STARTUP_HOOKS } | Receive-ChildProcess -Wait
        } finally {
            $env:DOTNET_STARTUP_HOOKS = $null
        }
        $seen | Should -Be $true, $hook
    }

    It 'starts from a module in <Folder>' -TestCases @(
        @{ Folder = "O’Brien's ‘twice‚ ‛ `$HOME (1) [2]; exit Größe 数" }
        @{ Folder = 'with:separator' }
    ) {
        $copy = New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()) $Folder)
        $root = (Resolve-Path "$PSScriptRoot/..").Path
        Copy-Item -LiteralPath (Join-Path $root ProcConcurrency.psd1), (Join-Path $root module) -Destination $copy.FullName -Recurse
        $script = Join-Path $TestDrive 'from.ps1'
        Set-Content $script @'
param($Manifest)
Import-Module $Manifest
Start-ChildProcess { 'child' } | Receive-ChildProcess -Wait
Start-ChildProcess { 'by command' } -Environment @{ DOTNET_STARTUP_HOOKS = $null } | Receive-ChildProcess -Wait
1 | Invoke-ProcPool { Get-ChildProcess -Current | ForEach-Object Name }
'@
        # Import-Module reads brackets as a pattern.
        $manifest = [WildcardPattern]::Escape((Join-Path $copy.FullName ProcConcurrency.psd1))
        & $pwsh -NoProfile -File $script $manifest | Should -Be 'child', 'by command', 'PoolWorker'
    }
}

Describe 'A child''s language mode' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $script = {
            function Get-Mode { "$($ExecutionContext.SessionState.LanguageMode)" }
            $ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'
            Start-ChildProcess { Get-Mode } | Receive-ChildProcess -Wait
            Start-ChildProcess -InitializationScript { $first = "$($ExecutionContext.SessionState.LanguageMode)" } { $first } | Receive-ChildProcess -Wait
            Start-ChildProcess -Command Get-Mode | Receive-ChildProcess -Wait
            Start-ChildProcess { Start-ChildProcess { Get-Mode } | Receive-ChildProcess -Wait } | Receive-ChildProcess -Wait
            1 | Invoke-ProcPool { Get-Mode }
            1 | Invoke-ProcPool { 1 | Invoke-ProcPool { Get-Mode } }
            $block = { "$($ExecutionContext.SessionState.LanguageMode)" }
            Start-ChildProcess { & $using:block } | Receive-ChildProcess -Wait
            Start-ChildProcess { param($b) & $b } -ArgumentList $block | Receive-ChildProcess -Wait
            $block | Start-ChildProcess { process { & $_ } } | Receive-ChildProcess -Wait
            1 | Invoke-ProcPool { & $using:block }
            $block | Invoke-ProcPool { & $_ }
            Start-ChildProcess { try { [IO.File]::Exists('/') } catch { $_.FullyQualifiedErrorId } } | Receive-ChildProcess -Wait
        }
    }

    It 'is the caller''s' {
        $shell = New-Shell $script
        try {
            $shell.Invoke() | Should -Be (@('ConstrainedLanguage') * 11 + 'MethodInvocationNotSupportedInConstrainedLanguage')
            $shell.Streams.Error | Should -BeNullOrEmpty
        } finally {
            Remove-Shell $shell
        }
        Start-ChildProcess { "$($ExecutionContext.SessionState.LanguageMode)" } | Receive-ChildProcess -Wait | Should -Be FullLanguage
    }

    It 'is no more than the block''s own, where a function that may do more starts it' {
        $shell = New-Shell {
            function Start-It($Block) { Start-ChildProcess -ScriptBlock $Block | Receive-ChildProcess -Wait }
            function Start-With($Block) { Start-ChildProcess { & $using:Block } | Receive-ChildProcess -Wait }
            $before = { "$($ExecutionContext.SessionState.LanguageMode)" }
            $ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'
            $made = { "$($ExecutionContext.SessionState.LanguageMode)" }
            Start-It $made
            Start-With $made
            Start-It $before
        }
        try {
            $shell.Invoke() | Should -Be ConstrainedLanguage, ConstrainedLanguage, FullLanguage
        } finally {
            Remove-Shell $shell
        }
    }

    It 'refuses a start in <Mode>, where no block may run' -TestCases @(
        @{ Mode = 'NoLanguage' }
        @{ Mode = 'RestrictedLanguage' }
    ) {
        $shell = New-Shell '1'
        try {
            $null = $shell.Invoke()
            $shell.Runspace.SessionStateProxy.LanguageMode = $Mode
            foreach ($command in 'Start-ChildProcess', 'New-ChildProcess', 'Invoke-ProcPool') {
                $shell.Commands.Clear()
                $null = $shell.AddCommand($command).AddParameter('ScriptBlock', { 1 })
                $thrown = { $shell.Invoke(@(1)) } | Should -Throw -PassThru
                $thrown.Exception.InnerException.ErrorRecord.FullyQualifiedErrorId | Should -BeLike 'LanguageModeRefused,*'
            }
        } finally {
            Remove-Shell $shell
        }
    }

    It 'CommandsRestricted: a session that commands are hidden from starts no child that would have them: <What>' -TestCases @(
        @{ What = 'a cmdlet'; Hide = { param($state) $state.Commands['Get-Process'][0].Visibility = 'Private' } }
        @{ What = 'programs'; Hide = { param($state) $state.Commands.Where({ $_ -is [Management.Automation.Runspaces.SessionStateApplicationEntry] }).ForEach({ $state.Commands.Remove($_.Name, $null) }) } }
    ) {
        $state = [initialsessionstate]::CreateDefault()
        $state.ImportPSModule((Convert-Path "$PSScriptRoot/../ProcConcurrency.psd1"))
        & $Hide $state
        $shell = [powershell]::Create($state)
        try {
            foreach ($command in 'Start-ChildProcess', 'Invoke-ProcPool') {
                $shell.Commands.Clear()
                $null = $shell.AddCommand($command).AddParameter('ScriptBlock', { 1 })
                $thrown = { $shell.Invoke(@(1)) } | Should -Throw -PassThru
                $thrown.Exception.InnerException.ErrorRecord.FullyQualifiedErrorId | Should -BeLike 'CommandsRestricted,*'
            }
        } finally {
            Remove-Shell $shell
        }
    }
}
