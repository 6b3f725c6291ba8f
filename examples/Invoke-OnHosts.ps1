<#
.SYNOPSIS
Tells of several hosts how full their file systems are, how many updates wait and which certificates will soon expire.

.DESCRIPTION
Reaches each host by ssh, as ssh is configured, and runs the same functions there, all hosts side by side. A host needs sshd and
PowerShell 7.4 or later, and nothing else. One that can't be reached, or where something fails, is in the list of failed hosts with
the reason; the others go on.

Of each host come, as a table:

disk          The largest file systems, with how full they are. Not counted: those in memory, and a second mount of the same.
updates       How many packages would be upgraded, as apt or dnf knows without asking the network. Not known on a host with neither.
certificate   Those in the usual folders (-CertificatePath) that have expired, or will within -Days. What the user may not read, and
              the system's own list of authorities, is not looked at. On Windows: the machine's personal store.

The exit code is 1 where any host failed, else 0.

.PARAMETER HostName
The hosts: names of ~/.ssh/config, host, user@host, host:port; . is this machine. They may come from the pipeline.

.PARAMETER Days
How many days ahead a certificate is told of.

.PARAMETER CertificatePath
Folders on the hosts with certificates, wildcards included. One that isn't there is skipped.

.PARAMETER TaskTimeout
The most seconds that one host may take, once it is connected to: a network file system that hangs ends there.

.PARAMETER ConnectThrottle
How many hosts are connected to at a time.

.PARAMETER ConnectTimeout
The seconds within which a host has to answer.

.PARAMETER UserName
Whom to log in as, where the host doesn't say.

.PARAMETER Port
The port of sshd, where the host doesn't say.

.PARAMETER KeyFilePath
The file of a private key.

.PARAMETER SshOption
Settings of ssh, by their names in ssh_config.

.PARAMETER EnginePath
The program of PowerShell on the hosts, where pwsh is not on their PATH.

.PARAMETER PassThru
Write an object for each host instead of the tables: ComputerName, System, FileSystems, Updates, Certificates and Reason, which is
empty for a host that did not fail.

.EXAMPLE
./Invoke-OnHosts.ps1 web1, web2, admin@db1 -Days 14

.EXAMPLE
Get-Content hosts.txt | ./Invoke-OnHosts.ps1 -SshOption @{ ProxyJump = 'gate' } -PassThru | Where-Object Updates

Which hosts behind a jump host wait for updates.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory, Position = 0, ValueFromPipeline)]
    [ValidateNotNullOrEmpty()]
    [string[]] $HostName,

    [ValidateRange(0, 3650)]
    [int] $Days = 30,

    [string[]] $CertificatePath = @('/etc/ssl', '/etc/ssl/certs', '/etc/pki/tls/certs', '/etc/letsencrypt/live/*', '/etc/nginx/ssl', '/etc/apache2/ssl', '/etc/haproxy/certs'),

    [ValidateRange(1, 86400)]
    [int] $TaskTimeout = 120,

    [ValidateRange(1, 1024)]
    [int] $ConnectThrottle = 16,

    [ValidateRange(1, 3600)]
    [int] $ConnectTimeout = 30,

    [string] $UserName,

    [ValidateRange(1, 65535)]
    [int] $Port,

    [string] $KeyFilePath,

    [Collections.IDictionary] $SshOption,

    [string] $EnginePath,

    [switch] $PassThru
)

begin {
    Set-StrictMode -Version 3
    if (-not (Get-Module ProcConcurrency)) {
        Import-Module "$PSScriptRoot/../ProcConcurrency.psd1" -ErrorAction Stop
    }

    # The three functions run on the hosts: the block names them, so they are taken along.
    function Get-FileSystem {
        [IO.DriveInfo]::GetDrives() | Where-Object { $_.DriveType -in 'Fixed', 'Network' -and $_.IsReady -and $_.TotalSize } |
            Sort-Object TotalSize -Descending | Group-Object TotalSize, TotalFreeSpace | Select-Object -First 4 | ForEach-Object {
                $drive = $_.Group | Sort-Object { $_.Name.Length } | Select-Object -First 1
                [pscustomobject]@{
                    Name = $drive.Name
                    Size = $drive.TotalSize
                    Used = [Math]::Round(100 * (1 - $drive.TotalFreeSpace / $drive.TotalSize))
                }
            }
    }

    # The number; nothing where no package manager tells it.
    function Get-UpdateCount {
        if (Get-Command apt-get -CommandType Application -ErrorAction Ignore) {
            # A rehearsal: it asks for no rights and takes no lock.
            $lines = & apt-get -s -o Debug::NoLocking=true upgrade 2>$null
            if ($LASTEXITCODE -eq 0) { @($lines -match '^Inst ').Count }
        } elseif (Get-Command dnf -CommandType Application -ErrorAction Ignore) {
            # 100 says that there are some. Package, version and repository stand on a line; what they replace comes after an empty one.
            $lines = & dnf -q -C check-update 2>$null
            if ($LASTEXITCODE -eq 0) { 0 }
            if ($LASTEXITCODE -eq 100) { @(@(($lines -join "`n").Trim() -split '\n(?:\n|Obsoleting)')[0] -split '\n' -match '^\S+\s+\S+\s+\S+\s*$').Count }
        }
    }

    function Get-Certificate([string[]] $Path, [datetime] $Before) {
        $found = if ($IsWindows) {
            Get-ChildItem Cert:/LocalMachine/My
        } else {
            # Those of authorities, which the system brings, are links to its own folders, or all in one file.
            Get-ChildItem -Path ($Path | ForEach-Object { "$_/*" }) -Include *.pem, *.crt, *.cer -File -ErrorAction Ignore |
                ForEach-Object { $_.ResolveLinkTarget($true) ?? $_ } |
                Where-Object { $_.Exists -and $_.FullName -notmatch '^/(usr/share|etc/pki/ca-trust)/' -and $_.Name -ne 'ca-certificates.crt' } |
                Sort-Object FullName -Unique | ForEach-Object {
                    $file = $_.FullName
                    try {
                        [Security.Cryptography.X509Certificates.X509Certificate2]::new($file) | Add-Member Path $file -PassThru
                    } catch {
                        Write-Verbose "'$file' is no certificate that can be read: $($_.Exception.InnerException.Message)"
                    }
                }
        }
        $found | Where-Object NotAfter -LT $Before | Sort-Object Thumbprint -Unique | Sort-Object NotAfter | ForEach-Object {
            [pscustomobject]@{ Name = $_.Subject; Expires = $_.NotAfter; Path = $_.PSObject.Properties['Path']?.Value }
        }
    }

    $targets = [Collections.Generic.List[string]]::new()
}

process {
    $targets.AddRange($HostName)
}

end {
    $how = @{ HostName = $targets; ConnectThrottle = $ConnectThrottle; ConnectTimeout = $ConnectTimeout; TaskTimeout = $TaskTimeout }
    foreach ($name in 'UserName', 'Port', 'KeyFilePath', 'SshOption', 'EnginePath') {
        if ($PSBoundParameters.ContainsKey($name)) { $how[$name] = $PSBoundParameters[$name] }
    }

    $said = @(
        Invoke-ProcPool -OnEachHost @how -ErrorVariable failures -ErrorAction SilentlyContinue {
            $ErrorActionPreference = 'Stop'
            [pscustomobject]@{
                ComputerName = $_
                System       = [Runtime.InteropServices.RuntimeInformation]::OSDescription
                FileSystems  = @(Get-FileSystem)
                Updates      = Get-UpdateCount
                Certificates = @(Get-Certificate $using:CertificatePath ([datetime]::Now.AddDays($using:Days)))
                Reason       = $null
            }
        }
    )
    $failed = @($failures | Where-Object { $_ -is [Management.Automation.ErrorRecord] } | Group-Object PSComputerName | ForEach-Object {
        [pscustomobject]@{
            ComputerName = $_.Name; System = $null; FileSystems = @(); Updates = $null; Certificates = @()
            Reason       = ($_.Group | ForEach-Object { $_.Exception.Message }) -join ' '
        }
    })
    $order = @($targets -replace '^\.$', 'localhost')
    $said = @($said | Sort-Object { $order.IndexOf($_.ComputerName) })
    if ($PassThru) {
        $said + $failed | Select-Object ComputerName, System, FileSystems, Updates, Certificates, Reason
    } else {
        foreach ($one in $said) {
            "$($one.ComputerName): $($one.System)"
            $rows = @(
                foreach ($disk in $one.FileSystems) {
                    [pscustomobject]@{ Check = 'disk'; Name = $disk.Name; Result = "$($disk.Used) % of $([Math]::Round($disk.Size / 1GB, 1)) GB" }
                }
                [pscustomobject]@{ Check = 'updates'; Name = $null; Result = $one.Updates ?? 'not known' }
                foreach ($certificate in $one.Certificates) {
                    [pscustomobject]@{ Check = 'certificate'; Name = $certificate.Name; Result = "expires $($certificate.Expires.ToString('yyyy-MM-dd'))" }
                }
            )
            $rows | Format-Table Check, Name, Result
        }

        if ($failed) {
            'Failed hosts:'
            $failed | Format-Table ComputerName, Reason -Wrap
        }
    }

    exit ($failed ? 1 : 0)
}
