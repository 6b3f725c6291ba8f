# Import-Module in a fresh process.
$results = Measure-Side ([ordered]@{
    ours = {
        Measure-Engine {
            $clock = [Diagnostics.Stopwatch]::StartNew()
            Import-Module $Manifest
            "ms=$($clock.Elapsed.TotalMilliseconds)"
        }
    }
}) $Runs
New-Row 'import of the module, pwsh' $results ms ms '60 ms' (Test-Most $results ms 60)

# The same in a runspace that has no module yet, beside the engine's own everyday module.
$bare = {
    $runspace = [runspacefactory]::CreateRunspace([initialsessionstate]::CreateDefault2())
    $runspace.Open()
    $shell = [powershell]::Create($runspace).AddCommand('Import-Module').AddArgument($module)
    $clock = [Diagnostics.Stopwatch]::StartNew()
    $null = $shell.Invoke()
    "ms=$($clock.Elapsed.TotalMilliseconds)"
    if ($shell.HadErrors) { throw $shell.Streams.Error[0] }
}
$results = Measure-Side ([ordered]@{
    ours = { Measure-Engine $bare @{ module = '$Manifest' } }
    'engine alone' = { Measure-Engine $bare @{ module = "'Microsoft.PowerShell.Utility'" } }
}) $Runs
New-Row 'import of the module, bare runspace (engine: Microsoft.PowerShell.Utility)' $results ms ms
