# What is told when a host, or what is asked of it, is wrong; and one that answers in its own rhythm.
BeforeDiscovery {
    . $PSScriptRoot/sshd.ps1
    $noSshd = -not (Test-Sshd)
    $hasPerl = [bool] (Get-Command perl -CommandType Application -ErrorAction Ignore)
}

Describe 'Errors of hosts' -Skip:$noSshd {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        . $PSScriptRoot/sshd.ps1
        $server = Start-Sshd
        $to = $server.Parameters
        $quiet = @{ ErrorVariable = 'failed'; ErrorAction = 'SilentlyContinue' }
    }

    AfterAll {
        Clear-ProcSession
        Assert-HostIsEmpty $server
        Stop-Sshd $server
    }

    It 'are told of each host where none is left' {
        $said = & {
            try { 1 | Invoke-ProcPool -HostName one.invalid, two.invalid, three.invalid { $_ } @quiet } catch { $_ }
            $failed | Where-Object { $_ -is [Management.Automation.ErrorRecord] }
        }
        $said.FullyQualifiedErrorId | Sort-Object -Unique | Should -BeLike 'HostUnreachable,*'
        $said.TargetObject | Sort-Object -Unique | Should -Be one.invalid, three.invalid, two.invalid
    }

    It 'name the host, whatever went wrong on it' {
        Invoke-ProcPool -OnEachHost -HostName 127.0.0.2, 127.0.0.3, no-such.invalid @to -InitializationScript { throw 'bad' } { 1 } @quiet
        $failed.PSComputerName | Sort-Object | Should -Be 127.0.0.2, 127.0.0.3, no-such.invalid
        Invoke-ProcPool -OnEachHost -HostName 127.0.0.2 @to -TaskTimeout 0.5 { Start-Sleep 60 } @quiet
        $failed.PSComputerName | Should -Be 127.0.0.2
        $record = Invoke-ProcPool -OnEachHost -HostName 127.0.0.3 @to -Detailed { Stop-Process -Id $PID -Force } @quiet
        $record.Error[0].FullyQualifiedErrorId | Should -BeLike 'WorkerCrashed*'
        $record.Error[0].PSComputerName | Should -Be 127.0.0.3
    }

    It 'leave no machine in the record of what was not begun, but that which it was for with -OnEachHost' {
        $records = [Collections.Generic.List[object]]::new()
        { 1..2 | Invoke-ProcPool -HostName one.invalid, two.invalid { $_ } -Detailed @quiet | ForEach-Object { $records.Add($_) } } | Should -Throw
        $records.ComputerName | Should -Be $null, $null
        $records = Invoke-ProcPool -OnEachHost -HostName one.invalid, . { 1 } -Detailed -InitializationScript { throw 'bad' } @quiet | Sort-Object Index
        $records.Status | Should -Be Failed, Failed
        $records.ComputerName | Should -Be one.invalid, ([Environment]::MachineName)
        $records.ProcessId | Should -Be $null, $null
    }

    It 'tell which host''s workers end before they take a task, and the others do its share' {
        $with = @{ InitializationScript = { if ($env:SSH_CONNECTION -like '* 127.0.0.3 *') { exit 3 } }; ThrottleLimit = 1 } + $to
        $pool = New-ProcPool 1 -HostName 127.0.0.2, 127.0.0.3 -InitializationScript $with.InitializationScript @to
        $tasks = 1..6 | Submit-ProcTask { param($item) $item } -Pool $pool
        $told = [Collections.Generic.List[object]]::new()
        $tasks | Receive-ProcTask -ErrorVariable failed -ErrorAction SilentlyContinue | Should -Be (1..6)
        $failed | ForEach-Object { $told.Add($_) }
        Wait-Until { $null = $tasks[0] | Wait-ProcTask @quiet; $failed | ForEach-Object { $told.Add($_) }; $told } -TimeoutSeconds 60
        $pool.State | Should -Be Open
        $failed = $told
        $failed.FullyQualifiedErrorId | Should -BeLike 'WorkerStartFailed*'
        $failed.PSComputerName | Should -Be 127.0.0.3
        "$failed" | Should -BeLike "*on '127.0.0.3' do not start*code 3*"
        $pool | Stop-ProcPool
        { 1 | Invoke-ProcPool -HostName 127.0.0.3 @with { 1 } } | Should -Throw "*on '127.0.0.3' do not start*" -ErrorId 'WorkerStartFailed,*'
        Invoke-ProcPool -OnEachHost -HostName 127.0.0.2, 127.0.0.3 @to -InitializationScript $with.InitializationScript { "of $_" } @quiet | Should -Be 'of 127.0.0.2'
        $failed.TargetObject | Should -Be 127.0.0.3
    }

    It 'count for -HaltOn, where the block is to run on each host' {
        $with = @{ OnEachHost = $true; HostName = 'one.invalid', '.', 'two.invalid' } + $quiet
        $go = "$TestDrive/go"
        Set-Content $go ''
        Invoke-ProcPool { while (-not (Test-Path $using:go)) { Start-Sleep -Milliseconds 50 }; $_ } @with -HaltOn 3 | Should -Be localhost
        $failed.FullyQualifiedErrorId | Should -BeLike 'HostUnreachable,*'
        Remove-Item $go
        { Invoke-ProcPool { while (-not (Test-Path $using:go)) { Start-Sleep -Milliseconds 50 }; $_ } @with -HaltOn 60% -HaltNow } | Should -Throw '2 of 2 items failed*' -ErrorId 'PoolHalted,*'
    }

    It 'are told of those hosts alone that -HaltOn has counted, though others fail meanwhile' {
        $with = @{ OnEachHost = $true; HostName = 1..20 | ForEach-Object { "n$_.invalid" } } + $quiet
        try { Invoke-ProcPool { $_ } @with -HaltOn 2 } catch { $end = "$_" }
        $told = @($failed | Where-Object { $_ -is [Management.Automation.ErrorRecord] -and $_.FullyQualifiedErrorId -like 'HostUnreachable*' }).Count
        $end | Should -BeLike "$told of $told items failed*: $(20 - $told) that waited were not run."
    }

    It 'tell what is wrong before anything is connected to: <Id>' -ForEach @(
        @{ Id = 'InvalidHostName'; Do = { Start-ChildProcess { } -HostName '-oProxyCommand=x' } }
        @{ Id = 'InvalidHostName'; Do = { New-ProcPool -HostName 'web1:many' } }
        @{ Id = 'InvalidSshOption'; Do = { Start-ChildProcess { } -HostName 127.0.0.2 -SshOption @{ 'Proxy Jump' = 'gate' } } }
        @{ Id = 'InvalidSshOption'; Do = { Start-ChildProcess { } -HostName 127.0.0.2 -SshOption @{ ProxyJump = "gate`nUser=root" } } }
        @{ Id = 'KeyFileNotFound'; Do = { Start-ChildProcess { } -HostName 127.0.0.2 -KeyFilePath "$TestDrive/none" } }
        @{ Id = 'NoHostName'; Do = { New-ProcPool -UserName root } }
        @{ Id = 'NoHostName'; Do = { Invoke-ProcPool -OnEachHost { } } }
        @{ Id = 'HostNameWithPool'; Do = { 1 | Invoke-ProcPool -Pool (New-ProcPool 1) -HostName 127.0.0.2 { } } }
    ) {
        $Do | Should -Throw -ErrorId "$Id,*"
    }

    It 'say that there is no input, and what runs a block without' {
        { Invoke-ProcPool -HostName web1 { hostname } } | Should -Throw '*-OnEachHost*' -ErrorId 'NoInput,*'
        { Invoke-ProcPool { 1 } } | Should -Throw '*Pipe*' -ErrorId 'NoInput,*'
        @() | Invoke-ProcPool -HostName web1 { hostname } | Should -BeNullOrEmpty
    }

    It 'say that this machine has no ssh' {
        $path = $env:PATH
        try {
            $env:PATH = "$TestDrive"
            { Start-ChildProcess { } -HostName 127.0.0.4 @to } | Should -Throw '*Install the OpenSSH client*' -ErrorId 'SshNotFound,*'
        } finally {
            $env:PATH = $path
        }
    }

    It 'say which PowerShell is too old' {
        # It answers as an old one does, to the marker that stands in its command; where a host's sh starts it, it can't load what it gets.
        $script = 'case $4 in -Command) kill -ABRT $$;; esac; printf "\n%s:7.2.24:linux-x64\n" "$(echo "$4" | base64 -d | tr -d "\0" | grep -o "PRCC[0-9a-f]*")"; exec cat'
        "#!/bin/sh`n$script" | Set-Content "$TestDrive/pwsh-old"
        & chmod +x "$TestDrive/pwsh-old"
        $old = $to.Clone()
        $old.EnginePath = "$TestDrive/pwsh-old"
        { Start-ChildProcess { } -HostName 127.0.0.2 @old } | Should -Throw '*127.0.0.2*PowerShell 7.2.24*7.4*' -ErrorId 'EngineTooOld,*'
    }

    It 'tell a child that was made for another place' {
        $child = New-ChildProcess { 1 }
        { Start-ChildProcess -ChildProcess $child -HostName 127.0.0.2 -UserName root } | Should -Throw -ErrorId 'HostNameWithChildProcess,*'
        $child.IsAlive | Should -BeFalse
    }
}

Describe 'A host whose answers come together' -Skip:($noSshd -or -not $hasPerl) {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        . $PSScriptRoot/sshd.ps1

        # Holds the line "ready" back until more comes, and sends both at once, as a network does now and then.
        $filter = 'while (sysread STDIN, $b, 65536) { sysread STDIN, $b, 65536, length $b if $b =~ /ready\n$/; syswrite STDOUT, $b }'
        $server = Start-Sshd -Filter "perl -e '$filter'"
        $reach = $server.Parameters
    }

    AfterAll {
        Clear-ProcSession
        Assert-HostIsEmpty $server
        Stop-Sshd $server
    }

    It 'loses none of them' {
        Invoke-ProcPool -OnEachHost -HostName 127.0.0.2 @reach { "from $_" } | Should -Be 'from 127.0.0.2'
    }
}
