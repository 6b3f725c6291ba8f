# Ways that a host is reached, and ways that what runs there is ended.
BeforeDiscovery {
    . $PSScriptRoot/sshd.ps1
    $hasSshd = Test-Sshd

    # A disk without room is a small file system, which only root can make.
    $mayMount = $hasSshd -and (id -u) -eq 0 -and (Get-Command unshare -ErrorAction Ignore) -and $(unshare -m mount -t tmpfs none /mnt 2>$null; $LASTEXITCODE -eq 0)

    # An agent is started by the host's sh, or where that can't do it, by PowerShell.
    $ways = @(
        @{ Name = 'sh'; Rc = '' }
        @{ Name = 'PowerShell'; Rc = 'case $SSH_ORIGINAL_COMMAND in sh*) echo no sh here >&2; exit 1;; esac' }
    )
}

Describe 'A host' -Skip:(-not $hasSshd) {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        . $PSScriptRoot/sshd.ps1

        $server = Start-Sshd
        $shell = $server.Rc
        $to = $server.Parameters
        $there = @{ HostName = '127.0.0.2' } + $to
        Start-ChildProcess { } @there | Receive-ChildProcess -Wait
    }

    AfterEach {
        Remove-Item $shell -ErrorAction Ignore
        Clear-ProcSession
        Assert-HostIsEmpty $server
    }

    AfterAll {
        Stop-Sshd $server
    }

    Context 'ends what runs there, with all below it,' {
        BeforeEach {
            # The block's process, and the program that it runs, tell their ids.
            $folder = New-Item (Join-Path $TestDrive "ended-$(Get-Random)") -ItemType Directory
            $block = [scriptblock]::Create("`$null > `"$folder/`$PID`"; sh -c ': > ""$folder/""`$`$; exec sleep 600'")

            function Wait-Begin { Wait-Until { @(Get-ChildItem $folder).Count -eq 2 } -TimeoutSeconds 60 }
        }

        AfterEach {
            $ids = (Get-ChildItem $folder).Name
            $ids | Should -HaveCount 2
            Wait-Until { -not ($ids | Where-Object { -not (Test-Gone $_) }) }
        }

        It 'by -TimeLimit' {
            $child = Start-ChildProcess $block -TimeLimit 15 @there
            $child | Wait-ChildProcess -Timeout 60 | Should -Be $child
            $child | Receive-ChildProcess -ErrorVariable failed -ErrorAction SilentlyContinue
            $failed.FullyQualifiedErrorId | Should -BeLike '*TimeLimit*'
        }

        It 'by -TaskTimeout' {
            1 | Invoke-ProcPool $block -TaskTimeout 15 @there -ErrorVariable failed -ErrorAction SilentlyContinue
            $failed.FullyQualifiedErrorId | Should -BeLike 'TaskTimeout*'
        }

        It 'by Stop-ProcTask' {
            $pool = New-ProcPool 1 @there
            $task = Submit-ProcTask $block -Pool $pool
            Wait-Begin
            $task | Stop-ProcTask
            Wait-Until { $task.Status -eq 'Canceled' }
            Invoke-ProcTask { 'goes on' } -Pool $pool | Should -Be 'goes on'
            $pool | Stop-ProcPool
        }

        It 'by Stop-ProcPool' {
            $pool = New-ProcPool 1 @there
            $null = Submit-ProcTask $block -Pool $pool
            Wait-Begin
            $pool | Stop-ProcPool
        }

        It 'by Stop-Job' {
            $job = 1 | Invoke-ProcPool $block -AsJob @there
            Wait-Begin
            $job | Stop-Job
            $job.State | Should -Be Stopped
            $job | Remove-Job
        }

        It 'when its worker is killed, whose item is lost without another try' {
            $id = { [int] (Get-ChildItem $folder | Sort-Object CreationTimeUtc | Select-Object -First 1).Name }
            $job = 1 | Invoke-ProcPool $block -AsJob @there
            Wait-Begin
            kill -9 (& $id)
            $job | Wait-Job -Timeout 60 | Should -Be $job
            $job | Receive-Job -ErrorVariable failed -ErrorAction SilentlyContinue
            $failed.FullyQualifiedErrorId | Should -BeLike 'WorkerCrashed*'
            $failed.PSComputerName | Should -Be 127.0.0.2
            $job | Remove-Job
        }
    }

    It 'fails the item that ran there when it is lost' {
        # Its agent goes: the parent of its worker.
        $null = 1 | Invoke-ProcPool { kill -9 (Get-Process -Id $PID).Parent.Id; Start-Sleep 600 } @there -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'HostUnreachable*'
        $failed[0].PSComputerName | Should -Be 127.0.0.2
    }

    It 'is told from this machine, where both are called localhost' {
        $with = $to.Clone()
        $key = (Get-Content (Join-Path $server.Folder known_hosts)) -replace '^\S+', "[localhost]:$($to.Port)"
        Set-Content (Join-Path $TestDrive known) $key
        $with.SshOption = $to.SshOption.Clone()
        $with.SshOption.UserKnownHostsFile = Join-Path $TestDrive known
        $children = Start-ChildProcess { "$([bool] $env:SSH_CONNECTION)" } -Name both -HostName localhost, . @with
        $children.Name | Should -Be both-ssh://localhost, both-localhost
        $children | Receive-ChildProcess -Wait | Sort-Object | Should -Be False, True
        $results = Invoke-ProcPool { "$([bool] $env:SSH_CONNECTION)" } -OnEachHost -HostName ., localhost @with | Sort-Object
        $results | Should -Be False, True
        $results.PSComputerName | Should -Be localhost, ssh://localhost
    }

    It 'is one host in whatever case it is named, and has a name that its child can have' {
        $children = New-ChildProcess { } -Name job -HostName '[fe80::1]:22', web1, WEB1, root@web1
        $children.Name | Should -Be 'job-(fe80::1):22', job-web1, job-root@web1
        $children[0].ComputerName | Should -Be '[fe80::1]:22'
        $null = Invoke-ProcPool { } -OnEachHost -HostName one.invalid, ONE.Invalid, one.INVALID -ErrorVariable failed -ErrorAction SilentlyContinue
        @($failed).Count | Should -Be 1
    }

    It 'is the origin of a child''s output' {
        $out = Start-ChildProcess { 'x' } @there | Receive-ChildProcess -Wait -WithOrigin
        $out.PSComputerName | Should -Be 127.0.0.2
    }

    It 'is the origin whatever its objects say' {
        $block = { [pscustomobject] @{ PSComputerName = 'bank' }; [pscustomobject] @{ PSComputerName = $null }; Write-Error ([Exception] 'x') -TargetObject 1 }
        $out = Start-ChildProcess $block @there | Receive-ChildProcess -Wait -WithOrigin -ErrorAction SilentlyContinue
        $out.PSComputerName | Should -Be 127.0.0.2, 127.0.0.2
        $out = Invoke-ProcPool $block -OnEachHost @there -ErrorAction SilentlyContinue
        $out.PSComputerName | Should -Be 127.0.0.2, 127.0.0.2
        $pool = New-ProcPool 1 @there
        $out = Submit-ProcTask $block -Pool $pool | Receive-ProcTask -ErrorAction SilentlyContinue
        $out.PSComputerName | Should -Be 127.0.0.2, 127.0.0.2
        $pool | Stop-ProcPool
    }

    It 'keeps its stream from an ssh that the block runs' {
        $with = $to.SshOption.GetEnumerator() | ForEach-Object { '-o', "$($_.Key)=$($_.Value)" }
        Start-ChildProcess {
            param($with)
            ssh -o BatchMode=yes @with 127.0.0.3 'cat; echo over there'
            'done'
        } -ArgumentList (, @($with + '-p', $to.Port, '-i', $to.KeyFilePath)) @there | Receive-ChildProcess -Wait | Should -Be 'over there', 'done'
    }

    It 'is reached by an alias of ssh''s configuration, with the agent and the jump host that stand there' {
        $agent = Join-Path $TestDrive agent
        $config = Join-Path $TestDrive config
        $run = Start-Process ssh-agent -ArgumentList '-D', '-a', $agent -PassThru -RedirectStandardOutput (Join-Path $TestDrive agent.out)
        try {
            Wait-Until { Test-Path $agent }
            $env:SSH_AUTH_SOCK = $agent
            ssh-add -q $to.KeyFilePath
            @(
                'Host *'
                "  Port $($to.Port)"
                "  UserKnownHostsFile $($server.Folder)/known_hosts"
                "  IdentityAgent $agent"
                'Host gate'
                '  HostName 127.0.0.4'
                'Host far'
                '  HostName 127.0.0.5'
                '  ProxyJump gate'
            ) | Set-Content $config

            # The user's own configuration is not a test's to change: ssh with another.
            $bin = New-Item (Join-Path $TestDrive bin) -ItemType Directory
            '#!/bin/sh', "exec '$((Get-Command ssh).Source)' -F '$config' `"`$@`"" | Set-Content (Join-Path $bin ssh)
            chmod +x (Join-Path $bin ssh)
            $path = $env:PATH
            $env:PATH = "${bin}:$path"
            $child = Start-ChildProcess { $env:SSH_CONNECTION.Split()[2] } -HostName far -EnginePath $to.EnginePath
            $child.ComputerName | Should -Be far
            $child | Receive-ChildProcess -Wait | Should -Be 127.0.0.5
            [ProcConcurrency.Runtime.Remote.RemoteHosts]::CloseUnused()
        } finally {
            $env:PATH = $path ?? $env:PATH
            $env:SSH_AUTH_SOCK = $null
            $run | Stop-Process
            $run | Wait-Process
        }
    }

    Context 'whose cache is not to be used' {
        BeforeAll {
            function Start-There([scriptblock] $Script, [string] $With) {
                $Rc, $With | Set-Content $shell
                [ProcConcurrency.Runtime.Remote.RemoteHosts]::CloseUnused()
                Start-ChildProcess $Script @there | Receive-ChildProcess -Wait
            }
        }

        It 'takes a temporary folder, by <Name>: there is no room' -Skip:(-not $mayMount) -ForEach $ways {
            $small = New-Item (Join-Path $TestDrive "small-$Name") -ItemType Directory
            mount -t tmpfs -o size=100k none $small
            try {
                Start-There { 'fits' } "export XDG_CACHE_HOME='$small'" | Should -Be fits
                Get-ChildItem "$small/ProcConcurrency" -Recurse -File | Should -BeNullOrEmpty
                { Start-There { 'fits' } "export XDG_CACHE_HOME='$small' TMPDIR='$small'" } | Should -Throw -ErrorId 'HostUnreachable,*'
                Wait-Until { -not (Get-ChildItem "$small/ProcConcurrency" -Recurse -File) -and -not (Get-ChildItem $small -Filter proc-concurrency*) }
            } finally {
                [ProcConcurrency.Runtime.Remote.RemoteHosts]::CloseUnused()
                # At once, though what runs there is only about to end.
                umount -l $small
            }
        }

        It 'takes a temporary folder, by <Name>: the home can not be written to' -Skip:(-not $mayMount) -ForEach $ways {
            $fixed = New-Item (Join-Path $TestDrive "fixed-$Name") -ItemType Directory
            mount -t tmpfs none $fixed
            try {
                # Without these PowerShell itself does not start where it can't make them.
                $null = '.cache/powershell', '.config/powershell', '.local/share/powershell/Modules' | ForEach-Object { New-Item "$fixed/$_" -ItemType Directory -Force }
                mount -o remount,ro $fixed
                Start-There { 'written elsewhere' } "unset XDG_CACHE_HOME; export HOME='$fixed'" | Should -Be 'written elsewhere'
                (Get-ChildItem "$fixed/.cache").Name | Should -Be powershell
            } finally {
                [ProcConcurrency.Runtime.Remote.RemoteHosts]::CloseUnused()
                umount -l $fixed
            }
        }

        It 'takes a temporary folder, by <Name>: another user could write to it' -Skip:(-not $mayMount) -ForEach $ways {
            $own = New-Item (Join-Path $TestDrive "others-$Name/ProcConcurrency") -ItemType Directory
            chmod 700 $own
            chown nobody $own
            Start-There { 'safe' } "export XDG_CACHE_HOME='$TestDrive/others-$Name'" | Should -Be safe
            Get-ChildItem $own | Should -BeNullOrEmpty
        }

        It 'has its files in the home folder, where nothing else is said' {
            $Rc = ''
            $null = New-Item (Join-Path $TestDrive home) -ItemType Directory
            Start-There { 'at home' } "unset XDG_CACHE_HOME; export HOME='$TestDrive/home'" | Should -Be 'at home'
            Get-ChildItem "$TestDrive/home/.cache/ProcConcurrency" | Should -HaveCount 1
        }
    }

    Context 'of -OnEachHost' {
        BeforeEach {
            $folder = New-Item (Join-Path $TestDrive "each-$(Get-Random)") -ItemType Directory

            # 127.0.0.4 never answers, and is given the time.
            $silent = "$folder/silent"
            $with = @{ OnEachHost = $true; ConnectTimeout = 600 } + $to
            function Set-Silent { "case `$SSH_CONNECTION in *' 127.0.0.4 '*) echo `$`$ > '$silent'; exec sleep 600;; esac" | Set-Content $shell }
            function Test-Connecting { (Test-Path $silent) -and (Get-Process ssh -ErrorAction Ignore | Where-Object { $_.Parent.Id -eq $PID -and $_.CommandLine -like '*127.0.0.4*' }) }
        }

        AfterEach {
            # sshd doesn't end what it runs when its client goes.
            if (Test-Path $silent) { kill (Get-Content $silent) }
            Get-Job | Remove-Job -Force
        }

        It 'has its output and its errors in one job, as they would be written' {
            $with += @{ HostName = '127.0.0.2', '.'; LogPath = "$folder/log.jsonl"; Resume = $true; AsJob = $true }
            $job = Invoke-ProcPool { "of $_"; if ($_ -ne 'localhost') { Write-Error "no $_" } } @with
            $job.Location | Should -Be '127.0.0.2,.'
            $out = $job | Receive-Job -Wait -ErrorVariable failed -ErrorAction SilentlyContinue
            $out | Sort-Object | Should -Be 'of 127.0.0.2', 'of localhost'
            $out | ForEach-Object { "of $($_.PSComputerName)" -eq $_ } | Should -Be $true, $true
            "$failed $($failed.PSComputerName)" | Should -Be 'no 127.0.0.2 127.0.0.2'
            $job.State | Should -Be Completed

            $job = Invoke-ProcPool { "of $_"; if ($_ -ne 'localhost') { Write-Error "no $_" } } @with -Detailed
            $out = $job | Receive-Job -Wait -Verbose 4>&1
            $out[0] | Should -BeOfType ProcConcurrency.Pools.ProcPoolResult
            "$($out[0].Index) $($out[0].ComputerName) $($out[0].Output) $($out[0].Error)" | Should -Be '0 127.0.0.2 of 127.0.0.2 no 127.0.0.2'
            $out[1].Message | Should -BeLike '1 inputs were skipped*'
        }

        It 'is left by <Name>, whatever it is at' -ForEach @(
            @{ Name = 'Stop-Job'; End = { $job | Stop-Job; $job.State | Should -Be Stopped; $job.ChildJobs[0].Error | Should -BeNullOrEmpty } }
            @{ Name = 'Remove-Job'; End = { $job | Remove-Job -Force } }
        ) {
            Set-Silent
            $ran = New-Item "$folder/ran" -ItemType Directory
            $block = [scriptblock]::Create("`$null > `"$ran/`$PID`"; sh -c ': > ""$ran/""`$`$; exec sleep 600'")
            $job = Invoke-ProcPool $block -HostName 127.0.0.2, 127.0.0.4, . @with -AsJob
            Wait-Until { @(Get-ChildItem $ran).Count -eq 4 -and (Test-Connecting) }
            . $End

            # Processes here are gone when it returns, those there very soon.
            Wait-Until { -not ((Get-ChildItem $ran).Name | Where-Object { -not (Test-Gone $_) }) }
            Wait-Until { -not (Test-Connecting) }
        }

        It 'waits for no other whose worker has still to end' {
            # The worker of 127.0.0.2 ends when its child does.
            $files = @{ Child = "$folder/child"; Taken = "$folder/taken"; Go = "$folder/go" }
            $seen = @{}
            Invoke-ProcPool {
                $files = $using:files
                [Console]::WriteLine("line of $_")
                if ($_ -eq '127.0.0.2') {
                    $null = Start-ChildProcess { param($files) Set-Content $files.Child $PID; while (-not (Test-Path $files.Go)) { Start-Sleep -Milliseconds 20 } } -ArgumentList $files
                    while (-not (Get-Content $files.Child -ErrorAction Ignore)) { Start-Sleep -Milliseconds 20 }
                } else {
                    while (-not (Test-Path $files.Taken)) { Start-Sleep -Milliseconds 20 }
                }
                "of $_"
                if ($_ -eq '127.0.0.3') { Write-Error 'bad' }
            } -HostName 127.0.0.2, 127.0.0.3 @with -InformationVariable lines -ErrorVariable failed -ErrorAction SilentlyContinue | ForEach-Object {
                $seen["$_"] = -not (Test-Gone (Get-Content $files.Child))
                Set-Content ($_ -eq 'of 127.0.0.2' ? $files.Taken : $files.Go) ''
            }
            $seen['of 127.0.0.2'], $seen['of 127.0.0.3'] | Should -Be $true, $true
            "$lines" -split ' (?=line)' | Sort-Object | Should -Be 'line of 127.0.0.2', 'line of 127.0.0.3'
            "$failed" | Should -Be bad
            Test-Gone (Get-Content $files.Child) | Should -BeTrue
        }

        It 'goes on with what it has begun, and begins nothing, where -HaltOn says so' {
            Set-Silent
            $begun, $fail, $go = 'begun', 'fail', 'go' | ForEach-Object { "$folder/$_" }
            $job = Invoke-ProcPool {
                $isHere = $_ -eq 'localhost'
                if (-not $isHere) { Set-Content $using:begun '' }
                while (-not (Test-Path ($isHere ? $using:fail : $using:go))) { Start-Sleep -Milliseconds 50 }
                if ($isHere) { throw 'too bad' }
                "done on $_"
            } -HostName 127.0.0.2, 127.0.0.4, . @with -AsJob -HaltOn FirstError
            Wait-Until { (Test-Path $begun) -and (Test-Connecting) }
            Set-Content $fail ''
            Wait-Until { -not (Test-Connecting) }
            $job.State | Should -Be Running
            Set-Content $go ''
            $job | Receive-Job -Wait -ErrorVariable failed -ErrorAction SilentlyContinue | Should -Be 'done on 127.0.0.2'
            $job.State | Should -Be Failed
            $job.JobStateInfo.Reason.Message | Should -Be '1 of 2 items failed, so that the run was ended (-HaltOn FirstError): 1 that waited were not run.'
            $failed.FullyQualifiedErrorId | Should -Be 'too bad', 'PoolHalted'
        }

        It 'is ended in what it has begun by -HaltNow' {
            $begun = "$folder/begun"
            {
                Invoke-ProcPool {
                    if ($_ -ne 'localhost') { Set-Content $using:begun $PID; Start-Sleep 600 }
                    while (-not (Get-Content $using:begun -ErrorAction Ignore)) { Start-Sleep -Milliseconds 50 }
                    throw 'too bad'
                } -HostName 127.0.0.2, . @with -HaltOn 50% -HaltNow -ErrorAction SilentlyContinue
            } | Should -Throw '1 of 1 items failed*0 that waited were not run, 1 were ended while they ran.' -ErrorId 'PoolHalted,*'
            Wait-Until { Test-Gone (Get-Content $begun) }
        }
    }

    It 'is left by Ctrl-C while it is silent' {
        $file = Join-Path $TestDrive silent
        "echo `$`$ > '$file'; exec sleep 600" | Set-Content $shell
        [ProcConcurrency.Runtime.Remote.RemoteHosts]::CloseUnused()
        $other = New-Shell
        try {
            $running = $other.AddStatement().AddCommand('Start-ChildProcess').AddParameters($there).AddParameter('ScriptBlock', { 1 }).BeginInvoke()
            Wait-Until { Get-Content $file -ErrorAction Ignore }
            $other.Stop()
            Wait-Until { -not [ProcConcurrency.Runtime.Remote.RemoteHosts]::SshProcessIds }

            # The engine asks the runspace for a variable where one of several statements ends, and the process ends if it is closed by then.
            Wait-Until { $running.IsCompleted }
        } finally {
            Remove-Shell $other

            # sshd doesn't end what it runs when its client goes.
            kill (Get-Content $file)
        }
    }
}
