# What every test file starts with: BeforeAll { . $PSScriptRoot/common.ps1 }

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../ProcConcurrency.psd1" -ErrorAction Stop
}

# Waits for what another process does; a test never waits for a fixed time.
function Wait-Until {
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0)] [scriptblock] $Condition, [double] $TimeoutSeconds = 30)

    $clock = [Diagnostics.Stopwatch]::StartNew()
    while (-not (& $Condition)) {
        if ($clock.Elapsed.TotalSeconds -ge $TimeoutSeconds) {
            throw [TimeoutException]::new("After $TimeoutSeconds s this still does not hold: {$Condition}")
        }
        [Threading.Thread]::Sleep(20)
    }
}
