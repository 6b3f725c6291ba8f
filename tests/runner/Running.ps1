# Running: walks the tree. Each node opens its scope through Scope.ps1 and reports when it is done.

# The step of a block that runs what is in it; bound to this module, called inside the block's scope.
$script:RunChildren = { Invoke-Child $script:Current.Block }

function Invoke-Child($Block) {
    foreach ($child in $Block.Children) {
        if ($child.Kind -eq 'Test') { Invoke-TestNode $child } else { Invoke-BlockNode $child }
    }
}

function Invoke-BlockNode($Block) {
    if (-not (Test-Runnable $Block)) {
        foreach ($test in Get-Test $Block) { Invoke-TestNode $test }
        return
    }

    $Block.Splat = Get-Splat $Block
    $Block.Steps = @(
        if ($Block.Hooks['BeforeAll']) { $Block.Hooks['BeforeAll'] }
        if ($Block.NameExpression) { $script:Current.Scope.Name }
        $script:RunChildren
    )
    $Block.Cleanups = @(if ($Block.Hooks['AfterAll']) { $Block.Hooks['AfterAll'] })

    $outer = $script:Current.Block
    $before = Get-TestDriveContent
    $script:Current.Block = $Block
    try { Invoke-Scope $Block }
    finally {
        $script:Current.Block = $outer
        Restore-TestDriveContent $before
    }

    if ($Block.Errors.Count -eq 0) { return }
    if ($Block.Finished -eq $Block.Steps.Count) {
        Write-TestResult -Path (@(Get-NodePath $Block) + 'AfterAll') -Outcome failed -Errors $Block.Errors -Location $Block.Location
        return
    }
    foreach ($test in Get-Test $Block) {
        if ($test.Selected) {
            Write-TestResult -Path (Get-NodePath $test) -Outcome failed -Errors $Block.Errors -Location $test.Location `
                -Prefix "BeforeAll of '$($Block.ExpandedName)' failed: "
        }
    }
}

function Invoke-TestNode($Test) {
    if (-not $Test.Selected) { return }
    if ($Test.Skip) {
        Write-TestResult -Path (Get-NodePath $Test) -Outcome skipped -Location $Test.Location
        return
    }

    $Test.Splat = Get-Splat $Test
    $Test.Steps = @(
        Get-Hook $Test.Parent BeforeEach
        if ($Test.NameExpression) { $script:Current.Scope.Name }
        $Test.ScriptBlock
    )
    $Test.Cleanups = @(Get-Hook $Test.Parent AfterEach)
    [array]::Reverse($Test.Cleanups)

    $clock = [Diagnostics.Stopwatch]::StartNew()
    $script:Current.Test = $Test
    try { Invoke-Scope $Test }
    finally { $script:Current.Test = $null }

    $failures = @($Test.Errors).Where{ $_.FullyQualifiedErrorId -ne 'TestSkipped' }
    $outcome = if ($failures) { 'failed' } elseif ($Test.Errors) { 'skipped' } else { 'passed' }
    Write-TestResult -Path (Get-NodePath $Test) -Outcome $outcome -Errors $(if ($failures) { $failures } else { $Test.Errors }) `
        -Location $Test.Location -Seconds $clock.Elapsed.TotalSeconds
}

function Invoke-Scope($Node) {
    do { $null = & $script:Current.Scope.Node $Node } while ($false)
    $cut = $Node.Finished -lt $Node.Steps.Count -or $Node.CleanedUp -lt $Node.Cleanups.Count
    if ($cut -and $Node.Errors.Count -eq 0) {
        $Node.Errors.Add([Management.Automation.ErrorRecord]::new(
            [InvalidOperationException]::new("A break or continue outside any loop ended '$($Node.ExpandedName)'."),
            'TestCutShort', 'InvalidOperation', $null))
    }
}

# Data reaches a `param()` of the script block as well.
function Get-Splat($Node) {
    $splat = $Node.Variables.Clone()
    $splat.Remove('_')
    $splat
}
