<#
.SYNOPSIS
Three children share a terminal: without a lock their lines mix, with a lock they don't.

.DESCRIPTION
Each child writes three lines and takes a breath after each. The lock makes three lines one piece; which child is first stays open.

.PARAMETER TimeScale
Multiplies each sleep and timeout: 0.1 runs the program ten times as quick.

.EXAMPLE
./07.1-Terminal.ps1
#>
[CmdletBinding()]
param([ValidateRange(0.001, 1000.0)] [double] $TimeScale = 1)

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../../ProcConcurrency.psd1" -ErrorAction Stop
}

$task = {
    param($Name, $Seconds)
    foreach ($line in 1..3) {
        "$Name writes line $line"
        Start-Sleep $Seconds
    }
}

$lock = New-ProcLock
foreach ($useLock in $false, $true) {
    $useLock ? '-- with a lock' : '-- without a lock'
    $together = New-ProcBarrier 3    # They begin together, however long each takes to start.
    $children = 'egon', 'alex', 'yuan' | ForEach-Object {
        Start-ChildProcess -ArgumentList $_, (1 * $TimeScale), $useLock {
            param($Name, $Seconds, $UseLock)
            $task = $using:task
            $null = Wait-ProcBarrier $using:together
            if ($UseLock) { Use-ProcLock $using:lock { & $task $Name $Seconds } } else { & $task $Name $Seconds }
        }
    }
    $children | Receive-ChildProcess -Wait -AutoRemoveJob
}
