# Takes long.
# What can go wrong between this session and a host: each fault is made, and nothing may be left at either end.
BeforeDiscovery {
    . $PSScriptRoot/sshd.ps1
    $hasSshd = Test-Sshd

    # The processes between a session and what runs on a host.
    $between = @(
        @{ Name = 'ssh'; Find = { [ProcConcurrency.Runtime.Remote.RemoteHosts]::SshProcessIds } }
        @{ Name = 'the session of sshd'; Find = { (Get-HostProcess $server | Where-Object Name -Match sshd).Id } }
        @{ Name = 'the agent'; Find = { (Get-Agent).Id } }
    )
}

Describe 'A host' -Skip:(-not $hasSshd) {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        . $PSScriptRoot/sshd.ps1

        $server = Start-Sshd
        $shell = $server.Rc
        $mayChown = (id -u) -eq 0
        $to = $server.Parameters
        $start = @{ HostName = '127.0.0.2' } + $to

        # Here, for what a context brings about Pester takes away at its end.
        Start-ChildProcess { } @start | Receive-ChildProcess -Wait

        # The process of sshd's session, of the agent, of all: by what they are called.
        function Get-Agent {
            Wait-Until { ($script:agents = @(Get-HostProcess $server | Where-Object CommandLine -Match AgentMain | Where-Object Name -EQ pwsh)) }
            $script:agents
        }

        function Get-StartError($Parameters) {
            try { $null = Start-ChildProcess { 1 } @Parameters -ErrorAction Stop } catch { $_ }
        }
    }

    AfterEach {
        Remove-Item $shell -ErrorAction Ignore
        Clear-ProcSession
        Assert-HostIsEmpty $server
    }

    AfterAll {
        Stop-Sshd $server
    }

    Context 'that is lost' {
        It 'is an error for its child when <Name> is killed, and is connected to again' -ForEach $between {
            $child = Start-Sleeper $start
            $before = (Get-HostProcess $server | Where-Object Name -EQ pwsh).Id
            $before | Should -HaveCount 2
            kill -9 (& $Find)
            $child | Wait-ChildProcess -Timeout 60 | Should -Be $child
            $null = $child | Receive-ChildProcess -ErrorVariable failed -ErrorAction SilentlyContinue
            $failed.FullyQualifiedErrorId | Should -BeLike 'HostUnreachable*'
            "$failed" | Should -Match "connection to '127\.0\.0\.2' was lost"
            $child.JobStateInfo.State | Should -Be Failed

            # What runs there ends itself, and leaves no file.
            Wait-Until { Test-Gone $child.ProcessId }
            $before | ForEach-Object { Get-ChildItem ([IO.Path]::GetTempPath()) -Filter "*-$_-*" | Should -BeNullOrEmpty }
            Start-ChildProcess { 'again' } @start | Receive-ChildProcess -Wait | Should -Be again
        }

        It 'costs a pool the items that ran there, which another host does where they may be tried again: <Name> is killed' -ForEach $between {
            $begun = Join-Path $TestDrive "begun-$(Get-Random)"
            $job = 1..6 | Invoke-ProcPool {
                if ($env:SSH_CONNECTION) { Set-Content $using:begun $PID; Start-Sleep 600 }
                while (-not (Get-Content $using:begun -ErrorAction Ignore)) { Start-Sleep -Milliseconds 50 }
                $_
            } -HostName 127.0.0.2, . -ThrottleLimit 1 -BatchSize 1 -RetryCount 3 -AsJob @to
            Wait-Until { Get-Content $begun -ErrorAction Ignore }

            # It is not there again.
            'exit 1' | Set-Content $shell
            kill -9 (& $Find)
            $job | Receive-Job -Wait -AutoRemoveJob -ErrorAction SilentlyContinue | Should -Be (1..6)
            Wait-Until { Test-Gone (Get-Content $begun) }
        }

        It 'is ended with all that runs there when the session is killed' {
            $file = Join-Path $TestDrive killed
            $settings = $to.SshOption.GetEnumerator() | ForEach-Object { "'$($_.Key)' = '$($_.Value)'" }
            $session = Start-Session -OutputPath $file -Script @"
                Start-ChildProcess { `$PID; Start-Sleep 600 } -HostName 127.0.0.2 -Port $($to.Port) -KeyFilePath '$($to.KeyFilePath)' -EnginePath '$($to.EnginePath)' -SshOption @{ $($settings -join '; ') } | Receive-ChildProcess -Wait
"@
            $id = Wait-Line $file
            kill -9 $session.Id
            Wait-Until { Test-Gone $id }
        }

        It 'does not hold up who kills what runs there, while it hangs' {
            $child = Start-Sleeper $start
            $agent = (Get-Agent).Id
            Suspend-Id $agent
            try {
                $child | Stop-ChildProcess -Force
                $child | Wait-ChildProcess -Timeout 30 | Should -Be $child
                $child.ExitCode | Should -Be -9
            } finally {
                kill -CONT $agent
            }
            Wait-Until { Test-Gone $child.ProcessId }
        }

        It 'does not hold up the starts on other hosts, while it hangs' {
            Start-ChildProcess { } @start | Wait-ChildProcess
            $agent = (Get-Agent).Id

            # Connected to, so that its child is there before the start on the other one is given up, which is after 15 seconds.
            Start-ChildProcess { } -HostName 127.0.0.3 @to | Wait-ChildProcess
            $file = Join-Path $TestDrive other-host
            $other = New-Shell
            Suspend-Id $agent
            try {
                # The call waits for the host that hangs, which comes first; the other one's child runs meanwhile.
                $call = $other.AddStatement().AddCommand('Start-ChildProcess').AddParameters($to).AddParameter('HostName', @('127.0.0.2', '127.0.0.3')).
                    AddParameter('ScriptBlock', { param($file) $null > $file }).AddParameter('ArgumentList', @($file)).BeginInvoke()
                Wait-Until { Test-Path $file }
                $call.IsCompleted | Should -BeFalse
                kill -CONT $agent
                $other.EndInvoke($call).ComputerName | Should -Contain '127.0.0.3'
            } finally {
                kill -CONT $agent
                Remove-Shell $other
            }
        }

        It 'does not hold up a pool''s other hosts, while it hangs' {
            # Both are connected to, so the pool's first worker is asked for on the one that hangs; it would be given up after 15 seconds.
            Start-ChildProcess { } @start | Wait-ChildProcess
            $agent = (Get-Agent).Id
            Start-ChildProcess { } -HostName 127.0.0.3 @to | Wait-ChildProcess
            Suspend-Id $agent
            try {
                1..4 | Invoke-ProcPool { $env:SSH_CONNECTION.Split()[2] } -HostName 127.0.0.2, 127.0.0.3 -Timeout 12 @to | Should -Be (@('127.0.0.3') * 4)
            } finally {
                kill -CONT $agent
            }

            Assert-HostIsEmpty $server
        }
    }

    Context 'that can not be used' {
        It 'is HostUnreachable, with what ssh said: <Name>' -ForEach @(
            @{ Name = 'nobody listens'; Change = { $args[0].Port = 1 }; Said = 'Connection refused' }
            @{ Name = 'its name is not known'; Change = { $args[0].HostName = 'no-such-host.invalid' }; Said = 'resolve|not known|service' }
            @{ Name = 'the key is another'; Change = { $args[0].KeyFilePath = Join-Path $server.Folder other }; Said = 'Permission denied' }
            @{ Name = 'its key has changed'; Said = 'Host key verification failed|REMOTE HOST IDENTIFICATION'; Change = {
                    $file = Join-Path $TestDrive "changed-$(Get-Random)"
                    "[127.0.0.*]:$($to.Port) $((Get-Content (Join-Path $server.Folder other.pub)) -replace ' test$')" | Set-Content $file
                    $args[0].SshOption = $args[0].SshOption.Clone()
                    $args[0].SshOption.UserKnownHostsFile = $file
                }
            }
            @{ Name = 'its key is not known'; Change = { $args[0].SshOption = $args[0].SshOption.Clone(); $args[0].SshOption.UserKnownHostsFile = '/dev/null' }; Said = 'Host key verification failed' }
        ) {
            $parameters = $start.Clone()
            & $Change $parameters
            $failed = Get-StartError $parameters
            $failed.FullyQualifiedErrorId | Should -BeLike 'HostUnreachable,*'
            "$failed" | Should -Match $Said
            $failed.CategoryInfo.Category | Should -Be ConnectionError
        }

        It 'is EngineNotFound without PowerShell, and says what to install' {
            $there = $start.Clone()
            $there.EnginePath = '/no/pwsh'
            $failed = Get-StartError $there
            $failed.FullyQualifiedErrorId | Should -BeLike 'EngineNotFound,*'
            "$failed" | Should -Match "127\.0\.0\.2.*'/no/pwsh'.*7\.4 or later"
        }

        It 'is told once, and the others do the work' {
            $results = 1..4 | Invoke-ProcPool { $_ } -HostName 127.0.0.2, '127.0.0.3:1' @to -ErrorVariable failed -ErrorAction SilentlyContinue
            $results | Should -Be (1..4)
            $failed | Should -HaveCount 1
            $failed.FullyQualifiedErrorId | Should -BeLike 'HostUnreachable,*'
            $failed.TargetObject | Should -Be 127.0.0.3:1
            { 1 | Invoke-ProcPool { $_ } -HostName 127.0.0.3:1, 127.0.0.4:1 @to -ErrorAction Stop } | Should -Throw -ErrorId 'HostUnreachable,*'
            $results = Invoke-ProcPool { 'x' } -OnEachHost -HostName 127.0.0.2, 127.0.0.3:1 @to -ErrorVariable failed -ErrorAction SilentlyContinue
            $results | Should -Be x
            $failed.FullyQualifiedErrorId | Should -BeLike 'HostUnreachable,*'
        }
    }

    It 'is done without where a pool''s worker can not be set up on it, and told' {
        # The others' items wait until the worker that could not be set up is gone.
        $file = Join-Path $TestDrive refused
        $results = 1..6 | Invoke-ProcPool {
            while (-not ($id = Get-Content $using:file -ErrorAction Ignore) -or (Test-Path "/proc/$id")) { Start-Sleep -Milliseconds 50 }
            $_
        } -HostName 127.0.0.2, 127.0.0.3 -ThrottleLimit 1 @to -InitializationArgumentList $file -InitializationScript {
            param($file)
            if ($env:SSH_CONNECTION -match ' 127\.0\.0\.3 ') { $PID | Set-Content $file; throw 'not on this one' }
        } -ErrorVariable failed -ErrorAction SilentlyContinue
        $results | Should -Be (1..6)
        "$failed" | Should -Match 'not on this one'
        $failed.PSComputerName | Should -Be 127.0.0.3
        { 1 | Invoke-ProcPool { $_ } -HostName 127.0.0.2 -WorkingDirectory /no/such/folder @to -ErrorAction Stop } | Should -Throw -ErrorId 'WorkerStartFailed,*'
    }

    Context 'with a login shell of its own ways' {
        It 'works where it <Name>' -ForEach @(
            @{ Name = 'prints a megabyte'; Rc = 'head -c 1000000 /dev/zero | tr "\0" "x"; echo; echo and more >&2' }
            @{ Name = 'prints a false marker'; Rc = 'printf "\nPRCC0123456789abcdef:7.6.0:linux-x64\nready\n"' }
            @{ Name = 'reads its standard input'; Rc = 'timeout 1 head -c 1 > "$XDG_CACHE_HOME-read"; true' }
            @{ Name = 'is PowerShell'; Rc = "exec '$(Join-Path $PSHOME pwsh)' -NoProfile -Command `"`$SSH_ORIGINAL_COMMAND`"" }
        ) {
            $Rc | Set-Content $shell
            Start-ChildProcess { 'fine' } @start | Receive-ChildProcess -Wait | Should -Be fine

            # Nothing is sent before the marker is there.
            Get-Content "$($server.Cache)-read" -ErrorAction Ignore | Should -BeNullOrEmpty
        }

        # The second way to start an agent: for hosts that have no sh, or one that can't do it.
        It 'has its own files at once where they are damaged, and a temporary folder where its cache can not be used: <Name>' -ForEach @(
            @{ Name = 'by sh'; Rc = ''; Entered = 'AgentMain' }
            @{ Name = 'by PowerShell'; Rc = 'case $SSH_ORIGINAL_COMMAND in sh*) echo no sh here >&2; exit 1;; esac'; Entered = 'EncodedCommand' }
        ) {
            function Start-There([scriptblock] $Script, [string] $With) {
                $Rc, $With | Set-Content $shell
                [ProcConcurrency.Runtime.Remote.RemoteHosts]::CloseUnused()
                Start-ChildProcess $Script @start | Receive-ChildProcess -Wait
            }

            $assembly = (Get-ChildItem $server.Cache -Recurse -Filter ProcConcurrency.dll).FullName
            $own = Join-Path $server.Cache ProcConcurrency
            'damaged' | Set-Content $assembly
            if ($mayChown) { chown nobody $assembly }
            $old, $young, $others = ('a' * 32), ('b' * 32), 'others' | ForEach-Object { New-Item (Join-Path $own $_/bin) -ItemType Directory; $null = touch -d '100 days ago' (Join-Path $own $_) }
            touch (Join-Path $own ('b' * 32))
            Start-There { (Get-Process -Id $PID).Parent.CommandLine } | Should -Match $Entered
            (Get-Item $assembly).Length | Should -BeGreaterThan 100000
            (Get-Item $assembly).User | Should -Be ([Environment]::UserName)

            # With a new version comes the end of those that were not used for 90 days.
            $old, $young, $others | Test-Path | Should -Be $false, $true, $true
            Remove-Item $own -Recurse
            Start-There { 'all anew' } | Should -Be 'all anew'

            # Once it has them, they are not sent again.
            $before = stat -c '%i %n' (Get-ChildItem $own -Recurse -File).FullName
            Start-There { 'all there' } | Should -Be 'all there'
            stat -c '%i %n' (Get-ChildItem $own -Recurse -File).FullName | Should -Be $before
            Get-ChildItem $server.Cache -Recurse -Filter .* -Force | Should -BeNullOrEmpty

            $null = New-Item (Join-Path $TestDrive full/ProcConcurrency) -ItemType File -Force
            $where = Start-There { [IO.File]::ReadAllText("/proc/$PID/environ") } "export XDG_CACHE_HOME='$TestDrive/full'"
            $folder = [regex]::Match($where, '(?<=PROCCONCURRENCY_MODULE=)[^\0]*/proc-concurrency-[^/]*').Value
            Test-Path $folder | Should -BeTrue
            [ProcConcurrency.Runtime.Remote.RemoteHosts]::CloseUnused()
            Wait-Until { -not (Test-Path $folder) }

            # One that others may write to is not used, nor one that is a link.
            $others = New-Item (Join-Path $TestDrive others/ProcConcurrency) -ItemType Directory -Force
            chmod 777 $others
            Start-There { 'safe' } "export XDG_CACHE_HOME='$TestDrive/others'" | Should -Be safe
            Get-ChildItem $others | Should -BeNullOrEmpty
            $target = New-Item (Join-Path $TestDrive target) -ItemType Directory -Force
            chmod 700 $target
            $null = New-Item (Join-Path $TestDrive linked) -ItemType Directory -Force
            $null = New-Item (Join-Path $TestDrive linked/ProcConcurrency) -ItemType SymbolicLink -Target $target -Force
            Start-There { 'safe' } "export XDG_CACHE_HOME='$TestDrive/linked'" | Should -Be safe
            Get-ChildItem $target | Should -BeNullOrEmpty
        }

        It 'takes its temporary folder along where its agent is asked to end' {
            $null = New-Item (Join-Path $TestDrive none/ProcConcurrency) -ItemType File -Force
            "export XDG_CACHE_HOME='$TestDrive/none'" | Set-Content $shell
            [ProcConcurrency.Runtime.Remote.RemoteHosts]::CloseUnused()
            $child = Start-ChildProcess { [regex]::Match([IO.File]::ReadAllText("/proc/$PID/environ"), '(?<=PROCCONCURRENCY_MODULE=)[^\0]*/proc-concurrency-[^/]*').Value; Start-Sleep 600 } @start
            Wait-Until { ($script:folder = Receive-ChildProcess $child) }
            Test-Path $folder | Should -BeTrue
            kill -TERM (Get-Agent).Id
            Wait-Until { -not (Test-Path $folder) }
        }

        It 'leaves a child what it would have without us' {
            $seen = { [ordered] @{ umask = sh -c umask; letters = -join (Get-ChildItem env:? | Sort-Object Name).Value; hooks = "$env:DOTNET_STARTUP_HOOKS"; ours = "$(Get-ChildItem env:PROCCONCURRENCY* -Exclude *_TEST_RUN)"; modules = $env:PSModulePath } | ConvertTo-Json }
            'umask 027; export DOTNET_STARTUP_HOOKS=; for letter in {a..z}; do export $letter=$letter; done' | Set-Content $shell
            $there = Start-ChildProcess $seen @start | Receive-ChildProcess -Wait | ConvertFrom-Json
            $there.umask | Should -Be 0027
            $there.letters | Should -Be (-join ('a'..'z'))
            $there.hooks, $there.ours | Should -Be '', ''
            $there.modules | Should -Match ([regex]::Escape((Join-Path $PSHOME Modules)))
        }

        It 'leaves a child the runtime that the host has chosen for it' {
            $seen = { @(Get-ChildItem env:DOTNET_* | Where-Object Name -NE DOTNET_ROOT | Sort-Object Name | ForEach-Object { "$($_.Name)=$($_.Value)" }) + "a".CompareTo('B') }
            $none = Start-ChildProcess $seen @start | Receive-ChildProcess -Wait
            $none | Should -Be -1
            [ProcConcurrency.Runtime.Remote.RemoteHosts]::CloseUnused()
            $chosen = 'DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1', 'DOTNET_TC_CallCountingDelayMs=0', "DOTNET_TieredPGO=`$x 'y`""
            "export $($chosen[0]) $($chosen[1]) DOTNET_TieredPGO='`$x '\''y`"'" | Set-Content $shell
            $its = Start-ChildProcess $seen @start | Receive-ChildProcess -Wait
            $its | Should -Be ($chosen + 31)
        }

        It 'works where the runtime takes no hooks' {
            $hookless = Join-Path $TestDrive hookless
            Copy-Engine $hookless -WithoutHooks
            $there = $start.Clone()
            $there.EnginePath = Join-Path $hookless pwsh
            Start-ChildProcess { 'by command' } @there | Receive-ChildProcess -Wait | Should -Be 'by command'
        }

        It 'gets plain code where its platform is another' {
            $programs = New-Item (Join-Path $TestDrive programs) -ItemType Directory
            "#!/bin/sh`necho Plan9 mips" | Set-Content (Join-Path $programs uname)
            chmod +x (Join-Path $programs uname)
            "PATH='$programs':`$PATH" | Set-Content $shell
            $before = @(Get-ChildItem (Join-Path $server.Cache ProcConcurrency))
            Start-ChildProcess { 'plain' } @start | Receive-ChildProcess -Wait | Should -Be plain
            $plain = Join-Path $PSScriptRoot .. module bin il
            if (Test-Path $plain) {
                $new = Get-ChildItem (Join-Path $server.Cache ProcConcurrency) | Where-Object Name -NotIn $before.Name
                $new | Should -HaveCount 1
                foreach ($file in 'ProcConcurrency.dll', 'ProcConcurrency.Runtime.dll') {
                    (Get-FileHash "$new/bin/$file").Hash | Should -Be (Get-FileHash "$plain/$file").Hash
                }
            }
        }
    }

    It 'is reached, twenty of them at once, through a jump host that takes two at a time' {
        $jump = Start-Sshd -Setting 'MaxStartups 2:100:2'
        try {
            $way = "ssh -F none -p $($jump.Port) -i $($jump.Parameters.KeyFilePath) -o UserKnownHostsFile=$($jump.Folder)/known_hosts -o IdentitiesOnly=yes -o LogLevel=ERROR -W %h:%p 127.0.0.1"
            $there = $to.Clone()
            $there.SshOption = $to.SshOption + @{ ProxyCommand = $way }

            # More than may prove themselves at a time. Without PowerShell they say so only where they are reached, twice each.
            $nowhere = $there.Clone()
            $nowhere.EnginePath = '/no/pwsh'
            $null = Start-ChildProcess { } -HostName (2..21 | ForEach-Object { "127.0.0.$_" }) -ConnectTimeout 120 @nowhere -ErrorVariable failed -ErrorAction SilentlyContinue
            $failed.FullyQualifiedErrorId | Should -HaveCount 20
            $failed.FullyQualifiedErrorId | Should -BeLike 'EngineNotFound,*'
            $names = 2..21 | ForEach-Object { "127.0.0.$_" }
            $results = Invoke-ProcPool { $_ } -OnEachHost -HostName $names @there
            $results | Sort-Object | Should -Be ($names | Sort-Object)
        } finally {
            [ProcConcurrency.Runtime.Remote.RemoteHosts]::CloseUnused()
            Stop-Sshd $jump
        }
    }
}
