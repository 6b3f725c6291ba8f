# Runs one test file by Pester, in the process that Invoke-Tests.ps1 starts for it, and writes down what became of it. Tests see
# the variables of this script, for scopes are dynamic: so it has few, and sets no preference.
param([string] $TestFile, [string] $PesterManifest, [string] $TestResult, [string] $TestXml)

Import-Module $PesterManifest -ErrorAction Stop
$testRun = Invoke-Pester -Configuration @{
    Run        = @{ Path = $TestFile; PassThru = $true }
    Output     = @{ Verbosity = 'Detailed'; RenderMode = 'Plaintext' }
    TestResult = @{ Enabled = [bool] $TestXml; OutputPath = $TestXml; OutputFormat = 'NUnitXml' }
}

if (-not $testRun) { exit 1 }

# In a block of Pester's, outside of any loop, these end more than the block without a word, and what comes after them is not missed.
function Find-LooseJump([string] $Path) {
    $ast = [Management.Automation.Language.Parser]::ParseFile($Path, [ref] $null, [ref] $null)
    foreach ($jump in $ast.FindAll({ $args[0].GetType().Name -in 'BreakStatementAst', 'ContinueStatementAst' }, $true)) {
        $around = $jump.Parent
        while ($around -is [Management.Automation.Language.Ast] -and $around.GetType().Name -notmatch '^(For|While|DoWhile|DoUntil|Switch|Trap)' -and
            $around -isnot [Management.Automation.Language.ScriptBlockAst]) { $around = $around.Parent }
        $call = $around -is [Management.Automation.Language.ScriptBlockAst] ? ($around.Parent)?.Parent : $null
        if ($call -is [Management.Automation.Language.CommandAst] -and $call.GetCommandName() -match '^(Describe|Context|It|Before|After)') {
            "Line $($jump.Extent.StartLineNumber): $($jump.Extent.Text) outside of a loop."
        }
    }
}

function Format-Failure([string] $Name, $ErrorRecord) {
    @($Name; $ErrorRecord | ForEach-Object { $_.DisplayErrorMessage; $_.DisplayStackTrace }) -ne $null -join "`n"
}

# A test that did not run, because what comes before it failed, has no error of its own: its block has.
$failures = @(
    $testRun.Containers | Where-Object ErrorRecord | ForEach-Object { Format-Failure 'The file failed.' $_.ErrorRecord }
    $testRun.FailedBlocks | Where-Object ErrorRecord | ForEach-Object { Format-Failure "$($_.ExpandedPath): what runs before or after its tests failed." $_.ErrorRecord }
    $testRun.Failed | ForEach-Object { Format-Failure $_.ExpandedPath ($_.ErrorRecord ? $_.ErrorRecord : @{ DisplayErrorMessage = 'It did not run to its end.' }) }
    Find-LooseJump $TestFile
    if ($testRun.TotalCount -eq 0 -and $testRun.FailedContainersCount -eq 0) { 'The file has no test.' }
)
@{
    Passed   = $testRun.PassedCount
    Failed   = [Math]::Max($testRun.FailedCount, [int] ($failures.Count -gt 0))
    Skipped  = $testRun.TotalCount - $testRun.PassedCount - $testRun.FailedCount
    Failures = $failures
} | ConvertTo-Json | Set-Content "$TestResult.part"
Move-Item "$TestResult.part" $TestResult
