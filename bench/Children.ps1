# 20 started at once, all waited for; in a session where one has run before.
$results = Measure-Side ([ordered]@{
    ours = {
        Measure-Engine $Engines.Own @"
Import-Module '$Manifest'
`$null = Start-ChildProcess { 1 } | Wait-ChildProcess
`$clock = [Diagnostics.Stopwatch]::StartNew()
`$all = 1..20 | ForEach-Object { Start-ChildProcess { 1 } }
`$null = `$all | Wait-ChildProcess
's=' + `$clock.Elapsed.TotalSeconds.ToString([cultureinfo]::InvariantCulture)
`$wrong = @(`$all | Where-Object { `$_.ExitCode -ne 0 })
if (`$wrong.Count) { throw "`$(`$wrong.Count) of 20 ended with `$(`$wrong.ExitCode)" }
"@
    }
    'Start-Job' = {
        Measure-Engine pwsh @'
$null = Start-Job { 1 } | Wait-Job
$clock = [Diagnostics.Stopwatch]::StartNew()
$all = 1..20 | ForEach-Object { Start-Job { 1 } }
$null = $all | Wait-Job
if (@($all | Where-Object { $_.State -ne 'Completed' }).Count) { throw 'some jobs failed' }
's=' + $clock.Elapsed.TotalSeconds.ToString([cultureinfo]::InvariantCulture)
'@
    }
    'Python' = { Measure-Python children.py 20 }
}) $Runs
New-Row '20 children started and finished' $results s s
