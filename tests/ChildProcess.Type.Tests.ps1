class Square {
    [int] $Side
    Square([int] $side) { $this.Side = $side }
    [int] Run() { return [Helper]::Double($this.Side * $this.Side) }
}

class Helper {
    static [int] Double([int] $x) { return 2 * $x }
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

    It 'refuses a class without Run' {
        { Start-ChildProcess -Type ([Idle]) } | Should -Throw -ErrorId 'TypeHasNoRun,ProcConcurrency.Commands.StartChildProcessCommand'
    }

    It 'refuses a class that is not PowerShell''s' {
        { Start-ChildProcess -Type ([Threading.Tasks.Parallel]) } | Should -Throw -ErrorId 'TypeHasNoRun,ProcConcurrency.Commands.StartChildProcessCommand'
    }
}
