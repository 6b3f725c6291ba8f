# From the call to the first object, in a fresh session that has the module imported: its first child. Beside it the
# engine alone, from the start of its process to its first line.
$most = 60
foreach ($kind in 'pwsh', 'embedded') {
    $sides = [ordered]@{
        ours = {
            Measure-Engine $kind @"
Import-Module '$Manifest'
`$clock = [Diagnostics.Stopwatch]::StartNew()
Start-ChildProcess { 1 } | Receive-ChildProcess -Wait | ForEach-Object { 'ms=' + `$clock.Elapsed.TotalMilliseconds.ToString([cultureinfo]::InvariantCulture) }
"@
        }
        'engine alone' = { Measure-FirstLine $kind 1 }
    }
    if ($kind -eq 'pwsh') {
        $sides['Start-Job'] = {
            Measure-Engine pwsh @'
$clock = [Diagnostics.Stopwatch]::StartNew()
Start-Job { 1 } | Receive-Job -Wait | ForEach-Object { 'ms=' + $clock.Elapsed.TotalMilliseconds.ToString([cultureinfo]::InvariantCulture) }
'@
        }
        $sides['Python'] = { Measure-Python first.py }
    }

    $results = Measure-Side $sides ([Math]::Max($Runs, $(if ($Quick) { 2 } else { 7 })))
    $ours = Get-Figure $results['ours'] ms
    $alone = Get-Figure $results['engine alone'] ms
    $job = Get-Figure $results['Start-Job'] ms
    $reach = "alone + $most ms"
    $met = if ($null -ne $ours -and $null -ne $alone) { $ours -le $alone + $most }
    if ($kind -eq 'pwsh') {
        $reach += ', 0.75 of Start-Job'
        $met = if ($null -ne $met -and $null -ne $job) { $met -and $ours -le 0.75 * $job }
    }

    New-Row "start to first output, cold, $kind" $results ms ms $reach $met
}
