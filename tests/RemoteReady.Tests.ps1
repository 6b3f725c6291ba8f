BeforeDiscovery {
    . $PSScriptRoot/sshd.ps1
    $noSshd = -not (Test-Sshd) -or -not (Get-Command perl -CommandType Application -ErrorAction Ignore)
}

Describe 'A host whose answers come together' -Skip:$noSshd {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        . $PSScriptRoot/sshd.ps1

        # Holds the line "ready" back until more comes, and sends both at once, as a network does now and then.
        $filter = 'while (sysread STDIN, $b, 65536) { sysread STDIN, $b, 65536, length $b if $b =~ /ready\n$/; syswrite STDOUT, $b }'
        $server = Start-Sshd -Shell "export XDG_CACHE_HOME='$TestDrive/cache'; sh -c `"`$SSH_ORIGINAL_COMMAND`" | perl -e '$filter'"
        $reach = $server.Parameters
    }

    AfterAll {
        Clear-ProcSession
        Assert-NothingLeft $server
        Stop-Sshd $server
    }

    It 'loses none of them' {
        Invoke-ProcPool -OnEachHost -HostName 127.0.0.2 @reach { "from $_" } | Should -Be 'from 127.0.0.2'
    }
}
