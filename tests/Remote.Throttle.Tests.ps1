# How many hosts are connected to at a time: a program in ssh's place notes when it is called, and reaches nobody.
Describe '-ConnectThrottle of <Name>' -Skip:$IsWindows -ForEach @(
    @{ Name = 'Start-ChildProcess'; Connect = { $null = Start-ChildProcess { } @reach } }
    @{ Name = 'Invoke-ProcPool'; Connect = { try { 1 | Invoke-ProcPool { } @reach } catch { $_ } } }
    @{ Name = 'Invoke-ProcPool -OnEachHost'; Connect = { Invoke-ProcPool -OnEachHost { } @reach } }
    @{ Name = 'New-ProcPool'; Connect = { $pool = New-ProcPool 1 @reach; Wait-Until { $pool.State -eq 'Failed' } -TimeoutSeconds 90; $pool | Stop-ProcPool } }
) {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $folder = New-Item (Join-Path $TestDrive "ssh-$(Get-Random)") -ItemType Directory
        $path = $env:PATH
        $env:PATH = "$folder$([IO.Path]::PathSeparator)$path"

        # In ssh's place; it may also be asked how it would connect.
        function Set-Ssh([string] $Script) {
            @"
#!/bin/sh
for a; do [ "`$a" = -G ] && exit; done
cd '$folder'
$Script
echo Connection refused >&2
exit 255
"@ | Set-Content "$folder/ssh"
            chmod +x "$folder/ssh"
        }
    }

    AfterEach {
        Clear-ProcSession
    }

    AfterAll {
        $env:PATH = $path
    }

    It 'is how many are connected to at a time' {
        Set-Ssh 'b=$(date +%s%N); sleep 0.2; echo "$b $(date +%s%N)" >>times'
        $reach = @{ HostName = 'a', 'b', 'c', 'd'; ConnectThrottle = 1; ErrorAction = 'SilentlyContinue' }
        & $Connect
        $times = @(Get-Content "$folder/times" | ForEach-Object { , [long[]] $_.Split() } | Sort-Object { $_[0] })
        $times | Should -HaveCount 4

        # On a crowded machine one may have had its place for so long that it counts no more.
        foreach ($i in 1..3) { $times[$i][0] -ge $times[$i - 1][1] -or $times[$i][0] - $times[$i - 1][0] -gt 2e9 | Should -BeTrue }
    }

    It 'counts none that has said nothing for long' {
        # They end when all are there.
        Set-Ssh ': >there-$$; for i in $(seq 600); do set -- there-*; [ $# -ge 6 ] && break; sleep 0.1; done; echo $# >>met'
        $reach = @{ HostName = 'a', 'b', 'c', 'd', 'e', 'f'; ConnectThrottle = 3; ErrorAction = 'SilentlyContinue' }
        & $Connect
        Get-Content "$folder/met" | Should -Be (@('6') * 6)
    }
}
