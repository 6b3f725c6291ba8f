# How messages show values.

function Format-Value($Value) {
    if ($null -eq $Value) { return '$null' }
    if ($Value -is [bool]) { return '$' + "$Value".ToLowerInvariant() }
    if ($Value -is [string]) { return $(if ($Value -eq '') { '<empty>' } else { "'$Value'" }) }
    if ($Value -is [datetime]) { return $Value.ToString('o') }
    if ($Value -is [type]) { return "[$Value]" }
    if ($Value -is [scriptblock]) { return "{$Value}" }
    if ($Value -is [Collections.IDictionary]) {
        return '@{' + (@(foreach ($key in $Value.Keys) { "$key=$(Format-Value $Value[$key])" }) -join '; ') + '}'
    }
    if ($Value -is [Collections.IEnumerable]) { return Format-List $Value }
    [string]$Value
}

# Ten are enough to see what it is.
function Format-List($Values) {
    $all = @($Values)
    $shown = foreach ($value in $all[0..9]) { Format-Value $value }
    if (-not $all) { return '@()' }
    $more = if ($all.Count -gt 10) { ", ...$($all.Count - 10) more" }
    '@(' + (@($shown)[0..([Math]::Min($all.Count, 10) - 1)] -join ', ') + "$more)"
}

# ' because it matters,', or nothing.
function Format-Because([string] $Because) {
    $reason = $Because.Trim()
    if (-not $reason) { return '' }
    " because $($reason -replace '^because\s+'),"
}

# A single element reads better without its array.
function Format-Single($Value) {
    if ($Value -is [array] -and $Value.Count -eq 1) { return Format-Value $Value[0] }
    Format-Value $Value
}

# Two strings that should be the same, and the place where they part.
function Format-StringDifference([string] $Expected, [string] $Actual, [bool] $CaseSensitive, [string] $Because) {
    $index = 0
    while ($index -lt $Expected.Length -and $index -lt $Actual.Length) {
        $same = if ($CaseSensitive) { $Expected[$index] -ceq $Actual[$index] } else { $Expected[$index] -eq $Actual[$index] }
        if (-not $same) { break }
        $index++
    }
    $lengths = if ($Expected.Length -eq $Actual.Length) { "String lengths are both $($Actual.Length)." }
    else { "Expected length: $($Expected.Length)`nActual length:   $($Actual.Length)" }
    @(
        "Expected strings to be the same,$(Format-Because $Because) but they were different."
        $lengths
        "Strings differ at index $index."
        "Expected: '$(Format-Control $Expected)'"
        "But was:  '$(Format-Control $Actual)'"
        ' ' * 11 + '-' * (Format-Control $Actual.Substring(0, $index)).Length + '^'
    ) -join "`n"
}

function Format-Control([string] $Text) {
    $Text.Replace("`n", '\n').Replace("`r", '\r').Replace("`t", '\t').Replace("`0", '\0').Replace("`b", '\b').Replace("`e", '\e')
}

function Join-And([string[]] $Items) {
    if ($Items.Count -lt 2) { return "$Items" }
    "$($Items[0..($Items.Count - 2)] -join ', ') and $($Items[-1])"
}
