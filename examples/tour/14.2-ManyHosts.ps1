<#
.SYNOPSIS
Many hosts at once: one block runs on each, and one table has what they say.

.DESCRIPTION
Each host is reached over ssh, as ssh is configured, and needs nothing but sshd and PowerShell. What the block writes comes back as
objects that know their host. They count up one number of the session's, under its lock, from wherever they are. A host that can't
be reached is an error for itself; the others go on. Without -HostName there is one, this machine.

.PARAMETER HostName
The hosts, as ssh knows them; . is this machine.

.PARAMETER Ssh
Further parameters of Invoke-ProcPool for them: KeyFilePath, Port, SshOption, EnginePath.

.EXAMPLE
./14.2-ManyHosts.ps1 -HostName web1, web2, .
#>
[CmdletBinding()]
param([string[]] $HostName = '.', [hashtable] $Ssh = @{})

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../../ProcConcurrency.psd1" -ErrorAction Stop
}

$answers = New-ProcValue 0
$found = Invoke-ProcPool -OnEachHost -HostName $HostName @Ssh -ErrorVariable failed -ErrorAction SilentlyContinue {
    $counter = $using:answers
    [pscustomobject]@{
        Processors = [Environment]::ProcessorCount
        Version = $PSVersionTable.PSVersion
        ProcessId = $PID
        Place = $counter.Increment()
    }
}
foreach ($each in $found | Sort-Object PSComputerName) {
    "$($each.PSComputerName): PowerShell $($each.Version), $($each.Processors) processors, by process $($each.ProcessId)"
}
foreach ($each in $failed) {
    "$($each.TargetObject): $($each.FullyQualifiedErrorId -replace ',.*')"
}
"answers: $($answers.Value), failures: $(@($failed).Count)"
