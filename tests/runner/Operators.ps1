<#
The operators of Should. Each is an entry of $Operators:

    Parameters  its own parameters, by position; a name may carry a type: '[type] ExceptionType'
    Takes       'One': each piped value by itself. 'All': all piped values at once, as an array
    Test        { param($Actual, $With) } -> whether the positive form holds
    Fails       { param($Actual, $With, $Because) } -> what to say when the positive form should hold and doesn't
    FailsNot    the same for -Not
    Judge       instead of these three, where one look must give verdict, message and result: Throw, HaveParameter

$With holds the operator's own parameters as given. $Because is ready to be put in: ' because it matters,' or ''.
#>
$script:Operators = [ordered]@{}

$same = { param($Actual, $With) Test-Equal $Actual $With.ExpectedValue $false }
$sameExactly = { param($Actual, $With) Test-Equal $Actual $With.ExpectedValue $true }
$script:Operators.Be = @{
    Alias = 'EQ'; Parameters = 'ExpectedValue'; Takes = 'All'; Test = $same
    Fails = { param($Actual, $With, $Because) Format-Difference $Actual $With.ExpectedValue $false $Because }
    FailsNot = { param($Actual, $With, $Because)
        "Expected $(Format-Value $With.ExpectedValue) to be different from the actual value,$Because but got the same value." }
}
$script:Operators.BeExactly = @{
    Alias = 'CEQ'; Parameters = 'ExpectedValue'; Takes = 'All'; Test = $sameExactly
    Fails = { param($Actual, $With, $Because) Format-Difference $Actual $With.ExpectedValue $true $Because }
    FailsNot = { param($Actual, $With, $Because)
        "Expected $(Format-Value $With.ExpectedValue) to be different from the actual value,$Because but got exactly the same value." }
}

function Format-Difference($Actual, $Expected, [bool] $CaseSensitive, [string] $Because) {
    $actualOne, $expectedOne = @($Actual)[0], @($Expected)[0]
    if (@($Actual).Count -eq 1 -and @($Expected).Count -eq 1 -and $actualOne -is [string] -and $expectedOne -is [string]) {
        return Format-StringDifference $expectedOne $actualOne $CaseSensitive $Because
    }
    "Expected$(if ($CaseSensitive) { ' exactly' }) $(Format-Single $Expected),$Because but got $(Format-Single $Actual)."
}

$beTrue = { param($Actual, $With, $Because) "Expected `$true,$Because but got $(Format-Value $Actual)." }
$beFalse = { param($Actual, $With, $Because) "Expected `$false,$Because but got $(Format-Value $Actual)." }
$script:Operators.BeTrue = @{ Test = { param($Actual) [bool]$Actual }; Fails = $beTrue; FailsNot = $beFalse }
$script:Operators.BeFalse = @{ Test = { param($Actual) -not $Actual }; Fails = $beFalse; FailsNot = $beTrue }

# Two pairs; each operator's negation says what its counterpart says.
$greater = { param($Actual, $With, $Because)
    "Expected the actual value to be greater than $(Format-Value $With.ExpectedValue),$Because but got $(Format-Value $Actual)." }
$greaterOrEqual = { param($Actual, $With, $Because)
    "Expected the actual value to be greater than or equal to $(Format-Value $With.ExpectedValue),$Because but got $(Format-Value $Actual)." }
$less = { param($Actual, $With, $Because)
    "Expected the actual value to be less than $(Format-Value $With.ExpectedValue),$Because but got $(Format-Value $Actual)." }
$lessOrEqual = { param($Actual, $With, $Because)
    "Expected the actual value to be less than or equal to $(Format-Value $With.ExpectedValue),$Because but got $(Format-Value $Actual)." }
$script:Operators.BeGreaterThan = @{
    Alias = 'GT'; Parameters = 'ExpectedValue'; Fails = $greater; FailsNot = $lessOrEqual
    Test = { param($Actual, $With) -not ($Actual -le $With.ExpectedValue) }
}
$script:Operators.BeLessOrEqual = @{
    Alias = 'LE'; Parameters = 'ExpectedValue'; Fails = $lessOrEqual; FailsNot = $greater
    Test = { param($Actual, $With) -not ($Actual -gt $With.ExpectedValue) }
}
$script:Operators.BeLessThan = @{
    Alias = 'LT'; Parameters = 'ExpectedValue'; Fails = $less; FailsNot = $greaterOrEqual
    Test = { param($Actual, $With) -not ($Actual -ge $With.ExpectedValue) }
}
$script:Operators.BeGreaterOrEqual = @{
    Alias = 'GE'; Parameters = 'ExpectedValue'; Fails = $greaterOrEqual; FailsNot = $less
    Test = { param($Actual, $With) -not ($Actual -lt $With.ExpectedValue) }
}

$wildcard = { param($Actual, $With, $Because)
    "Expected like wildcard $(Format-Value $With.ExpectedValue) to match $(Format-Value $Actual),$Because but it did not match." }
$notWildcard = { param($Actual, $With, $Because)
    "Expected like wildcard $(Format-Value $With.ExpectedValue) to not match $(Format-Value $Actual),$Because but it did match." }
$script:Operators.BeLike = @{
    Parameters = 'ExpectedValue'; Fails = $wildcard; FailsNot = $notWildcard; Test = { param($Actual, $With) $Actual -like $With.ExpectedValue }
}
$script:Operators.BeLikeExactly = @{
    Parameters = 'ExpectedValue'; Fails = $wildcard; FailsNot = $notWildcard; Test = { param($Actual, $With) $Actual -clike $With.ExpectedValue }
}

$regex = { param($Actual, $With, $Because)
    "Expected regular expression $(Format-Value $With.RegularExpression) to match $(Format-Value $Actual),$Because but it did not match." }
$notRegex = { param($Actual, $With, $Because)
    "Expected regular expression $(Format-Value $With.RegularExpression) to not match $(Format-Value $Actual),$Because but it did match." }
$script:Operators.Match = @{
    Parameters = 'RegularExpression'; Fails = $regex; FailsNot = $notRegex
    Test = { param($Actual, $With) $Actual -match $With.RegularExpression }
}
$script:Operators.MatchExactly = @{
    Alias = 'CMATCH'; Parameters = 'RegularExpression'; Fails = $regex; FailsNot = $notRegex
    Test = { param($Actual, $With) $Actual -cmatch $With.RegularExpression }
}
