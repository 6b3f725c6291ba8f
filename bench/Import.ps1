# Import-Module in a fresh process, its first use of anything.
foreach ($kind in 'pwsh', 'embedded') {
    $results = Measure-Side ([ordered]@{
        ours = {
            Measure-Engine $kind @"
`$clock = [Diagnostics.Stopwatch]::StartNew()
Import-Module '$Manifest'
'ms=' + `$clock.Elapsed.TotalMilliseconds.ToString([cultureinfo]::InvariantCulture)
"@
        }
    }) $Runs
    $ours = Get-Figure $results['ours'] ms
    New-Row "import of the module, $kind" $results ms ms '60 ms' $(if ($null -ne $ours) { $ours -le 60 })
}
