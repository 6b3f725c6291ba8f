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

    It 'refuses a class that is not PowerShell''s' {
        { Start-ChildProcess -Type ([Threading.Tasks.Parallel]) } | Should -Throw -ErrorId 'TypeHasNoRun,ProcConcurrency.Commands.StartChildProcessCommand'
    }
}
