# Operators about what a collection holds, and about what kind of thing a value is.

$script:Operators.BeIn = @{
    Parameters = 'ExpectedValue'; Test = { param($Actual, $With) $With.ExpectedValue -contains $Actual }
    Fails = { param($Actual, $With, $Because)
        "Expected collection $(Format-Value $With.ExpectedValue) to contain $(Format-Value $Actual),$Because but it was not found." }
    FailsNot = { param($Actual, $With, $Because)
        "Expected collection $(Format-Value $With.ExpectedValue) to not contain $(Format-Value $Actual),$Because but it was found." }
}

$script:Operators.Contain = @{
    Parameters = 'ExpectedValue'; Takes = 'All'; Test = { param($Actual, $With) $Actual -contains $With.ExpectedValue }
    Fails = { param($Actual, $With, $Because)
        "Expected $(Format-Value $With.ExpectedValue) to be found in collection $(Format-Value $Actual),$Because but it was not found." }
    FailsNot = { param($Actual, $With, $Because)
        "Expected $(Format-Value $With.ExpectedValue) to not be found in collection $(Format-Value $Actual),$Because but it was found." }
}

$script:Operators.HaveCount = @{
    Parameters = 'ExpectedValue'; Takes = 'All'
    Test = { param($Actual, $With)
        if ($With.ExpectedValue -isnot [int] -or $With.ExpectedValue -lt 0) { throw [ArgumentException]'Should -HaveCount needs a count of 0 or more.' }
        @($Actual).Count -eq $With.ExpectedValue }
    Fails = { param($Actual, $With, $Because)
        $wanted = if ($With.ExpectedValue -eq 0) { 'an empty collection' } else { "a collection with size $($With.ExpectedValue)" }
        $got = if (@($Actual).Count) { "collection with size $(@($Actual).Count) $(Format-Value $Actual)" } else { 'an empty collection' }
        "Expected $wanted,$Because but got $got." }
    FailsNot = { param($Actual, $With, $Because)
        if ($With.ExpectedValue -eq 0) { return "Expected a non-empty collection,$Because but got an empty collection." }
        "Expected a collection with size different from $($With.ExpectedValue),$Because but got collection with that size $(Format-Value $Actual)." }
}

$script:Operators.BeNullOrEmpty = @{
    Takes = 'All'
    Test = { param($Actual)
        if (Test-Nothing $Actual) { return $true }
        if ($Actual.Count -gt 1) { return $false }
        $one = $Actual[0]
        if ($one -is [Collections.IDictionary]) { $one.Count -eq 0 } else { [string]::IsNullOrEmpty($one) } }
    Fails = { param($Actual, $With, $Because) "Expected `$null or empty,$Because but got $(Format-Single $Actual)." }
    FailsNot = { param($Actual, $With, $Because) "Expected a value,$Because but got `$null or empty." }
}

$script:Operators.BeOfType = @{
    Alias = 'HaveType'; Parameters = 'ExpectedType'; Test = { param($Actual, $With) $Actual -is (ConvertTo-Type $With.ExpectedType) }
    Fails = { param($Actual, $With, $Because) Format-TypeFailure $Actual $With.ExpectedType 'to have type' $Because }
    FailsNot = { param($Actual, $With, $Because) Format-TypeFailure $Actual $With.ExpectedType 'to not have type' $Because }
}

function Format-TypeFailure($Actual, $Expected, [string] $Verb, [string] $Because) {
    $type = if ($null -eq $Actual) { '$null' } else { Format-Value $Actual.GetType() }
    "Expected the value $Verb $(Format-Value (ConvertTo-Type $Expected)) or any of its subtypes,$Because " +
    "but got $(Format-Value $Actual) with type $type."
}

function ConvertTo-Type($Type) {
    if ($Type -isnot [string]) { return $Type }
    $name = $Type.Trim('[', ']')
    $found = $name -as [type]
    if (-not $found) { throw [ArgumentException]"There is no type [$name]. Is its assembly loaded?" }
    $found
}
