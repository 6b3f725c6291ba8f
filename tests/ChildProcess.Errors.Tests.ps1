Describe 'Bad input to child processes' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $start = 'ProcConcurrency.Commands.StartChildProcessCommand'
        Add-Type -ReferencedAssemblies ([psobject].Assembly.Location) '[System.Management.Automation.Cmdlet("Get", "InMemory")] public class GetInMemory : System.Management.Automation.Cmdlet { }'
        Import-Module -Assembly ([GetInMemory].Assembly)
    }

    AfterEach {
        Get-ChildProcess | Remove-Job -Force
    }

    It '<Id>: <Name>' -TestCases @(
        @{ Name = 'a missing script file'; Id = 'FileNotFound'; Call = { Start-ChildProcess -FilePath /no/such/script.ps1 } }
        @{ Name = 'a missing engine'; Id = 'EngineNotFound'; Call = { Start-ChildProcess { } -EnginePath /no/such/pwsh } }
        @{ Name = 'an engine that is none'; Id = 'EngineNotFound'; Call = { Start-ChildProcess { } -EnginePath /bin/sh } }
        @{ Name = 'a missing working directory'; Id = 'WorkingDirectoryNotFound'; Call = { Start-ChildProcess { } -WorkingDirectory /no/such/folder } }
        @{ Name = 'an engine on a drive that is none'; Id = 'EngineNotFound'; Call = { Start-ChildProcess { } -EnginePath nodrive:/pwsh } }
        @{ Name = 'a working directory on a drive that is none'; Id = 'WorkingDirectoryNotFound'; Call = { Start-ChildProcess { } -WorkingDirectory nodrive:/ } }
        @{ Name = 'a script file on a drive that is none'; Id = 'FileNotFound'; Call = { Start-ChildProcess -FilePath nodrive:/a.ps1 } }
        @{ Name = 'a missing module'; Id = 'ModuleNotFound'; Call = { Start-ChildProcess { } -Module NoSuchModule } }
        @{ Name = 'a missing module file'; Id = 'ModuleNotFound'; Call = { Start-ChildProcess { } -Module ./nosuch/Module.psm1 } }
        @{ Name = 'a variable without a name'; Id = 'InvalidEnvironment'; Call = { Start-ChildProcess { } -Environment @{ '' = 'x' } } }
        @{ Name = 'a variable with an equals sign'; Id = 'InvalidEnvironment'; Call = { Start-ChildProcess { } -Environment @{ 'A=B' = 'x' } } }
        @{ Name = 'a variable''s value with a null character'; Id = 'InvalidEnvironment'; Call = { Start-ChildProcess { } -Environment @{ A = "x`0y" } } }
        @{ Name = 'a parameter whose name is no text'; Id = 'InvalidParameterName'; Call = { Start-ChildProcess { } -Parameters @{ 1 = 2 } } }
        @{ Name = 'a class that is not written in PowerShell'; Id = 'TypeSourceNotFound'; Call = { Start-ChildProcess -Type ([ProcConcurrency.Jobs.ChildProcess]) } }
        @{ Name = 'a name with wildcards'; Id = 'InvalidName'; Call = { Start-ChildProcess { } -Name 'a*' } }
        @{ Name = 'an unknown command'; Id = 'CommandNotFound'; Call = { Start-ChildProcess -Command No-SuchCommand } }
        @{ Name = 'a $using: variable that is not set'; Id = 'UsingVariableNotFound'; Call = { Start-ChildProcess { $using:noSuchVariable } } }
        @{ Name = 'a $using: variable that is another for each input'; Id = 'UsingPipelineVariable'; Call = { 1..2 | ForEach-Object -PipelineVariable p { $_ } | Start-ChildProcess { $using:p } } }
        @{ Name = 'the same in a block of a variable'; Id = 'UsingPipelineVariable'; Call = { $b = { $using:p }; $p = 0; $with = @{ PipelineVariable = 'p' }; 1..2 | ForEach-Object { $_ } @with | Start-ChildProcess $b } }
        @{ Name = 'a type that was compiled in memory'; Id = 'TypeSourceNotFound'; Call = { Add-Type 'public class InMemoryOnly { }'; Start-ChildProcess { [InMemoryOnly]::new() } } }
        @{ Name = 'a command of an assembly in memory'; Id = 'CommandSourceNotFound'; Call = { Start-ChildProcess { Get-InMemory } } }
        @{ Name = 'an argument bound to this process'; Id = 'NotSerializable'; Call = { Start-ChildProcess { } -ArgumentList ([IO.MemoryStream]::new()) } }
        @{ Name = 'a $using: value bound to this process'; Id = 'NotSerializable'; Call = { $task = [Threading.Tasks.Task]::CompletedTask; Start-ChildProcess { $using:task } } }
    ) {
        $Call | Should -Throw -ErrorId "$Id,$start"
        Get-ChildProcess | Should -BeNullOrEmpty
    }

    It 'WorkerStartFailed: an environment that is too large for the system, with its largest variable' {
        $large = @{ TEST_LARGE = 'x' * 8MB }
        { Start-ChildProcess { } -Environment $large } | Should -Throw "*environment*'TEST_LARGE'*8,388,619 bytes*" -ErrorId "WorkerStartFailed,$start"
        { 1 | Invoke-ProcPool { $_ } -Environment $large } | Should -Throw "*'TEST_LARGE'*" -ErrorId 'WorkerStartFailed,*'
    }

    It 'says how code is given where there is text for a block: <Call>' -TestCases @(
        @{ Call = { Start-ChildProcess ./x.ps1 }; Advice = '-FilePath takes a script file*' }
        @{ Call = { Start-ChildProcess ./x.ps1 1 }; Advice = '-FilePath takes a script file*' }
        @{ Call = { New-ChildProcess ./x.ps1 -ArgumentList 1 }; Advice = '-FilePath takes a script file*' }
        @{ Call = { Start-ChildProcess { } -InitializationScript ./x.ps1 }; Advice = 'such as { ./script.ps1 }.' }
        @{ Call = { Submit-ProcTask ./x.ps1 }; Advice = 'such as { ./script.ps1 $_ }.' }
        @{ Call = { Submit-ProcTask { } -Callback ./x.ps1 }; Advice = 'such as { ./script.ps1 }.' }
        @{ Call = { 1 | Invoke-ProcPool ./x.ps1 }; Advice = 'such as { ./script.ps1 $_ }.' }
        @{ Call = { Invoke-ProcPool ./x.ps1 -OnEachHost -HostName . }; Advice = 'such as { ./script.ps1 $_ }.' }
        @{ Call = { Use-ProcLock (New-ProcLock) ./x.ps1 }; Advice = 'such as { ./script.ps1 }.' }
    ) {
        $Call | Should -Throw "*'./x.ps1' is no block: give code in braces*$Advice" -ErrorId 'ParameterArgumentTransformationError,*'
        Get-ChildProcess | Should -BeNullOrEmpty
    }

    It 'NotAScript: a program where a script is expected' {
        { Start-ChildProcess -FilePath (Get-Process -Id $PID).Path } | Should -Throw '*-Command*' -ErrorId "NotAScript,$start"
        foreach ($encoding in 'unicode', 'utf32') {
            Set-Content "$TestDrive/wide.ps1" '"as text"' -Encoding $encoding
            Start-ChildProcess -FilePath "$TestDrive/wide.ps1" | Receive-ChildProcess -Wait -AutoRemoveJob | Should -Be 'as text'
        }
    }

    It 'ScriptParseFailed: a script file that does not parse' {
        Set-Content "$TestDrive/broken.ps1" 'if ('
        { Start-ChildProcess -FilePath "$TestDrive/broken.ps1" } | Should -Throw -ErrorId "ScriptParseFailed,$start"
    }

    It 'a block that parses here and not in a child: <What>' -TestCases @(
        @{ What = 'a child'; Run = { Start-ChildProcess $block | Receive-ChildProcess -Wait -ErrorAction Stop } }
        @{ What = 'a child''s initialization'; Run = { Start-ChildProcess { } -InitializationScript $block | Receive-ChildProcess -Wait -ErrorAction Stop } }
        @{ What = 'a pool'; Run = { 1..3 | Invoke-ProcPool $block } }
        @{ What = 'a pool''s initialization'; Run = { 1..3 | Invoke-ProcPool { } -InitializationScript $block } }
    ) {
        $module = [Reflection.Emit.AssemblyBuilder]::DefineDynamicAssembly([Reflection.AssemblyName]::new('Here'), 'Run').DefineDynamicModule('Here')
        $null = $module.DefineType('OnlyHere', 'Public').CreateType()
        $block = [scriptblock]::Create("class Derived : OnlyHere { }`n'ran'")
        & $block | Should -Be 'ran'
        $Run | Should -Throw '*Unable to find type ?OnlyHere?*' -ErrorId 'TypeNotFound*'
    }

    It 'an error shows the block''s own text' {
        $zero = 0
        $errors = 1 | Invoke-ProcPool { 1 / $using:zero; Write-Error "${using:zero}"; $using_zeros = 1 / $using:zero } 2>&1
        $errors.Count | Should -Be 3
        $errors.InvocationInfo.Line | Should -Not -Match 'using_zero\b'
        $errors[0].InvocationInfo.PositionMessage | Should -Match ([regex]::Escape('1 / $using:zero;'))
        $errors[1].InvocationInfo.Line | Should -Match ([regex]::Escape('"${using:zero}"; $using_zeros = 1'))
    }

    It 'an error says that it is of -InitializationScript' {
        $init = { Write-Error written; throw 'thrown' }
        $errors = Start-ChildProcess { } -InitializationScript $init | Receive-ChildProcess -Wait 2>&1
        $errors | ForEach-Object ToString | Should -Be 'In -InitializationScript: written', 'In -InitializationScript: thrown'
        $errors[1].Exception.Message | Should -Be 'thrown'
        $thrown = { 1 | Invoke-ProcPool { } -InitializationScript { throw 'thrown' } } | Should -Throw 'thrown' -ErrorId 'thrown*' -PassThru
        "$thrown" | Should -Be 'In -InitializationScript: thrown'
        "$(Start-ChildProcess { throw 'own' } -InitializationScript { } | Receive-ChildProcess -Wait 2>&1)" | Should -Be 'own'
    }

    It 'NotStarted names what starts a child' {
        $made = New-ChildProcess { 'ran' }
        { $made | Wait-ChildProcess -ErrorAction Stop } | Should -Throw '*Start-ChildProcess -ChildProcess*' -ErrorId 'NotStarted,*'
        Start-ChildProcess -ChildProcess $made | Receive-ChildProcess -Wait | Should -Be 'ran'
    }

    It 'WorkerCrashed shows the first and the last words of a crash' {
        $child = Start-ChildProcess { [Environment]::FailFast('these are the first words') }
        $errors = $child | Receive-ChildProcess -Wait 2>&1 6>$null
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'WorkerCrashed*'
        "$errors" | Should -BeLike '*these are the first words*StartCallback*'
    }

    It 'NameInUse: a name that is taken' {
        Start-ChildProcess -Name twice { } | Out-Null
        { Start-ChildProcess -Name TWICE { } } | Should -Throw -ErrorId "NameInUse,$start"
        @(Get-ChildProcess).Count | Should -Be 1
    }

    It '-FilePath of a program says how to run it' {
        { Start-ChildProcess -FilePath sh } | Should -Throw '*program*-Command*' -ErrorId "FileNotFound,$start"
    }

    It 'AlreadyStarted: a second start' {
        $process = Start-ChildProcess { }
        Start-ChildProcess -ChildProcess $process -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -Be "AlreadyStarted,$start"
        { $process.Start() } | Should -Throw '*started before*' -ErrorId 'AlreadyStarted'
    }

    It 'SettingAfterStart: Daemon set after the start' {
        $process = Start-ChildProcess { }
        { $process.Daemon = $true } | Should -Throw '*can''t be changed after it was started*' -ErrorId 'SettingAfterStart'
        $process.Daemon | Should -BeFalse
    }

    It 'AlreadyEnded: a stop of a finished child' {
        $process = Start-ChildProcess { exit 3 } | Wait-ChildProcess
        Stop-ChildProcess $process -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -Be 'AlreadyEnded,ProcConcurrency.Commands.StopChildProcessCommand'
        $errors[0].Exception.Message | Should -BeLike '*exit code 3*'
    }

    It 'NotStarted: a wait for, a receive from or a stop of one that was not started' {
        $process = New-ChildProcess { }
        Wait-ChildProcess $process -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -Be 'NotStarted,ProcConcurrency.Commands.WaitChildProcessCommand'
        Stop-ChildProcess $process -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -Be 'NotStarted,ProcConcurrency.Commands.StopChildProcessCommand'
        Receive-ChildProcess $process -Wait -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -Be 'NotStarted,ProcConcurrency.Commands.ReceiveChildProcessCommand'

        # Of many, those that run are meant.
        Get-ChildProcess | Stop-ChildProcess -ErrorAction Stop
    }

    It 'ProcessNotFound and NothingToWaitFor: a wait on nothing' {
        { Wait-ChildProcess nobody -ErrorAction Stop } | Should -Throw -ErrorId 'ProcessNotFound,ProcConcurrency.Commands.WaitChildProcessCommand'
        { Wait-ChildProcess no* } | Should -Throw -ErrorId 'NothingToWaitFor,ProcConcurrency.Commands.WaitChildProcessCommand'
        @() | Wait-ChildProcess -ErrorAction Stop | Should -BeNullOrEmpty
    }

    It 'an engine that dies at once is told with what it wrote' {
        Set-Content "$TestDrive/pwsh" '#!/bin/sh', 'echo I am broken >&2', 'exit 9'
        & chmod +x "$TestDrive/pwsh"
        $process = Start-ChildProcess { } -EnginePath "$TestDrive/pwsh" | Wait-ChildProcess -Timeout 60
        $process.ExitCode | Should -Be 9
        $process | Receive-ChildProcess -ErrorVariable errors -ErrorAction SilentlyContinue -InformationAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'WorkerCrashed*'
        $errors[0].Exception.Message | Should -BeLike '*I am broken*'
    }

    It 'WorkerStartFailed: an engine that cannot be executed' {
        Set-Content "$TestDrive/pwsh-none" 'not a program'
        { Start-ChildProcess { } -EnginePath "$TestDrive/pwsh-none" } | Should -Throw -ErrorId "WorkerStartFailed,$start"
        Get-ChildProcess | Should -BeNullOrEmpty
    }
}
