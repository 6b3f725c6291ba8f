Describe 'Child processes at the prompt' {
    BeforeAll {
        . $PSScriptRoot/common.ps1

        function Get-Completion([string] $Line) {
            (TabExpansion2 $Line $Line.Length).CompletionMatches
        }
    }

    AfterEach {
        Get-ChildProcess | Remove-Job -Force
    }

    Context '-WhatIf and -Confirm' {
        It 'New-ChildProcess and Start-ChildProcess make nothing with -WhatIf' {
            New-ChildProcess { } -Name never -WhatIf | Should -BeNullOrEmpty
            Start-ChildProcess { } -Name never -WhatIf | Should -BeNullOrEmpty
            Get-ChildProcess | Should -BeNullOrEmpty
        }

        It 'Start-ChildProcess -WhatIf starts no process that was made' {
            $process = New-ChildProcess { }
            $process | Start-ChildProcess -WhatIf | Should -BeNullOrEmpty
            $process.JobStateInfo.State | Should -Be 'NotStarted'
        }

        It 'Stop-ChildProcess -WhatIf stops nothing, -Confirm:$false and -PassThru work' {
            $process = Start-ChildProcess { Start-Sleep 600 }
            $process | Stop-ChildProcess -WhatIf -PassThru | Should -BeNullOrEmpty
            $process | Stop-ChildProcess -Force -WhatIf
            $process.IsAlive | Should -BeTrue
            $process | Wait-ChildProcess -Timeout 0 -ErrorVariable errors -ErrorAction SilentlyContinue
            $errors[0].FullyQualifiedErrorId | Should -BeLike 'WaitTimeout*'
            $process | Stop-ChildProcess -Force -Confirm:$false -PassThru | Should -Be $process
            ($process | Wait-ChildProcess -Timeout 60).ExitCode | Should -Be -9
        }

        It 'the preference variables count' {
            & { $WhatIfPreference = $true; Start-ChildProcess { } } | Should -BeNullOrEmpty
            Get-ChildProcess | Should -BeNullOrEmpty
        }
    }

    Context 'what is shown' {
        BeforeEach {
            $process = Start-ChildProcess -Name shown { exit 3 } | Wait-ChildProcess
        }

        It 'a process is a row of a table' {
            $lines = ($process | Out-String -Width 120) -replace '\e\[[0-9;]*m' -split '\r?\n' | Where-Object { $_ }
            $lines[0].Trim() -split '\s+' | Should -Be 'Id', 'Name', 'ProcessId', 'State', 'ExitCode', 'HasMoreData', 'Daemon', 'Command'
            $lines[2].Trim() -split '\s+' | Should -Be $process.Id, 'shown', $process.ProcessId, 'Failed', '3', 'False', 'False', 'exit', '3'
        }

        It 'Format-List has more' {
            $text = ($process | Format-List | Out-String -Width 120) -replace '\e\[[0-9;]*m'
            $names = ($text | Select-String '(?m)^(\w+)\s+:' -AllMatches).Matches | ForEach-Object { $_.Groups[1].Value }
            $names | Should -Be 'Id', 'Name', 'ProcessId', 'ComputerName', 'State', 'IsAlive', 'ExitCode', 'HasMoreData', 'Daemon', 'Started', 'Ended', 'Command'
            $text | Should -Match '(?m)^IsAlive\s+: False'
        }

        It 'among other objects it shows its own properties' {
            $text = (([pscustomobject]@{ A = 1 }), $process | Format-List | Out-String -Width 120) -replace '\e\[[0-9;]*m'
            $text | Should -Match '(?m)^ExitCode\s+: 3'
            $text | Should -Not -Match 'ChildJobs'
        }

        It 'a command of several lines is one line of the table' {
            $text = (New-ChildProcess {
                    1
                    2
                } | Out-String -Width 120) -replace '\e\[[0-9;]*m'
            $text | Should -Match '1 2\s*$'
        }

        It 'the current process has a table and a list' {
            $current = Get-ChildProcess -Current
            (($current | Out-String) -replace '\e\[[0-9;]*m').Trim() | Should -Match "^Name\s+ProcessId\s+ParentProcessId\s[-\s]+MainProcess\s+$PID$"
            ($current | Format-List | Out-String) -replace '\e\[[0-9;]*m' | Should -Match "ProcessId\s+: $PID"
        }

        It 'a child knows its own name and its parent' {
            $current = Start-ChildProcess -Name inner { Get-ChildProcess -Current } | Receive-ChildProcess -Wait
            $current.Name | Should -Be 'inner'
            $current.ParentProcessId | Should -Be $PID
        }
    }

    Context 'completion' {
        It '<Line> completes names' -TestCases @(
            @{ Line = 'Wait-ChildProcess comp' }
            @{ Line = 'Receive-ChildProcess -ChildProcess comp' }
            @{ Line = 'Stop-ChildProcess -Name comp' }
            @{ Line = 'Get-ChildProcess comp' }
            @{ Line = 'Start-ChildProcess -ChildProcess comp' }
        ) {
            $null = New-ChildProcess -Name completable { }
            $null = New-ChildProcess -Name 'complete with space' { }
            $null = New-ChildProcess -Name other { }
            (Get-Completion $Line).CompletionText | Should -Be 'completable', "'complete with space'"
        }

        It 'completes commands' {
            (Get-Completion 'Start-ChildProcess -Command Get-ChildP').CompletionText | Should -Be 'Get-ChildProcess'
        }

        It 'completes ids' {
            $process = Start-ChildProcess -Name tip { } | Wait-ChildProcess
            (Get-Completion 'Wait-ChildProcess -Id ').CompletionText | Should -Contain "$($process.Id)"
            (Get-Completion 'Stop-ChildProcess -ProcessId ').CompletionText | Should -Be "$($process.ProcessId)"
        }

        It 'says how the process stands' {
            $process = Start-ChildProcess -Name tip { } | Wait-ChildProcess
            (Get-Completion 'Wait-ChildProcess ti').ToolTip | Should -Be "Completed, process $($process.ProcessId)"
        }

        It '-Module completes modules and paths' {
            New-Item "$TestDrive/Completed.psm1" | Out-Null
            (Get-Completion "Start-ChildProcess { } -Module $TestDrive/Compl").CompletionText | Should -Contain "$TestDrive/Completed.psm1"
            (Get-Completion 'Invoke-ProcPool { } -Module Microsoft.PowerShell.Ut').CompletionText | Should -Contain 'Microsoft.PowerShell.Utility'
        }

        It '-HostName completes the hosts that ssh knows, and says from which file' {
            $userHome = $env:HOME
            try {
                $env:HOME = New-Item "$TestDrive/home" -ItemType Directory
                $null = New-Item "$TestDrive/home/.ssh" -ItemType Directory
                Get-Completion 'Start-ChildProcess { } -HostName web' | Where-Object ResultType -EQ ParameterValue | Should -BeNullOrEmpty
                Set-Content "$TestDrive/home/.ssh/config" 'Host web2 mail', 'Host web*'
                Set-Content "$TestDrive/home/.ssh/known_hosts" 'WEB1,192.0.2.1 ssh-ed25519 AAAA', 'web2 ssh-ed25519 AAAA', '[web3]:2222 ssh-ed25519 AAAA'
                $found = Get-Completion 'Start-ChildProcess { } -HostName web'
                $found.CompletionText | Should -Be 'WEB1', 'web2'
                $found.ToolTip | Should -Be "in $TestDrive/home/.ssh/known_hosts", "in $TestDrive/home/.ssh/config"
                (Get-Completion 'Invoke-ProcPool { } -HostName [').CompletionText | Should -Be "'[web3]:2222'"
                (Get-Completion 'New-ProcPool -HostName mail, 192').CompletionText | Should -Be '192.0.2.1'
            } finally {
                $env:HOME = $userHome
            }
        }

        It '<_> -EnginePath completes the PowerShells on PATH, then files' -TestCases 'Start-ChildProcess { }', 'Invoke-ProcPool { }', 'New-ProcPool', 'Start-ProcManager' {
            $path = $env:PATH
            try {
                foreach ($name in 'one/pwsh', 'one/pwsh.dll', 'two/pwsh-preview', 'two/other', 'here/pwsh-here') { $null = New-Item "$TestDrive/$name" -Force }
                $env:PATH = "$TestDrive/two:$TestDrive/none:$TestDrive/one:$TestDrive/two"
                Push-Location "$TestDrive/here"
                $found = Get-Completion "$_ -EnginePath pw"
                $found.ListItemText | Should -Be "$TestDrive/two/pwsh-preview", "$TestDrive/one/pwsh", pwsh-here
                $found[0].ToolTip | Should -Be 'on PATH'
                $found[0].CompletionText | Should -Be "$TestDrive/two/pwsh-preview"
                (Get-Completion "$_ -EnginePath $TestDrive/one/").CompletionText | Should -Be "$TestDrive/one/pwsh", "$TestDrive/one/pwsh.dll"
            } finally {
                $env:PATH = $path
                Pop-Location
            }
        }

        It 'parameters are completed' {
            (Get-Completion 'Invoke-ProcPool -Thr').CompletionText | Should -Be '-ThrottleLimit'
        }
    }
}
