BeforeDiscovery {
    . $PSScriptRoot/sshd.ps1
    $noSshd = -not (Test-Sshd)
}

Describe 'Errors of hosts' -Skip:$noSshd {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        . $PSScriptRoot/sshd.ps1
        $server = Start-Sshd -Shell "export XDG_CACHE_HOME='$TestDrive/cache'; exec sh -c `"`$SSH_ORIGINAL_COMMAND`""
        $to = $server.Parameters
        $quiet = @{ ErrorVariable = 'failed'; ErrorAction = 'SilentlyContinue' }
    }

    AfterAll {
        Clear-ProcSession
        Assert-NothingLeft $server
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

    It 'tell a child that was made for another place' {
        $child = New-ChildProcess { 1 }
        { Start-ChildProcess -ChildProcess $child -HostName 127.0.0.2 -UserName root } | Should -Throw -ErrorId 'HostNameWithChildProcess,*'
        $child.IsAlive | Should -BeFalse
    }
}
