Describe 'A listener' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $commands = 'ProcConcurrency.Commands'

        function New-Certificate([string] $Name = 'test') {
            $key = [Security.Cryptography.ECDsa]::Create([Security.Cryptography.ECCurve+NamedCurves]::nistP256)
            $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new("CN=$Name", $key, 'SHA256')
            $names = [Security.Cryptography.X509Certificates.SubjectAlternativeNameBuilder]::new()
            $names.AddDnsName($Name)
            $request.CertificateExtensions.Add($names.Build())
            $request.CreateSelfSigned([DateTimeOffset]::Now.AddDays(-1), [DateTimeOffset]::Now.AddDays(1))
        }
    }

    AfterEach {
        if ($listener) { Close-ProcListener $listener }
        $listener = $null
        Get-ChildProcess | Remove-Job -Force
    }

    It 'joins unrelated sessions by a pipe: <Where>' -TestCases @(
        @{ Where = 'a socket in a folder of its own'; Address = $null }
        @{ Where = 'TCP'; Address = 'tcp:127.0.0.1:0' }
        @{ Where = 'TCP on all addresses, encrypted'; Address = 'tcp:0.0.0.0:0' }
    ) {
        $listener = if ($Address -like '*0.0.0.0*') { New-ProcListener $Address -AuthKey secret -Certificate (New-Certificate) }
            elseif ($Address) { New-ProcListener $Address -AuthKey secret } else { New-ProcListener -AuthKey secret }
        $output = "$TestDrive/other-$($Where.Length)"
        $session = Start-Session -OutputPath $output @"
`$pipe = Connect-ProcPipe '$($listener.Address -replace '0\.0\.0\.0', '127.0.0.1')' -AuthKey secret
Send-ProcPipe `$pipe @{ from = `$PID }
`$big = Receive-ProcPipe `$pipe -AsBytes
Send-ProcPipe `$pipe `$big.Length
Receive-ProcPipe `$pipe -All
"@
        try {
            $pipe = Receive-ProcListener $listener -Timeout 60
            (Receive-ProcPipe $pipe -Timeout 60).from | Should -Be $session.Id
            Send-ProcPipe $pipe -Bytes ([byte[]]::new(3MB))
            Receive-ProcPipe $pipe -Timeout 60 | Should -Be 3MB
            'bye' | Send-ProcPipe $pipe
            Close-ProcPipe $pipe
            Wait-Until { $session.HasExited }
            Get-Content $output | Should -Be 'bye'
        } finally {
            if (-not $session.HasExited) { $session.Kill($true) }
        }
    }

    It 'needs no temporary folder that can have a socket: <What>' -Skip:$IsWindows -TestCases @(
        @{ What = 'none there'; Folder = { "$TestDrive/gone" } }
        @{ What = 'a file'; Folder = { (New-Item "$TestDrive/file" -Force).FullName } }
        @{ What = 'a long path'; Folder = { (New-Item "$TestDrive/$('x' * 120)" -ItemType Directory -Force).FullName } }
        @{ What = 'one that can not be written'; Folder = { '/proc' } }
    ) {
        $temporary = $env:TMPDIR
        $env:TMPDIR = & $Folder
        try {
            $listener = New-ProcListener
            $manager = Start-ProcManager
        } finally { $env:TMPDIR = $temporary }
        $client = Connect-ProcPipe $listener.Address
        $client.Send(1)
        Receive-ProcPipe (Receive-ProcListener $listener -Timeout 60) | Should -Be 1
        (New-ProcValue 1 -Manager $manager).Increment() | Should -Be 2
        $folders = $listener.Address, $manager.Address | ForEach-Object { Split-Path ($_ -replace '^unix:') }
        Stop-ProcManager $manager
        Close-ProcListener $listener
        $folders | Where-Object { Test-Path $_ } | Should -BeNullOrEmpty
        Get-ChildItem "$TestDrive/xxx*/*" | Should -BeNullOrEmpty
    }

    It 'gives each client to a child, and its children need no key' {
        $listener = New-ProcListener
        $clients = 1..3 | ForEach-Object {
            Start-ChildProcess { param($address) $pipe = Connect-ProcPipe $address; $pipe.Send("$PID"); $pipe.Receive() } -ArgumentList $listener.Address
        }
        $servers = 1..3 | ForEach-Object {
            $pipe = Receive-ProcListener $listener -Timeout 60
            Start-ChildProcess { param($pipe) $pipe.Send("served $($pipe.Receive())") } -ArgumentList $pipe
            Close-ProcPipe $pipe
        }
        $clients | ForEach-Object { $_ | Receive-ChildProcess -Wait } | Should -Be ($clients | ForEach-Object { "served $($_.ProcessId)" })
        $servers | Receive-ChildProcess -Wait
    }

    It 'takes a key as bytes, text or a secure string' {
        $secure = ConvertTo-SecureString abc -AsPlainText
        $listener = New-ProcListener -AuthKey ([byte[]] (97, 98, 99))
        foreach ($key in @(, [byte[]] (97, 98, 99)) + 'abc' + $secure) {
            (Connect-ProcPipe $listener.Address -AuthKey $key).Send(1)
            (Receive-ProcListener $listener -Timeout 30).Receive() | Should -Be 1
        }
        (Connect-ProcPipe $listener.Address -AuthKey (97..99)).Send(2)
        (Receive-ProcListener $listener -Timeout 30).Receive() | Should -Be 2
        { Connect-ProcPipe $listener.Address -AuthKey ([byte[]]::new(0)) } | Should -Throw '*not empty*'
        { Connect-ProcPipe $listener.Address -AuthKey ([byte[]] (97, 98)) } | Should -Throw -ErrorId "AuthenticationFailed,$commands.ConnectProcPipeCommand"
        Close-ProcListener $listener

        # A number is the text that was typed.
        $listener = New-ProcListener -AuthKey 0123
        (Connect-ProcPipe $listener.Address -AuthKey '0123').Send(3)
        (Receive-ProcListener $listener -Timeout 30).Receive() | Should -Be 3
        Close-ProcListener $listener
        { Connect-ProcPipe $listener.Address -AuthKey abc } | Should -Throw '*nobody listens there*' -ErrorId "ListenerNotReached,$commands.ConnectProcPipeCommand"
    }

    It 'AuthenticationFailed: a wrong key is refused and logged, silent clients and hostile bytes hold nobody up' {
        $listener = New-ProcListener tcp:127.0.0.1:0 -AuthKey right
        $port = [int] ($listener.Address -split ':')[-1]
        $silent = 1..5 | ForEach-Object { [Net.Sockets.TcpClient]::new('127.0.0.1', $port) }
        $random = [Random]::new(5)
        foreach ($i in 1..20) {
            $client = [Net.Sockets.TcpClient]::new('127.0.0.1', $port)
            $bytes = [byte[]]::new(200)
            $random.NextBytes($bytes)
            $client.GetStream().Write($bytes, 0, $bytes.Length)
            $client.Dispose()
        }
        { Connect-ProcPipe $listener.Address -AuthKey wrong } | Should -Throw -ErrorId "AuthenticationFailed,$commands.ConnectProcPipeCommand"
        { Connect-ProcPipe $listener.Address } | Should -Throw -ErrorId "AuthenticationFailed,$commands.ConnectProcPipeCommand"
        # One after the other the silent ones would take 25 seconds.
        $mine = Connect-ProcPipe $listener.Address -AuthKey right -Timeout 15
        $theirs = Receive-ProcListener $listener -Timeout 15
        $mine.Send('well')
        $theirs.Receive() | Should -Be 'well'

        # All others are refused: 5 silent ones after 5 seconds, 20 hostile ones and 2 with wrong keys at once.
        Wait-Until { $listener.Log.Count -ge 27 }
        $silent | ForEach-Object { $_.ReceiveTimeout = 30000; $(try { $_.GetStream().ReadByte() } catch { -1 }) | Should -Be -1; $_.Dispose() }
        $listener.Waiting | Should -Be 0
    }

    It 'InsecureAddress: <Address> is listened on with a certificate alone' -TestCases @(
        @{ Address = 'tcp:0.0.0.0:0' }
        @{ Address = 'tcp:[::]:0' }
        @{ Address = 'tls:127.0.0.1:0' }
    ) {
        $thrown = { New-ProcListener $Address } | Should -Throw -ErrorId "InsecureAddress,$commands.NewProcListenerCommand" -PassThru
        $thrown.CategoryInfo.Category | Should -Be SecurityError
        "$thrown" | Should -BeLike '*-Certificate*ssh -L*'
    }

    It 'what is on its way by a connection is held by its sender, until that has closed it' {
        $manager = Start-ProcManager
        $listener = New-ProcListener -AuthKey secret
        try {
            $child = Start-ChildProcess -ArgumentList $listener.Address, $manager.Address, $manager.GetAuthKey() {
                param($address, $far, $key)
                $end = Connect-ProcPipe $address -AuthKey secret
                & {
                    $end.Send((New-ProcValue 41))
                    $end.Send((New-ProcValue 42 -Manager (Connect-ProcManager $far $key)))
                }
                [GC]::Collect()
                [GC]::WaitForPendingFinalizers()
                $end.Send('now')
                $end.Receive()
                $end.Close()
                Wait-Until { [GC]::Collect(); [GC]::WaitForPendingFinalizers(); -not (Get-ProcObject | Where-Object Kind -EQ Value) }
            }
            $end = Receive-ProcListener $listener -Timeout 60
            Wait-Until { $end.Poll() }
            $end.Receive().Value | Should -Be 41
            $end.Receive().Value | Should -Be 42
            $end.Receive() | Should -Be 'now'
            $end.Send('done')
            Wait-Until {
                [GC]::Collect()
                [GC]::WaitForPendingFinalizers()
                -not (Get-ProcObject -Manager $manager)
            }
            ($child | Wait-ChildProcess).ExitCode | Should -Be 0
        } finally {
            Stop-ProcManager $manager
        }
    }

    It 'a certificate that the machine trusts needs no thumbprint, for the name that it is made for' -Skip:(-not $IsLinux) {
        $certificate = New-Certificate localhost
        $certificate.ExportCertificatePem() | Set-Content "$TestDrive/trusted.pem"
        $listener = New-ProcListener tcp:0.0.0.0:0 -AuthKey secret -Certificate $certificate

        # What the system trusts, the runtime reads when it starts.
        $script = @"
foreach (`$name in 'localhost', '127.0.0.1') {
    try {
        `$end = Connect-ProcPipe "tls:`$(`$name):$($listener.Address -replace '#.*|.*?:.*?:')" -AuthKey secret
        `$end.Send(`$name)
        `$end.Receive()
    } catch { `$_.FullyQualifiedErrorId -replace ',.*' }
}
"@
        $session = Start-Session $script "$TestDrive/trusting" -Prefix "env SSL_CERT_FILE='$TestDrive/trusted.pem' SSL_CERT_DIR='$TestDrive'"
        $end = Receive-ProcListener $listener -Timeout 60
        $end.Receive() | Should -Be 'localhost'
        $end.Send('trusted')
        Wait-Line "$TestDrive/trusting" -Count 2 | Should -Be 'trusted', 'CertificateRefused'
        $session.WaitForExit()
        $session = Start-Session $script "$TestDrive/doubting"
        Wait-Line "$TestDrive/doubting" -Count 2 | Should -Be 'CertificateRefused', 'CertificateRefused'
        $session.WaitForExit()
    }

    It 'CertificateRefused: the certificate has to be the one of -Thumbprint, or trusted' {
        $certificate = New-Certificate
        $listener = New-ProcListener tcp:0.0.0.0:0 -AuthKey secret -Certificate $certificate
        $address = $listener.Address -replace '0\.0\.0\.0', '127.0.0.1' -replace '#.*'
        $address | Should -BeLike 'tls:*'
        $arguments = @{ Address = $address; AuthKey = 'secret' }
        { Connect-ProcPipe @arguments } | Should -Throw '*-Thumbprint*' -ErrorId "CertificateRefused,$commands.ConnectProcPipeCommand"
        { Connect-ProcPipe @arguments -Thumbprint ('0' * 40) } | Should -Throw "*$($certificate.Thumbprint)*" -ErrorId "CertificateRefused,$commands.ConnectProcPipeCommand"
        { Connect-ProcPipe @arguments -Thumbprint short } | Should -Throw '*64 hexadecimal digits*' -ErrorId "InvalidAddress,$commands.ConnectProcPipeCommand"
        { Connect-ProcPipe $address -AuthKey wrong -Thumbprint $certificate.Thumbprint } | Should -Throw -ErrorId "AuthenticationFailed,$commands.ConnectProcPipeCommand"
        $pipe = Connect-ProcPipe @arguments -Thumbprint $certificate.Thumbprint
        $pipe.Send('well')
        (Receive-ProcListener $listener -Timeout 30).Receive() | Should -Be 'well'
        $public = [Security.Cryptography.X509Certificates.X509Certificate2]::new($certificate.Export('Cert'))
        { New-ProcListener -Certificate $public } | Should -Throw -ErrorId "CertificateWithoutKey,$commands.NewProcListenerCommand"
    }

    It 'a client that goes away ends its pipe and nothing else' {
        $listener = New-ProcListener tcp:127.0.0.1:0 -AuthKey key
        $client = Connect-ProcPipe $listener.Address -AuthKey key
        $pipe = Receive-ProcListener $listener -Timeout 30
        Send-ProcPipe $pipe 1
        $client.Receive() | Should -Be 1
        $client.Close()
        Receive-ProcPipe $pipe -All -Timeout 30 | Should -BeNullOrEmpty
        { 1..100 | ForEach-Object { Send-ProcPipe $pipe $_; Start-Sleep -Milliseconds 5 } } | Should -Throw -ErrorId "PipeClosed,$commands.SendProcPipeCommand"
    }

    It 'WaitTimeout, Ctrl-C and PipeClosed end the wait for a client' {
        $listener = New-ProcListener
        { Receive-ProcListener $listener -Timeout 0.05 } | Should -Throw -ErrorId "WaitTimeout,$commands.ReceiveProcListenerCommand"
        $shell = New-Shell 'Receive-ProcListener $listener'
        try {
            $shell.Runspace.SessionStateProxy.SetVariable('listener', $listener)
            $null = $shell.BeginInvoke()
            Wait-Until { $shell.InvocationStateInfo.State -eq 'Running' }
            $stopping = $shell.BeginStop($null, $null)
            Wait-Until { $stopping.IsCompleted }
        } finally {
            Remove-Shell $shell
        }
        Close-ProcListener $listener
        { Receive-ProcListener $listener } | Should -Throw -ErrorId "PipeClosed,$commands.ReceiveProcListenerCommand"
        $listener.IsClosed | Should -BeTrue
    }

    It 'leaves no socket, when it is closed and when its session ends' {
        $listener = New-ProcListener
        $path = $listener.Address -replace '^unix:'
        Test-Path $path | Should -BeTrue
        Close-ProcListener $listener
        Close-ProcListener $listener
        Test-Path (Split-Path $path) | Should -BeFalse
        $session = Start-Session -OutputPath "$TestDrive/ended" '(New-ProcListener).Address'
        $session.WaitForExit()
        $address = (Get-Content "$TestDrive/ended") -replace '^unix:'
        $address | Should -BeLike '*procconcurrency-*'
        Test-Path (Split-Path $address) | Should -BeFalse
    }

    It 'takes away the socket of a session that was killed' -Skip:$IsWindows {
        $session = Start-Session -OutputPath "$TestDrive/killed" '(New-ProcListener).Address; Start-Sleep 600'
        $folder = Split-Path (@(Wait-Line "$TestDrive/killed")[0] -replace '^unix:')
        $session.Kill()
        $session.WaitForExit()
        Join-Path $folder pipe | Should -Exist
        (Get-Item -LiteralPath "$folder/lock").LastWriteTime = (Get-Date).AddMinutes(-1)
        Close-ProcListener (New-ProcListener)
        $folder | Should -Not -Exist
    }

    It 'leaves no socket when its session, or the child that has it, is ended by a signal: SIG<Signal>' -Skip:$IsWindows -TestCases @(
        @{ Signal = 'TERM' }
        @{ Signal = 'HUP' }
    ) {
        # Where the tests run without a terminal, SIGHUP may be ignored.
        $heeds = & sh -c 'env --default-signal=HUP echo env --default-signal=HUP 2>/dev/null'
        $session = Start-Session -OutputPath "$TestDrive/$Signal" -Prefix $heeds @'
$listener = New-ProcListener
$child = Start-ChildProcess { (New-ProcListener).Address; Start-Sleep 600 }
"$($listener.Address) $($child.ProcessId) $($child | Receive-ChildProcess -Wait | Select-Object -First 1)"
Start-Sleep 600
'@
        try {
            $address, $id, $inner = @(Wait-Line "$TestDrive/$Signal")[0] -split ' ' -replace '^unix:'
            Test-Path $address, $inner | Should -Be $true, $true
            & kill "-$Signal" $id
            Wait-Until { Test-Gone $id }
            Test-Path (Split-Path $inner) | Should -BeFalse
            & kill "-$Signal" $session.Id
            $session.WaitForExit(60000) | Should -BeTrue
            Test-Path (Split-Path $address) | Should -BeFalse
        } finally {
            if (-not $session.HasExited) { $session.Kill() }
        }
    }

    It 'says what is wrong: <Id>' -TestCases @(
        @{ Id = 'InvalidAddress,ProcConcurrency.Commands.NewProcListenerCommand'; Call = { New-ProcListener nowhere } }
        @{ Id = 'InvalidAddress,ProcConcurrency.Commands.ConnectProcPipeCommand'; Call = { Connect-ProcPipe tcp:x } }
        @{ Id = 'ListenerNotReached,ProcConcurrency.Commands.ConnectProcPipeCommand'; Call = { Connect-ProcPipe "unix:$TestDrive/none" } }
        @{ Id = 'ListenerStartFailed,ProcConcurrency.Commands.NewProcListenerCommand'; Call = { New-ProcListener unix:/no/such/folder/pipe } }
    ) {
        $Call | Should -Throw -ErrorId $Id
    }
}
