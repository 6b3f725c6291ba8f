class Square {
    [int] $Side
    Square([int] $side) { $this.Side = $side }
    [int] Run() { return [Helper]::Double($this.Side * $this.Side) }
}

class Helper {
    static [int] Double([int] $x) { return 2 * $x }
}

class Unmade {
    Unmade() { throw 'not today' }
    [void] Run() { }
}

class Idle {
    [int] $Nothing
}

class Static {
    static [int] Run() { return 3 }
}

Describe 'Start-ChildProcess' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
    }

    AfterEach {
        Get-ChildProcess | Remove-Job -Force
    }

    Context 'what it runs' {
        It 'runs a block in another process' {
            $process = Start-ChildProcess { $PID }
            $id = $process | Receive-ChildProcess -Wait
            $id | Should -Be $process.ProcessId
            $id | Should -Not -Be $PID
        }

        It 'binds -ArgumentList by position and -Parameters by name' {
            $process = Start-ChildProcess { param($a, $b, $name) "$a-$b-$name" } -ArgumentList 1, 'x' -Parameters @{ name = 'egon' }
            $process | Receive-ChildProcess -Wait | Should -Be '1-x-egon'
        }

        It 'gives the block its pipeline input' {
            1..3 | Start-ChildProcess { $input | ForEach-Object { $_ * 10 } } | Receive-ChildProcess -Wait | Should -Be 10, 20, 30
        }

        It 'runs the process block once for each input' {
            1..3 | Start-ChildProcess { process { "<$_>" } } | Receive-ChildProcess -Wait | Should -Be '<1>', '<2>', '<3>'
        }

        It 'runs a script file, with its own $PSScriptRoot and exit code' {
            Set-Content "$TestDrive/script.ps1" 'param($x)', '"$PSScriptRoot $x"', 'exit 7'
            $process = Start-ChildProcess -FilePath "$TestDrive/script.ps1" -ArgumentList 5
            $process | Receive-ChildProcess -Wait | Should -Be "$TestDrive 5"
            $process.ExitCode | Should -Be 7
        }

        It 'runs a function of the caller by name' {
            function Get-Sum { param($a, $b) $a + $b }
            Start-ChildProcess -Command Get-Sum -ArgumentList 2, 3 | Receive-ChildProcess -Wait | Should -Be 5
        }

        It 'goes on where it is told to stop for a debugger, with a warning' {
            $stops = { Wait-Debugger; function Get-Five { 5 }; $null = Set-PSBreakpoint -Command Get-Five; Get-Five }
            Start-ChildProcess $stops | Receive-ChildProcess -Wait -WarningVariable warnings -WarningAction SilentlyContinue | Should -Be 5
            "$warnings" | Should -BeLike 'Wait-Debugger or a breakpoint was reached.*'
            $warnings.Count | Should -Be 1
            1..2 | Invoke-ProcPool -InitializationScript { Wait-Debugger } $stops -ThrottleLimit 1 -WarningVariable warnings -WarningAction SilentlyContinue | Should -Be 5, 5
            $warnings.Count | Should -Be 2
        }

        It 'runs a cmdlet by name' {
            $name = Start-ChildProcess -Command Get-Command -Parameters @{ Name = 'Get-Command' } | Receive-ChildProcess -Wait
            $name.Name | Should -Be 'Get-Command'
        }

        It 'takes along the functions that the block calls, and those that they call' {
            function Get-Inner { 'inner' }
            function Get-Outer { "outer $(Get-Inner)" }
            Start-ChildProcess { Get-Outer } | Receive-ChildProcess -Wait | Should -Be 'outer inner'
        }

        It 'keeps the engine''s aliases and takes the caller''s own' {
            Set-Alias Get-Mine Get-Command
            $result = Start-ChildProcess { 1..3 | % { $_ } | ? { $_ -gt 1 }; (Get-Mine Get-Job).Name } | Receive-ChildProcess -Wait
            $result | Should -Be 2, 3, 'Get-Job'
        }

        It 'carries $using: variables of any shape' {
            $number = 42
            $table = @{ a = 1; b = @(1, 2) }
            $process = Start-ChildProcess { "$using:number"; $using:table; ($using:table).b[1]; & { $using:number + 1 } }
            $result = $process | Receive-ChildProcess -Wait
            $result[0] | Should -Be '42'
            $result[1].b | Should -Be 1, 2
            $result[2] | Should -Be 2
            $result[3] | Should -Be 43
        }

        It 'runs the initialization block first, in the global scope' {
            Start-ChildProcess { "$prepared $(Get-Prepared)" } -InitializationScript { $prepared = 'ready'; function Get-Prepared { 'steady' } } |
                Receive-ChildProcess -Wait | Should -Be 'ready steady'
        }

        It 'runs the handlers of PowerShell.Exiting at its end<When>' -TestCases @(
            @{ When = ''; Block = { $null = Register-EngineEvent PowerShell.Exiting -Action { Add-Content $using:path bye } } }
            @{ When = ', after exit too'; Block = { $null = Register-EngineEvent PowerShell.Exiting -Action { Add-Content $using:path bye }; exit 3 } }
            @{ When = ', whatever functions it has'; Block = { function global:New-Event { }; function global:Out-Null { }; $null = Register-EngineEvent PowerShell.Exiting -Action { Add-Content $using:path bye } } }
        ) {
            $path = "$TestDrive/exiting$(Get-Random)"
            $null = Start-ChildProcess $Block | Wait-ChildProcess
            Get-Content $path | Should -Be 'bye'
        }

        It 'imports -Module first' {
            Set-Content "$TestDrive/Greeting.psm1" 'function Get-Greeting { "hello" }'
            Start-ChildProcess { Get-Greeting } -Module "$TestDrive/Greeting.psm1" | Receive-ChildProcess -Wait | Should -Be 'hello'
        }

        It 'finds -Module where the caller has functions that are called as the engine''s commands' {
            function Get-Module { }
            Start-ChildProcess { function Import-Module { }; 'ran' } -Module Microsoft.PowerShell.Archive | Receive-ChildProcess -Wait | Should -Be 'ran'
        }

        It 'finds -Module by a path from here, and by name where it is loaded from a path' {
            Set-Content "$TestDrive/Local.psm1" 'function Get-Local { "local" }'
            Import-Module "$TestDrive/Local.psm1"
            Push-Location $TestDrive
            try {
                foreach ($name in './Local.psm1', './Local', 'Local') {
                    Start-ChildProcess { Get-Local } -Module $name -WorkingDirectory / | Receive-ChildProcess -Wait | Should -Be 'local'
                }
            } finally {
                Pop-Location
                Remove-Module Local
            }
        }

        It 'knows the namespaces that its file uses' {
            Set-Content "$TestDrive/using.ps1" @'
using namespace System.Text
Import-Module $args[0]
function Get-Length { [StringBuilder]::new('four').Length }
if ($args[1]) { Start-ChildProcess { [StringBuilder]::new('a').ToString(); Get-Length } | Receive-ChildProcess -Wait } else { Get-Length }
'@
            $module = (Get-Module ProcConcurrency).Path
            & "$TestDrive/using.ps1" $module $true | Should -Be 'a', 4
            Start-ChildProcess -FilePath "$TestDrive/using.ps1" -ArgumentList $module, $false | Receive-ChildProcess -Wait | Should -Be 4
        }

        It 'shares no memory with its caller' {
            $list = [Collections.ArrayList]@(1, 2)
            Start-ChildProcess { ($using:list).Add(3); ($using:list).Count } | Receive-ChildProcess -Wait | Should -Contain 3
            $list.Count | Should -Be 2
        }

        It 'has this module as its caller has it: commands, views, help, and once' {
            $manifest = Convert-Path "$PSScriptRoot/../ProcConcurrency.psd1"
            $commands, $shown, $help, $modules = Start-ChildProcess {
                $lock = New-ProcLock
                (Get-Command -Module ProcConcurrency | ForEach-Object Name | Sort-Object) -join ' '
                $lock | Out-String
                (Get-Help New-ProcLock).Synopsis
                Import-Module $using:manifest
                @(Get-Module ProcConcurrency).Count
            } | Receive-ChildProcess -Wait
            $commands | Should -Be ((Get-Command -Module ProcConcurrency | ForEach-Object Name | Sort-Object) -join ' ')
            $shown | Should -Match 'IsHeld +IsRecursive'
            $help | Should -Be (Get-Help New-ProcLock).Synopsis
            $modules | Should -Be 1
        }

        It 'can start children of its own' {
            $result = Start-ChildProcess { Start-ChildProcess { 'grandchild' } | Receive-ChildProcess -Wait } | Receive-ChildProcess -Wait
            $result | Should -Be 'grandchild'
        }
    }

    Context 'where it runs' {
        It 'starts in the caller''s location' {
            Push-Location $TestDrive
            try {
                Start-ChildProcess { (Get-Location).Path; [Environment]::CurrentDirectory } | Receive-ChildProcess -Wait |
                    Should -Be $TestDrive, $TestDrive
            } finally {
                Pop-Location
            }
        }

        It 'stands where its caller stands, on the drive Temp: too' {
            $folder = New-Item "Temp:/$(New-Guid)" -ItemType Directory
            Push-Location Temp:/
            try {
                $atRoot = Start-ChildProcess { "$PWD" }
                $below = Start-ChildProcess { "$PWD" } -WorkingDirectory $folder.Name
                $atRoot | Receive-ChildProcess -Wait | Should -Be "$PWD"
                $below | Receive-ChildProcess -Wait | Should -Be (Join-Path $PWD $folder.Name)

                # Where Temp: is another folder the path would mean that.
                $other = Start-ChildProcess { "$PWD"; (Get-PSDrive Temp).Root } -Environment @{ TMPDIR = "$folder"; TEMP = "$folder"; TMP = "$folder" }
                ($other | Receive-ChildProcess -Wait)[0] | Should -Be ([IO.Path]::TrimEndingDirectorySeparator($PWD.ProviderPath))
            } finally {
                Pop-Location
                Remove-Item $folder
            }
        }

        It 'takes -WorkingDirectory and -Environment' {
            $process = Start-ChildProcess { (Get-Location).Path; "$env:ADDED"; "$($null -eq $env:HOME)" } -WorkingDirectory / -Environment @{ ADDED = 'yes'; HOME = $null }
            $process | Receive-ChildProcess -Wait | Should -Be '/', 'yes', 'True'
        }

        It 'looks for the engine on PATH where this session''s folder has none, and says so where that has none either' {
            $null = New-Item "$TestDrive/on-path/pwsh" -ItemType File -Force
            $locator = [ProcConcurrency.Runtime.Processes.EngineLocator]::new("$TestDrive/empty")
            $path = $env:PATH
            try {
                $env:PATH = "$TestDrive/on-path"
                $locator.Find([NullString]::Value) | Should -Be "$TestDrive/on-path/pwsh"
                $env:PATH = "$TestDrive/empty"
                { $locator.Find([NullString]::Value) } | Should -Throw "*$TestDrive/empty*none on PATH*"
            } finally {
                $env:PATH = $path
            }
        }

        It 'takes -WorkingDirectory by a drive of the session, and by its provider' {
            $folder = New-Item TestDrive:/there -ItemType Directory
            foreach ($path in 'TestDrive:/there', $folder.PSPath) {
                Start-ChildProcess { "$PWD" } -WorkingDirectory $path | Receive-ChildProcess -Wait | Should -Be "$TestDrive/there"
            }
        }

        It 'takes the engine of -EnginePath: <Name>' -TestCases @(
            @{ Name = 'this one by its whole path'; From = '' }
            @{ Name = 'this one by a path from here'; From = './' }
        ) {
            $program = (Get-Process -Id $PID).Path
            Push-Location (Split-Path $program)
            try {
                $path = if ($From) { $From + (Split-Path $program -Leaf) } else { $program }
                $process = Start-ChildProcess { $PID; $PSHOME } -EnginePath $path -WorkingDirectory /
                $process | Receive-ChildProcess -Wait | Should -Be $process.ProcessId, $PSHOME
                1..2 | Invoke-ProcPool { $PSHOME } -EnginePath $path | Should -Be $PSHOME, $PSHOME
            } finally {
                Pop-Location
            }
        }

        It 'has the caller''s environment, also what was set here' {
            $env:PROCCONCURRENCY_TEST_VALUE = 'here'
            try {
                Start-ChildProcess { $env:PROCCONCURRENCY_TEST_VALUE } | Receive-ChildProcess -Wait | Should -Be 'here'
                1 | Invoke-ProcPool { $env:PROCCONCURRENCY_TEST_VALUE } | Should -Be 'here'
            } finally {
                $env:PROCCONCURRENCY_TEST_VALUE = $null
            }
        }

        It 'is a process group of its own' {
            $process = Start-ChildProcess { & sh -c 'ps -o pgid= -p $0' $PID }
            [int]($process | Receive-ChildProcess -Wait) | Should -Be $process.ProcessId
        }

        It 'leaves no trace of its own in the environment' {
            $names = Start-ChildProcess { (Get-ChildItem env:).Name } | Receive-ChildProcess -Wait
            $here = (Get-ChildItem env:).Name
            $added = $names | Where-Object { $_ -notin $here -and $_ -notin '_', 'OLDPWD' }
            $added | Should -BeNullOrEmpty
        }

        It 'keeps the caller''s culture' {
            $before = [cultureinfo]::CurrentCulture
            try {
                [cultureinfo]::CurrentCulture = 'de-DE'
                Start-ChildProcess { (1.5).ToString() } | Receive-ChildProcess -Wait | Should -Be '1,5'
            } finally {
                [cultureinfo]::CurrentCulture = $before
            }
        }
    }

    Context 'its name' {
        It 'is numbered by default' {
            (Start-ChildProcess { }).Name | Should -Match '^ChildProcess-\d+$'
        }

        It 'is known to the child' {
            Start-ChildProcess -Name worker { (Get-ChildProcess -Current).Name } | Receive-ChildProcess -Wait | Should -Be 'worker'
        }

        It 'can be used again once the process was removed' {
            Start-ChildProcess -Name again { } | Wait-ChildProcess | Remove-Job
            (Start-ChildProcess -Name again { }).Name | Should -Be 'again'
        }
    }

    Context 'New-ChildProcess' {
        It 'creates without starting; Start-ChildProcess starts' {
            $process = New-ChildProcess { 'ran' } -Name later
            $process.JobStateInfo.State | Should -Be 'NotStarted'
            $process.ProcessId | Should -BeNullOrEmpty
            $process.Daemon = $true
            $process | Start-ChildProcess | Receive-ChildProcess -Wait | Should -Be 'ran'
            $process.Daemon | Should -BeTrue
        }

        It 'runs here on Run()' {
            $process = New-ChildProcess { param($x) "$x $PID" } -ArgumentList 'in'
            $process.Run() | Should -Be "in $PID"
        }

        It 'runs here with its $using: values and its initialization' {
            $outer = 5
            (New-ChildProcess { $using:outer + $more } -InitializationScript { $more = 10 }).Run() | Should -Be 15
        }
    }
}

Describe 'Start-ChildProcess -Type' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
    }

    AfterEach {
        Get-ChildProcess | Remove-Job -Force
    }

    It 'makes an object of a PowerShell class in the child and calls Run, with the classes beside it' {
        Start-ChildProcess -Type ([Square]) -ArgumentList 3 | Receive-ChildProcess -Wait | Should -Be 18
    }

    It 'takes along the classes that a block names' {
        Start-ChildProcess { [Helper]::Double(21) } | Receive-ChildProcess -Wait | Should -Be 42
    }

    It 'an object that can''t be made is exit code 1: <What>' -TestCases @(
        @{ What = 'its constructor throws'; Type = [Unmade]; With = @(); Message = '*not today*' }
        @{ What = 'wrong arguments'; Type = [Square]; With = @(1, 2); Message = '*argument count*' }
    ) {
        $process = Start-ChildProcess -Type $Type -ArgumentList $With | Wait-ChildProcess
        $process.ExitCode | Should -Be 1
        $process.JobStateInfo.State | Should -Be 'Failed'
        $process | Receive-ChildProcess -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors.Count | Should -Be 1
        $errors[0].Exception.Message | Should -BeLike $Message
    }

    It 'a constructor''s error is the one that it threw, at its place' {
        Start-ChildProcess -Type ([Unmade]) | Receive-ChildProcess -Wait -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].Exception.Message | Should -Be 'not today'
        $errors[0].InvocationInfo.ScriptName | Should -Be $PSCommandPath
        $errors[0].InvocationInfo.Line | Should -BeLike "*throw 'not today'*"
    }

    It 'refuses a class without Run' {
        { Start-ChildProcess -Type ([Idle]) } | Should -Throw -ErrorId 'TypeHasNoRun,ProcConcurrency.Commands.StartChildProcessCommand'
    }

    It 'refuses a class whose Run belongs to no object' {
        { Start-ChildProcess -Type ([Static]) } | Should -Throw -ErrorId 'TypeHasNoRun,*'
    }

    It 'refuses a class that is not PowerShell''s' {
        { Start-ChildProcess -Type ([Threading.Tasks.Parallel]) } | Should -Throw -ErrorId 'TypeHasNoRun,ProcConcurrency.Commands.StartChildProcessCommand'
    }
}
