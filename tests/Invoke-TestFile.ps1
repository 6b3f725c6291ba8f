# Runs one test file by Pester, in the process that Invoke-Tests.ps1 starts for it, and writes down what became of it. Tests see
# the variables of this script, for scopes are dynamic: so it has few, and sets no preference.
param([string] $TestFile, [string] $PesterManifest, [string] $TestResult, [string] $TestXml)

Import-Module $PesterManifest
$testRun = Invoke-Pester -Configuration @{
    Run        = @{ Path = $TestFile; PassThru = $true }
    Output     = @{ Verbosity = 'Detailed'; RenderMode = 'Plaintext' }
    TestResult = @{ Enabled = [bool] $TestXml; OutputPath = $TestXml; OutputFormat = 'NUnitXml' }
}

function Format-Failure([string] $Name, $ErrorRecord) {
    @($Name; $ErrorRecord | ForEach-Object { $_.DisplayErrorMessage; $_.DisplayStackTrace }) -ne $null -join "`n"
}

# A test that did not run, because what comes before it failed, has no error of its own: its block has.
$failures = @(
    $testRun.Containers | Where-Object ErrorRecord | ForEach-Object { Format-Failure 'The file failed.' $_.ErrorRecord }
    $testRun.FailedBlocks | Where-Object ErrorRecord | ForEach-Object { Format-Failure "$($_.ExpandedPath): what runs before or after its tests failed." $_.ErrorRecord }
    $testRun.Failed | ForEach-Object { Format-Failure $_.ExpandedPath ($_.ErrorRecord ? $_.ErrorRecord : @{ DisplayErrorMessage = 'It did not run to its end.' }) }
    if ($testRun.TotalCount -eq 0 -and $testRun.FailedContainersCount -eq 0) { 'The file has no test.' }
)
@{
    Passed   = $testRun.PassedCount
    Failed   = [Math]::Max($testRun.FailedCount, [int] ($failures.Count -gt 0))
    Skipped  = $testRun.TotalCount - $testRun.PassedCount - $testRun.FailedCount
    Failures = $failures
} | ConvertTo-Json | Set-Content $TestResult
