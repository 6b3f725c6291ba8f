# What is shown of work on other machines: an example, and README's recipe. The hosts are loopback addresses with a real sshd.
BeforeDiscovery {
    . $PSScriptRoot/sshd.ps1
    $noSshd = -not (Test-Sshd)
}

Describe 'On other machines' -Skip:$noSshd {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        . $PSScriptRoot/sshd.ps1
        $example = Convert-Path "$PSScriptRoot/../examples/Invoke-OnHosts.ps1"
        $server = Start-Sshd
        $reach = $server.Parameters

        # The folder with certificates: one that expires soon, one that doesn't, and what is none.
        $folder = New-Item "$TestDrive/certificates" -ItemType Directory
        foreach ($name in @{ soon = 10; late = 1000 }.GetEnumerator()) {
            $key = [Security.Cryptography.ECDsa]::Create()
            $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new("CN=$($name.Key).example", $key, 'SHA256')
            $from = [DateTimeOffset]::Now.AddDays(-1)
            $request.CreateSelfSigned($from, $from.AddDays(1 + $name.Value)).ExportCertificatePem() | Set-Content "$folder/$($name.Key).pem"
        }
        'no certificate' | Set-Content "$folder/text.pem"
        $null = New-Item "$folder/link.pem" -ItemType SymbolicLink -Target "$folder/soon.pem"
    }

    AfterAll {
        Clear-ProcSession
        Assert-HostIsEmpty $server
        Stop-Sshd $server
    }

    It 'tells of each host, and of those that failed, with the reason' {
        $seen = '127.0.0.2', 'no-such-host.invalid', '127.0.0.3' | & $example @reach -Days 30 -CertificatePath $folder -PassThru
        $LASTEXITCODE | Should -Be 1
        $good, $bad = $seen.Where({ -not $_.Reason }, 'Split')
        $good.ComputerName | Should -Be '127.0.0.2', '127.0.0.3' -Because "$($seen.Reason)"
        foreach ($one in $good) {
            $one.System | Should -Be ([Runtime.InteropServices.RuntimeInformation]::OSDescription)
            $one.FileSystems.Count | Should -BeGreaterThan 0
            $one.FileSystems.Used | ForEach-Object { $_ | Should -BeGreaterOrEqual 0; $_ | Should -BeLessOrEqual 100 }
            $one.Certificates.Name | Should -Be 'CN=soon.example'
            $one.Certificates.Path | Should -Be "$folder/soon.pem"
        }
        @($bad).ComputerName | Should -Be 'no-such-host.invalid'
        $bad.Reason | Should -BeLike '*no-such-host.invalid*'
    }

    It 'counts updates where a package manager tells, and tells nothing where there is none' {
        $bin = New-Item "$TestDrive/bin" -ItemType Directory
        'echo "Reading package lists..."; echo "Inst bash [1] (2 stable)"; echo "Inst zsh [1] (2 stable)"; echo "Conf bash"' | Set-Content "$bin/apt"
        'printf "\nbash.x86_64   5.2-1   updates\nzsh.noarch  5.9-2  updates\n\nObsoleting Packages\nold.noarch 2 updates\n"; exit 100' | Set-Content "$bin/dnf"
        foreach ($tool in 'apt', 'dnf') {
            # The example finds a program by its name on PATH; the hosts' is the one that this shell sets.
            $path = New-Item "$TestDrive/$tool" -ItemType Directory
            "#!/bin/sh`n$(Get-Content "$bin/$tool")" | Set-Content "$path/$($tool -eq 'apt' ? 'apt-get' : 'dnf')"
            "#!/bin/sh`nPATH='$path' exec '$($reach.EnginePath)' `"`$@`"" | Set-Content "$path/pwsh"
            & chmod +x "$path/pwsh" "$path/$($tool -eq 'apt' ? 'apt-get' : 'dnf')"
        }
        $null = New-Item "$TestDrive/none" -ItemType Directory
        (Get-Content "$TestDrive/dnf/pwsh") -replace [regex]::Escape("$TestDrive/dnf"), "$TestDrive/none" | Set-Content "$TestDrive/none/pwsh"
        & chmod +x "$TestDrive/none/pwsh"
        foreach ($case in @{ apt = 2; dnf = 2; none = $null }.GetEnumerator()) {
            $seen = & $example 127.0.0.2 -Port $reach.Port -KeyFilePath $reach.KeyFilePath -SshOption $reach.SshOption -EnginePath "$TestDrive/$($case.Key)/pwsh" -CertificatePath $folder -PassThru
            $LASTEXITCODE | Should -Be 0 -Because "$($case.Key): $($seen.Reason)"
            $seen.Updates | Should -Be $case.Value -Because $case.Key
        }
    }

    It 'writes tables as a program, and tells by its exit code whether all went well' {
        $settings = ($reach.SshOption.GetEnumerator() | ForEach-Object { "$($_.Key) = '$($_.Value)'" }) -join '; '
        $session = Start-Session -OutputPath "$TestDrive/said" @"
`$PSStyle.OutputRendering = 'PlainText'
& '$example' 127.0.0.2, nobody@127.0.0.3 -Port $($reach.Port) -KeyFilePath '$($reach.KeyFilePath)' -EnginePath '$($reach.EnginePath)' -SshOption @{ $settings } -CertificatePath '$folder'
exit `$LASTEXITCODE
"@
        $session.WaitForExit(120000) | Should -BeTrue
        $said = Get-Content "$TestDrive/said" -Raw
        $session.ExitCode | Should -Be 1 -Because $said
        $said | Should -Match '(?s)^127\.0\.0\.2: .*disk .* % of .* GB.*updates.*certificate +CN=soon\.example +expires \d{4}-\d\d-\d\d.*Failed hosts:.*nobody@127\.0\.0\.3'
        $said | Should -Not -Match 'late\.example'
    }

    It 'runs README''s recipe' {
        $text = [IO.File]::ReadAllText([IO.Path]::GetFullPath("$PSScriptRoot/../README.md"))
        $recipe = @([regex]::Matches($text, '(?s)```powershell\n(.*?)```').ForEach{ $_.Groups[1].Value })[6]
        foreach ($name in $reach.Keys) { $PSDefaultParameterValues["Invoke-ProcPool:$name"] = $reach[$name] }
        try {
            $result = . ([scriptblock]::Create($recipe.Replace('web1', '127.0.0.2').Replace('web2', '127.0.0.3')))
        } finally {
            foreach ($name in $reach.Keys) { $PSDefaultParameterValues.Remove("Invoke-ProcPool:$name") }
        }

        $result.Count | Should -Be 10
        $result[0..1].Asked | Sort-Object | Should -Be '127.0.0.2', '127.0.0.3'
        $result[0..1] | ForEach-Object { $_.PSComputerName | Should -Be $_.Asked }
        $result[2..9] | Should -Be (1..8 | ForEach-Object { $_ * $_ })
        $seen.Count | Should -Be 2
    }
}
