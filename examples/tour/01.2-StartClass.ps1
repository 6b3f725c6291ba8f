<#
.SYNOPSIS
A child process from a class with a Run method.

.DESCRIPTION
The child makes the object from the arguments and calls its Run. What Run returns is the child's output.

.PARAMETER TimeScale
Multiplies each sleep and timeout: 0.1 runs the program ten times as quick.

.EXAMPLE
./01.2-StartClass.ps1
#>
[CmdletBinding()]
param([ValidateRange(0.001, 1000.0)] [double] $TimeScale = 1)

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../../ProcConcurrency.psd1" -ErrorAction Stop
}

class Greeter {
    [string] $Name
    [double] $Seconds

    Greeter([string] $name, [double] $seconds) {
        $this.Name, $this.Seconds = $name, $seconds
    }

    [string[]] Run() {
        Start-Sleep $this.Seconds
        return "$($this.Name) ran in process $global:PID"
    }
}

$children = 'egon', 'alex' | ForEach-Object { Start-ChildProcess -Type ([Greeter]) -ArgumentList $_, (1 * $TimeScale) }
"This is the session, process $PID"
$children | Receive-ChildProcess -Wait -AutoRemoveJob
