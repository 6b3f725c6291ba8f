# Operators that run or look at a command: Throw and HaveParameter.

$script:Operators.Throw = @{
    Parameters = '[string] ExpectedMessage', '[string] ErrorId', '[type] ExceptionType', '[switch] PassThru'
    Judge = { param($Actual, $With, $Because, $Negate)
        if ($Actual -isnot [scriptblock]) {
            throw [ArgumentException]'Should -Throw and Should -Not -Throw take a script block: { ... } | Should -Throw.'
        }
        $filtered = foreach ($name in 'ExpectedMessage', 'ErrorId', 'ExceptionType') { if ($With.ContainsKey($name)) { "-$name" } }
        if ($Negate -and $filtered) { throw [ArgumentException]"Should -Not -Throw takes no $(Join-And $filtered): no error may come at all." }

        $thrown = $null
        $finished = $false
        try {
            # The loop catches a stray `break`.
            do {
                $null = & $Actual
                $finished = $true
            } while ($false)
        }
        catch { $thrown = $_ }
        if (-not $thrown -and -not $finished) { throw 'A break or continue outside any loop left the script block of Should -Throw.' }

        if ($Negate) {
            if (-not $thrown) { return @{} }
            $at = if ($thrown.InvocationInfo) { " from $(Get-CallSite $thrown.InvocationInfo)" }
            return @{ Message = "Expected no exception to be thrown,$Because but an exception `"$($thrown.Exception.Message)`" was thrown$at." }
        }
        $message = Get-ThrowProblem $thrown $With $Because
        if ($message) { return @{ Message = $message } }
        if ($With.PassThru) { @{ Output = $thrown } } else { @{} }
    }
}

function Get-ThrowProblem($Thrown, $With, [string] $Because) {
    $wanted = @()
    $buts = @()
    if ($With.ExceptionType) {
        $wanted += "type $(Format-Value $With.ExceptionType)"
        if ($Thrown -and $Thrown.Exception -isnot $With.ExceptionType) { $buts += "the exception type was [$($Thrown.Exception.GetType())]" }
    }
    if (-not [string]::IsNullOrWhiteSpace($With.ExpectedMessage)) {
        $wanted += "message like $(Format-Value ([Management.Automation.WildcardPattern]::Unescape($With.ExpectedMessage)))"
        if ($Thrown -and $Thrown.Exception.Message -notlike $With.ExpectedMessage) { $buts += "the message was $(Format-Value $Thrown.Exception.Message)" }
    }
    if (-not [string]::IsNullOrWhiteSpace($With.ErrorId)) {
        $wanted += "FullyQualifiedErrorId $(Format-Value $With.ErrorId)"
        if ($Thrown -and $Thrown.FullyQualifiedErrorId -notlike $With.ErrorId) {
            $buts += "the FullyQualifiedErrorId was $(Format-Value $Thrown.FullyQualifiedErrorId)"
        }
    }
    if (-not $Thrown) { $buts += 'no exception was thrown' }
    if (-not $buts) { return }

    $at = if ($Thrown -and $Thrown.InvocationInfo) { " from $(Get-CallSite $Thrown.InvocationInfo)" }
    "Expected an exception$(if ($wanted) { " with $(Join-And $wanted)" }) to be thrown,$Because but $(Join-And $buts)$at."
}

$script:Operators.HaveParameter = @{
    Parameters = '[string] ParameterName', 'Type', '[switch] Mandatory', '[string] InParameterSet', '[string[]] Alias'
    Judge = { param($Actual, $With, $Because, $Negate)
        if ($Actual -isnot [Management.Automation.CommandInfo]) {
            throw [ArgumentException]'Should -HaveParameter takes what Get-Command returns.'
        }
        if (-not $With.ParameterName) { throw [ArgumentException]'Should -HaveParameter needs a parameter name.' }
        $details = @($With.Keys).Where{ $_ -ne 'ParameterName' }
        if ($Negate -and $details.Count -gt 1) {
            throw [ArgumentException]"Should -Not -HaveParameter takes one of $(Join-And $details): with more it would be unclear which is not."
        }
        $problems = @(Get-ParameterMismatch $Actual $With)
        if ($Negate) {
            if ($problems) { return @{} }
            return @{ Message = "Expected command $($Actual.Name) to not have a parameter $($With.ParameterName)$(Format-Detail $With),$Because but it has." }
        }
        if (-not $problems) { return @{} }
        @{ Message = "Expected command $($Actual.Name) to have a parameter $($With.ParameterName)$(Format-Detail $With),$Because but $(Join-And $problems)." }
    }
}

function Get-ParameterMismatch($Command, $With) {
    $parameter = $Command.Parameters[$With.ParameterName]
    if (-not $parameter) { return 'the parameter is missing' }
    $attributes = @($parameter.Attributes).Where{ $_ -is [Management.Automation.ParameterAttribute] }
    if ($With.InParameterSet) {
        $attributes = $attributes.Where{ $_.ParameterSetName -eq $With.InParameterSet }
        if (-not $attributes) { return "the parameter is not in the set $($With.InParameterSet)" }
    }
    if ($With.Mandatory -and -not $attributes.Where{ $_.Mandatory }) { "it wasn't mandatory" }
    if ($With.Type -and $parameter.ParameterType -ne (ConvertTo-Type $With.Type)) { "it was of type [$($parameter.ParameterType)]" }
    foreach ($alias in $With.Alias) {
        if ($alias -notin $parameter.Aliases) { "it didn't have an alias '$alias'" }
    }
}

function Format-Detail($With) {
    if ($With.InParameterSet) { " in parameter set $($With.InParameterSet)" }
    if ($With.Mandatory) { ' which is mandatory' }
    if ($With.Type) { " of type [$(ConvertTo-Type $With.Type)]" }
    if ($With.Alias) { " with alias $(Join-And ($With.Alias -replace '^|$', "'"))" }
}
