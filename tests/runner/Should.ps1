# Should itself. Its parameters are made from the table of operators: a parameter set each, so that the engine refuses
# what does not belong together.

function Get-ShouldParameter {
    $sets = [ordered]@{}
    foreach ($name in $script:Operators.Keys) {
        $position = 0
        foreach ($parameter in $script:Operators[$name].Parameters) {
            if ($sets[$parameter]) { $sets[$parameter] += "`n" } else { $sets[$parameter] = '' }
            $sets[$parameter] += "[Parameter(ParameterSetName = '$name'$(if (-not $parameter.StartsWith('[switch]')) { ", Position = $position" }))]"
            $position++
        }
    }
    '[Parameter(ValueFromPipeline)] [object] $ActualValue'
    '[switch] $Not'
    '[string] $Because'
    foreach ($name in $script:Operators.Keys) {
        $alias = if ($script:Operators[$name].Alias) { "[Alias('$($script:Operators[$name].Alias)')] " }
        "[Parameter(Mandatory, ParameterSetName = '$name')] $alias[switch] `$$name"
    }
    foreach ($parameter in $sets.Keys) {
        $type, $name = if ($parameter -match '^(\[.+\]) (\w+)$') { $Matches[1], $Matches[2] } else { '', $parameter }
        "$($sets[$parameter]) $type `$$name"
    }
}

. ([scriptblock]::Create(@"
function Should {
    [CmdletBinding()]
    param(
$((Get-ShouldParameter) -join ",`n")
    )
    begin { `$values = [Collections.Generic.List[object]]::new() }
    process { `$values.Add(`$ActualValue) }
    end { Invoke-Should `$PSCmdlet.ParameterSetName `$values `$PSBoundParameters `$MyInvocation }
}
"@))

function Invoke-Should([string] $Name, $Values, $Bound, $Caller) {
    $operator = $script:Operators[$Name]
    $with = @{}
    foreach ($entry in $Bound.GetEnumerator()) {
        if ($entry.Key -notin 'ActualValue', 'Not', 'Because', $Name) { $with[$entry.Key] = $entry.Value }
    }
    $negate = [bool]$Bound['Not']
    $because = Format-Because $Bound['Because']

    if ($operator.Takes -eq 'All') { return Assert-Operator $operator $Values.ToArray() $with $because $negate $Caller }
    if ($Values.Count -eq 0) { $Values.Add($null) }
    foreach ($value in $Values) { Assert-Operator $operator $value $with $because $negate $Caller }
}

function Assert-Operator($Operator, $Actual, $With, [string] $Because, [bool] $Negate, $Caller) {
    if ($Operator.Judge) {
        $verdict = & $Operator.Judge $Actual $With $Because $Negate
    }
    else {
        $holds = [bool](& $Operator.Test $Actual $With)
        $verdict = if ($holds -ne $Negate) { @{} }
        else { @{ Message = & $(if ($Negate) { $Operator.FailsNot } else { $Operator.Fails }) $Actual $With $Because } }
    }
    if ($verdict.Message) {
        throw [Management.Automation.ErrorRecord]::new([Exception]::new($verdict.Message), 'ShouldFailed', 'InvalidResult', (Get-CallSite $Caller))
    }
    if ($verdict.ContainsKey('Output')) { $verdict.Output }
}
