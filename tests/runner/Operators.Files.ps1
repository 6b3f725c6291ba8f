# Operators about paths and files.

$script:Operators.Exist = @{
    Test = { param($Actual) $ExecutionContext.SessionState.InvokeProvider.Item.Exists("$Actual") }
    Fails = { param($Actual, $With, $Because) "Expected path $(Format-Value $Actual) to exist,$Because but it did not exist." }
    FailsNot = { param($Actual, $With, $Because) "Expected path $(Format-Value $Actual) to not exist,$Because but it did exist." }
}

$found = { param($Actual, $With, $Because)
    "Expected $(Format-Value $With.ExpectedContent) to be found in file '$Actual',$Because but it was not found." }
$notFound = { param($Actual, $With, $Because)
    "Expected $(Format-Value $With.ExpectedContent) to not be found in file '$Actual',$Because but it was found." }
$script:Operators.FileContentMatch = @{
    Parameters = 'ExpectedContent'; Fails = $found; FailsNot = $notFound
    Test = { param($Actual, $With) @([IO.File]::ReadAllLines((Resolve-File $Actual)) -match $With.ExpectedContent).Count -gt 0 }
}
$script:Operators.FileContentMatchExactly = @{
    Parameters = 'ExpectedContent'; Fails = $found; FailsNot = $notFound
    Test = { param($Actual, $With) @([IO.File]::ReadAllLines((Resolve-File $Actual)) -cmatch $With.ExpectedContent).Count -gt 0 }
}
