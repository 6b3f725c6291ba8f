<#
.SYNOPSIS
The session is killed: its children end, and nobody adopts them.

.DESCRIPTION
An orphan of Python's lives on, adopted by init. Here each child sees the end of the process that started it, and ends itself, with all
below it; also when that process was killed and could tell nobody.

.EXAMPLE
./05.4-Orphans.ps1
#>
[CmdletBinding()]
param()

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../../ProcConcurrency.psd1" -ErrorAction Stop
}

# A session of its own, to be killed. It says which children it has by a file.
$session = {
    param($Module, $Folder)
    $ErrorActionPreference = 'Stop'
    Import-Module $Module
    $children = 1..2 | ForEach-Object { Start-ChildProcess { Start-Sleep 600 } }
    Set-Content "$Folder/writing" $children.ProcessId
    Move-Item "$Folder/writing" "$Folder/children"
    Start-Sleep 60
}

# What is dead and not yet collected is listed, but has no path.
function Get-Running([int[]] $Id) {
    @(Get-Process -Id $Id -ErrorAction Ignore | Where-Object Path)
}

$folder = New-Item -ItemType Directory ([IO.Path]::Combine([IO.Path]::GetTempPath(), [guid]::NewGuid()))
try {
    $module = "$PSScriptRoot/../../ProcConcurrency.psd1"
    $arguments = '-NoProfile', '-Command', "& { $session } '$module' '$folder'"
    $process = [Diagnostics.Process]::Start([Environment]::ProcessPath, [string[]] $arguments)
    while (-not $process.HasExited -and -not (Test-Path $folder/children)) { Start-Sleep -Milliseconds 50 }
    $ids = [int[]] (Get-Content $folder/children)
    "session $($process.Id) has the children $($ids -join ' and '): $((Get-Running $ids).Count) of them run"

    $process.Kill()
    $process.WaitForExit()
    'the session was killed'
    while (Get-Running $ids) { Start-Sleep -Milliseconds 50 }
    "$((Get-Running $ids).Count) of its children run"
} finally {
    Remove-Item $folder -Recurse
}
