<#
What a run says: a line a test on the console, and in the result file one JSON object a line:

    {"kind":"test","file":..,"path":["Describe","Context","It"],"outcome":"passed|failed|skipped","message":..,"location":"file:line","seconds":0.01}
    {"kind":"file","file":..,"outcome":"passed|failed","message":..,"passed":1,"failed":0,"skipped":0,"seconds":0.2}

The file's line comes last. A file without it has crashed its engine, or a test has called exit.
#>
# Lines of a stack that say nothing about the test: this folder's files, and Should, which has none.
$script:OwnFrame = '{0}[\\/][\w.]+: |<No file>: ' -f [regex]::Escape($PSScriptRoot)
$script:Totals = @{ passed = 0; failed = 0; skipped = 0 }

function Write-TestResult {
    param([string[]] $Path, [string] $Outcome, $Errors, [string] $Location, [double] $Seconds, [string] $Prefix)

    $script:Totals[$Outcome]++
    $message = @(foreach ($each in $Errors) { $Prefix + (Format-Failure $each) }) -join "`n"
    $at = if ($Outcome -eq 'failed' -and $Errors) { Get-FailureLocation @($Errors)[0] $Location } else { $Location }

    Write-Console ('{0} {1} ({2:0.000} s)' -f @{ passed = '[+]'; failed = '[-]'; skipped = '[!]' }[$Outcome], ($Path -join ' > '), $Seconds)
    if ($message) { Write-Console "    $(if ($Outcome -eq 'failed') { "at ${at}: " })$($message.Replace("`n", "`n    "))" }
    Write-Record ([ordered]@{
        kind = 'test'; file = $script:Current.File; path = $Path; outcome = $Outcome; message = $message; location = $at; seconds = $Seconds
    })
}

function Write-FileResult([string] $Message, [double] $Seconds) {
    $outcome = if ($Message -or $script:Totals.failed) { 'failed' } else { 'passed' }
    if ($Message) { Write-Console "[-] $($script:Current.File)`n    $($Message.Replace("`n", "`n    "))" }
    Write-Console ('{0}: {1} passed, {2} failed, {3} skipped in {4:0.00} s' -f [IO.Path]::GetFileName($script:Current.File),
        $script:Totals.passed, $script:Totals.failed, $script:Totals.skipped, $Seconds)
    Write-Record ([ordered]@{
        kind = 'file'; file = $script:Current.File; outcome = $outcome; message = $Message; passed = $script:Totals.passed
        failed = $script:Totals.failed; skipped = $script:Totals.skipped; seconds = $Seconds
    })
}

# The message, and for an error that is no failed Should the way that led to it.
function Format-Failure($ErrorRecord) {
    $message = "$($ErrorRecord.Exception.Message)"
    if ($ErrorRecord.FullyQualifiedErrorId -in 'ShouldFailed', 'TestSkipped', 'TestCutShort') { return $message }
    # A bare `throw 'text'` has its text for an id.
    $id = if ($ErrorRecord.FullyQualifiedErrorId -ne $message) { " [$($ErrorRecord.FullyQualifiedErrorId)]" }
    $stack = @("$($ErrorRecord.ScriptStackTrace)" -split '\r?\n').Where{ $_ -and $_ -notmatch $script:OwnFrame }
    (@("$($ErrorRecord.Exception.GetType().Name): $message$id") + $stack) -join "`n"
}

function Get-FailureLocation($ErrorRecord, [string] $Otherwise) {
    if ($ErrorRecord.FullyQualifiedErrorId -eq 'ShouldFailed') { return "$($ErrorRecord.TargetObject)" }
    $call = $ErrorRecord.InvocationInfo
    if ($call -and $call.ScriptName -and [IO.Path]::GetDirectoryName($call.ScriptName) -ne $PSScriptRoot) { return Get-CallSite $call }
    $Otherwise
}

function Write-Record($Record) {
    if (-not $script:Request.ResultPath) { return }
    $plain = [Collections.Generic.Dictionary[string, object]]::new()
    foreach ($entry in $Record.GetEnumerator()) { $plain[$entry.Key] = $entry.Value.psobject.BaseObject }
    $json = [Text.Json.JsonSerializer]::Serialize($plain, $plain.GetType(), [Text.Json.JsonSerializerOptions]$null)
    [IO.File]::AppendAllText($script:Request.ResultPath, "$json`n")
}

# The engine may be without Write-Host.
function Write-Console([string] $Text) { [Console]::Out.WriteLine($Text) }
