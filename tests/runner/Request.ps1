# What run.ps1 asks for: the files, the tags, where results go.

$script:Request = $null

function Set-TestRequest {
    param([string] $Path, [string] $ResultPath, [string] $Tag, [string] $ExcludeTag, [hashtable] $Scope)
    $script:Current.Scope = $Scope
    $script:Request = @{
        Path       = @(foreach ($file in $Path.Split([IO.Path]::PathSeparator)) { Resolve-File $file })
        ResultPath = if ($ResultPath) { Resolve-File $ResultPath }
        Tag        = @($Tag.Split([char]',', [StringSplitOptions]::RemoveEmptyEntries))
        ExcludeTag = @($ExcludeTag.Split([char]',', [StringSplitOptions]::RemoveEmptyEntries))
    }
}

# Returns the exit code.
function Invoke-TestRequest {
    $failures = 0
    foreach ($file in $script:Request.Path) { $failures += Invoke-TestFile $file }
    [Math]::Min($failures, 255)
}

function Invoke-TestFile([string] $Path) {
    $script:Current.File = $Path
    $script:Totals = @{ passed = 0; failed = 0; skipped = 0 }
    $clock = [Diagnostics.Stopwatch]::StartNew()
    $message = ''
    try {
        if (-not [IO.File]::Exists($Path)) { throw "There is no file $Path." }
        $root = Find-TestInFile $Path
        Select-TestByTag $root $script:Request.Tag $script:Request.ExcludeTag
        New-TestDrive
        $script:Current.Phase = 'Run'
        try { Invoke-BlockNode $root }
        finally {
            $script:Current.Phase = ''
            Remove-TestDrive
        }
    }
    catch {
        $message = "$(Get-FailureLocation $_ "${Path}:1"): $(Format-Failure $_)"
    }
    Write-FileResult -Message $message -Seconds $clock.Elapsed.TotalSeconds
    $script:Totals.failed + [int][bool]$message
}

function Resolve-File([string] $Path) { $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Path) }
