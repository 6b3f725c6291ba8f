Describe 'Start-ChildProcess, for each row of a table' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        Set-Content "$TestDrive/job.ps1" 'param($What) "$What from a file"'
    }

    AfterEach { Get-ChildProcess | Remove-Job -Force }

    It 'starts what each says, by columns that are called as the parameters' {
        @"
Name,FilePath,Command,ArgumentList,Daemon,TimeLimit,Comment
one,$TestDrive/job.ps1,,A,,,ignored
two,,Write-Output,B,true,60,
"@ | Set-Content "$TestDrive/jobs.csv"
        $children = Import-Csv "$TestDrive/jobs.csv" | Start-ChildProcess
        $children.Name | Should -Be one, two
        $children.Daemon | Should -Be $false, $true
        $children | Receive-ChildProcess -Wait | Sort-Object | Should -Be 'A from a file', 'B'
    }

    It 'takes what other objects have, too, beside children that New-ChildProcess made' {
        $rows = '[{ "ScriptBlock": "param($a, $b) $a + $b", "ArgumentList": [3, 4] }]' | ConvertFrom-Json
        & { $rows; New-ChildProcess { 'made' }; [pscustomobject] @{ ScriptBlock = { $using:rows.Count }; Name = 'mine' } } |
            Start-ChildProcess | Receive-ChildProcess -Wait | Sort-Object { "$_" } | Should -Be 1, 7, made
    }

    It 'tells what is wrong with a row, and starts the others' {
        $all = & {
            [pscustomobject] @{ Command = 'no-such-command'; Name = 'first' }
            [pscustomobject] @{ Command = 'Write-Output'; FilePath = "$TestDrive/job.ps1" }
            [pscustomobject] @{ Command = 'Write-Output'; TimeLimit = 'soon' }
            [pscustomobject] @{ Colour = 'red' }
            [pscustomobject] @{ ScriptBlock = '{'; Name = 'unclosed' }
            [pscustomobject] @{ Command = 'Write-Output'; ArgumentList = 'last' }
        } | Start-ChildProcess 2>&1
        $failed, $children = $all.Where({ $_ -is [Management.Automation.ErrorRecord] }, 'Split')
        $children | Receive-ChildProcess -Wait | Should -Be last
        $failed.FullyQualifiedErrorId -replace ',.*' |
            Should -Be CommandNotFound, AmbiguousParameterSet, ParameterArgumentTransformationError, ParameterArgumentTransformationError, ScriptParseFailed
        $failed[-1].TargetObject.Name | Should -Be 'unclosed'
        "$failed" | Should -Match 'no child process: give .*FilePath, Command, ScriptBlock or Type'
        { [pscustomobject] @{ Command = 'no-such-command' } | Start-ChildProcess -ErrorAction Stop } | Should -Throw -ErrorId 'CommandNotFound,*'
    }

    It 'passes on how the hosts of the rows are reached, and refuses that beside a child that is made' {
        $row = [pscustomobject] @{ HostName = '127.0.0.2'; Command = 'Write-Output' }
        { $row | Start-ChildProcess -KeyFilePath /no/such -ErrorAction Stop } | Should -Throw -ErrorId 'KeyFileNotFound,*'
        $own = $row | Select-Object *, @{ Name = 'KeyFilePath'; Expression = { '/its/own' } }
        { $own | Start-ChildProcess -KeyFilePath /no/such -ErrorAction Stop } | Should -Throw '*/its/own*' -ErrorId 'KeyFileNotFound,*'
        [pscustomobject] @{ Command = 'Write-Output'; ArgumentList = 'here' } | Start-ChildProcess -UserName deploy | Receive-ChildProcess -Wait | Should -Be 'here'
        { New-ChildProcess { 1 } | Start-ChildProcess -UserName deploy } | Should -Throw '*-UserName*' -ErrorId 'HostNameWithChildProcess,*'
    }

    It 'takes no other module''s job for a row: its command would run again' {
        $job = Start-ThreadJob { 1 } | Wait-Job
        try {
            $job | Start-ChildProcess -ErrorVariable failed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        } finally {
            Remove-Job $job
        }
        $failed.FullyQualifiedErrorId | Should -Be 'ParameterArgumentTransformationError,ProcConcurrency.Commands.StartChildProcessCommand'
        Get-ChildProcess | Should -BeNullOrEmpty
    }

    It 'takes tables as ConvertFrom-Json makes them, and no provider''s path for the file' {
        '[{ "ScriptBlock": "param($b) $env:PC_A + $b", "Environment": { "PC_A": "1" }, "Parameters": { "b": 2 }, "PSPath": "/no/such" }]' |
            ConvertFrom-Json | Start-ChildProcess | Receive-ChildProcess -Wait | Should -Be 12
    }

    It 'does as -ErrorAction says with one dead host of a row' {
        $row = [pscustomobject] @{ HostName = '127.0.0.2:1', '127.0.0.3:1'; Command = 'Write-Output' }
        { $row | Start-ChildProcess -ErrorAction Stop } | Should -Throw -ErrorId 'HostUnreachable,*'
        $row | Start-ChildProcess -ErrorAction Ignore 2>&1 | Should -BeNullOrEmpty
    }

    It 'starts none with -WhatIf' {
        [pscustomobject] @{ Command = 'Write-Output' } | Start-ChildProcess -WhatIf | Should -BeNullOrEmpty
        Get-ChildProcess | Should -BeNullOrEmpty
    }
}
