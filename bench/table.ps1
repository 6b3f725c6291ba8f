# From figures to the rows of the table.

# One number of a result, or null where the measurement failed.
function Get-Figure($Result, [string] $Key) {
    if ($Result -is [hashtable] -and $Result.ContainsKey($Key)) { $Result[$Key] }
}

# Whether ours is at most, or at least, so much, or at most such a share of a peer's; null where nothing says.
function Test-Most($Sides, [string] $Key, [double] $Most) {
    $ours = Get-Figure $Sides['ours'] $Key
    if ($null -ne $ours) { $ours -le $Most }
}

function Test-Least($Sides, [string] $Key, [double] $Least) {
    $ours = Get-Figure $Sides['ours'] $Key
    if ($null -ne $ours) { $ours -ge $Least }
}

function Test-Share($Sides, [string] $Peer, [string] $Key, [double] $Share) {
    $theirs = Get-Figure $Sides[$Peer] $Key
    if ($null -ne $theirs) { Test-Most $Sides $Key ($Share * $theirs) }
}

function Test-Both($One, $Other) {
    if ($null -ne $One -and $null -ne $Other) { $One -and $Other }
}

function Format-Figure([double] $Value, [string] $Unit) {
    switch ($Unit) {
        'ms' { $Value.ToString('N0', $Invariant) + ' ms' }
        's' { $Value.ToString('N2', $Invariant) + ' s' }
        'MB' { $Value.ToString('N1', $Invariant) + ' MB' }
        default { $Value.ToString('N0', $Invariant) + $Unit }
    }
}

# A cell: the figure, and how many times as good ours is; or why there is none.
function Format-Cell($Result, [string] $Key, [string] $Unit, $Ours) {
    $value = Get-Figure $Result $Key
    if ($null -eq $value) {
        if ($null -eq $Result -or $Result -is [hashtable]) { return '-' }
        if ("$Result" -match '^no (python3|ThreadJob|xargs)$') { return "$Result" }
        $script:Failures.Add("$Activity, $($Key): $Result")
        return 'failed'
    }

    $text = Format-Figure $value $Unit
    if ($null -ne $Ours -and $Ours -gt 0 -and $value -gt 0) {
        $times = if ($Unit -eq '/s') { $Ours / $value } else { $value / $Ours }
        $text += ' (' + $times.ToString($(if ($times -ge 10) { 'N0' } else { 'N2' }), $Invariant) + ' x)'
    }

    $text
}

# The cell of the engine alone: the figure, how much more ours is, and ours divided by it.
function Format-Alone($Result, [string] $Key, [string] $Unit, $Ours) {
    $text = Format-Cell $Result $Key $Unit
    $value = Get-Figure $Result $Key
    if ($null -ne $value -and $null -ne $Ours) {
        $places = if ($Unit -eq 's') { '+0.00;-0.00' } else { '+0;-0' }
        $text += ' (' + ($Ours - $value).ToString($places, $Invariant) + ', ' + ($Ours / $value).ToString('0.00', $Invariant) + ' x)'
    }

    $text
}

# A row of the table. Met: true, false, or null where nothing says.
function New-Row([string] $What, $Sides, [string] $Key, [string] $Unit, [string] $Reach = '', $Met = $null) {
    $ours = Get-Figure $Sides['ours'] $Key
    $row = [ordered]@{ What = $What; ProcConcurrency = Format-Cell $Sides['ours'] $Key $Unit }
    $row['engine alone'] = Format-Alone $Sides['engine alone'] $Key $Unit $ours
    foreach ($peer in 'Start-Job', 'Start-ThreadJob', 'ForEach-Object -Parallel', 'Python') {
        $row[$peer] = Format-Cell $Sides[$peer] $Key $Unit $ours
    }

    $row['reach'] = if ($Reach) { $Reach } else { '-' }
    $row['reached'] = if (-not $Reach) { '-' } elseif ($null -eq $Met) { 'not measured' } elseif ($Met) { 'yes' } else { 'NO' }
    $row
}
