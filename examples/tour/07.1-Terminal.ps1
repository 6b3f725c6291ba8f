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

$lock, $together = (New-ProcLock), (New-ProcBarrier 4)
$children = 'egon', 'alex', 'yuan' | ForEach-Object {
    Start-ChildProcess -ArgumentList $_, (1 * $TimeScale) {
        param($Name, $Seconds)
        $task = $using:task
        $null = Wait-ProcBarrier $using:together
        & $task $Name $Seconds

        $null = Wait-ProcBarrier $using:together
        Use-ProcLock $using:lock { & $task $Name $Seconds }
    }
}

'-- without a lock'
1..2 | ForEach-Object { $null = Wait-ProcBarrier $together }
$children | Receive-ChildProcess
'-- with a lock'
$children | Receive-ChildProcess -Wait -AutoRemoveJob
