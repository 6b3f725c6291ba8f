<#
.SYNOPSIS
Two children at the end of the session: only the daemon is cut short.

.DESCRIPTION
Both have begun when the session ends. The one that is no daemon says that it ended; the daemon never does.

.PARAMETER TimeScale
Multiplies each sleep and timeout: 0.1 runs the program ten times as quick.

.EXAMPLE
./06.2-TwoDaemons.ps1
#>
[CmdletBinding()]
param([ValidateRange(0.001, 1000.0)] [double] $TimeScale = 1)

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../../ProcConcurrency.psd1" -ErrorAction Stop
}

# A session of its own, so that its end can be watched from here. Its children write to files: nobody is left to receive them.
$session = {
    param($Module, $Folder, $Seconds)
    Import-Module $Module
    $begun = New-ProcBarrier 3
    $task = {
        param($Name, $Seconds)
        Set-Content "$using:Folder/$Name" "$Name begins"
        $null = Wait-ProcBarrier $using:begun
        Start-Sleep $Seconds
        Add-Content "$using:Folder/$Name" "$Name ends"
    }
    $null = Start-ChildProcess $task -ArgumentList daemon, 60 -Daemon
    $null = Start-ChildProcess $task -ArgumentList other, $Seconds
    $null = Wait-ProcBarrier $begun
    'the session ends'
}

$folder = New-Item -ItemType Directory ([IO.Path]::Combine([IO.Path]::GetTempPath(), [guid]::NewGuid()))
try {
    $module = "$PSScriptRoot/../../ProcConcurrency.psd1"
    & ([Environment]::ProcessPath) -NoProfile -Command "& { $session } '$module' '$folder' $(3 * $TimeScale)" 2>$null
    'What the children wrote:'
    Get-Content $folder/daemon, $folder/other
} finally {
    Remove-Item $folder -Recurse
}
