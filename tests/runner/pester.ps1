<#
Runs Pester 5 test files with Pester itself, and says what run.ps1 would say: the same parameters, JSON lines (Report.ps1)
and exit code.
#>
param([Parameter(Mandatory)] [string] $Path, [string] $ResultPath, [string] $Tag, [string] $ExcludeTag)

# No preference is set here: scopes are dynamic, and a test would see it.
Import-Module Pester -MinimumVersion 5.0.0 -MaximumVersion 5.99.99 -ErrorAction Stop

function Write-Record($Record) {
    if ($ResultPath) { [IO.File]::AppendAllText($ResultPath, "$(ConvertTo-Json $Record -Compress -Depth 5)`n") }
}

function Write-Test($File, $Test) {
    $outcome = switch ($Test.Result) { 'Passed' { 'passed' } { $_ -in 'Skipped', 'Inconclusive' } { 'skipped' } default { 'failed' } }
    $errors = @($Test.ErrorRecord)
    # A test that never ran because a hook above it failed carries no error of its own.
    for ($block = $Test.Block; $block -and -not $errors -and $outcome -eq 'failed'; $block = $block.Parent) { $errors = @($block.ErrorRecord) }
    $target = if ($errors) { $errors[0].TargetObject }
    $location = if ($target -is [Collections.IDictionary] -and $target['File']) { "$($target['File']):$($target['Line'])" }
    else { "$($Test.ScriptBlock.File):$($Test.StartLine)" }
    Write-Record ([ordered]@{
        kind = 'test'; file = $File; path = @(Get-ExpandedPath $Test); outcome = $outcome
        message = @($errors.ForEach{ "$($_.Exception.Message)" }) -join "`n"; location = $location; seconds = $Test.Duration.TotalSeconds
    })
}

function Get-ExpandedPath($Test) {
    $names = [Collections.Generic.List[string]]@($Test.ExpandedName)
    for ($block = $Test.Block; $block -and -not $block.IsRoot; $block = $block.Parent) { $names.Insert(0, $block.ExpandedName) }
    $names
}

$configuration = New-PesterConfiguration
$configuration.Run.Path = $Path.Split([IO.Path]::PathSeparator)
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Detailed'
if ($Tag) { $configuration.Filter.Tag = $Tag.Split(',') }
if ($ExcludeTag) { $configuration.Filter.ExcludeTag = $ExcludeTag.Split(',') }
$run = Invoke-Pester -Configuration $configuration

$failures = 0
foreach ($container in $run.Containers) {
    $file = "$($container.Item)"
    $tests = @($run.Tests).Where{ $_.Block.BlockContainer -eq $container -or $_.ScriptBlock.File -eq $file }.Where{ $_.ShouldRun }
    foreach ($test in $tests) { Write-Test $file $test }
    $failed = @($tests).Where{ $_.Result -eq 'Failed' }.Count
    $problems = @(
        $container.ErrorRecord.ForEach{ "$($_.Exception.Message)" }
        if ($container.TotalCount -eq 0 -and -not $container.ErrorRecord) { 'The file has no tests.' }
        @($run.FailedBlocks).Where{ $_.ScriptBlock.File -eq $file -and -not $failed }.ForEach{ "A hook of '$($_.ExpandedName)' failed: $($_.ErrorRecord)" }
    )
    $failures += $failed + [int][bool]$problems
    Write-Record ([ordered]@{
        kind = 'file'; file = $file; outcome = $(if ($failed -or $problems) { 'failed' } else { 'passed' }); message = $problems -join "`n"
        passed = $container.PassedCount; failed = $failed; skipped = $container.SkippedCount; seconds = $container.Duration.TotalSeconds
    })
}
if (-not $run.Containers) { $failures = 1 }
exit [Math]::Min($failures, 255)
