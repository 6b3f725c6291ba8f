# Should -Be's idea of equality: everything is a list; a list of one is its element; nothing, $null and @($null) are one.

function Test-Equal {
    param([object[]] $Actual, [object[]] $Expected, [bool] $CaseSensitive, [int] $Depth = 0)

    if ($Depth -gt 100) { throw 'Arrays nest more than 100 deep. Does one contain itself?' }
    $actualEmpty = Test-Nothing $Actual
    $expectedEmpty = Test-Nothing $Expected
    if ($actualEmpty -or $expectedEmpty) { return $actualEmpty -and $expectedEmpty }
    if ($Actual.Count -ne $Expected.Count) { return $false }

    for ($index = 0; $index -lt $Actual.Count; $index++) {
        $left, $right = $Expected[$index], $Actual[$index]
        $same = if ($left -is [array] -or $right -is [array]) { Test-Equal $right $left $CaseSensitive ($Depth + 1) }
        elseif ($CaseSensitive) { $left -ceq $right }
        else { $left -eq $right }
        if (-not $same) { return $false }
    }
    $true
}

function Test-Nothing([object[]] $Values) {
    $null -eq $Values -or $Values.Count -eq 0 -or ($Values.Count -eq 1 -and $null -eq $Values[0])
}
