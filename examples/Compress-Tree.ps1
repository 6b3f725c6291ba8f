<#
.SYNOPSIS
Compresses the files of a tree by a native tool, in parallel, with a log from which it goes on where it was cut short.

.DESCRIPTION
Each file below the paths is compressed by gzip, or another tool that is called the same way, one process of the tool for each
file, as many at a time as there are processors. A file whose tool ends with an exit code that is not 0, or that takes too long, is
an error that names it; the rest goes on. The error is tried again once. A file whose compressed one is there already is an error, too,
but with -Force.

The log has a line for each try, in JSON. Called again with the same log, the script skips what is done, so that a run that was
ended by Ctrl-C or by a restart of the machine goes on. A file that has changed since is done again.

Ends with one line: files compressed, skipped and failed, and the bytes before and after.

.PARAMETER Path
Folders to compress, with all below them, or single files. Links are not followed.

.PARAMETER Tool
A program that compresses a file in place by `TOOL -- FILE` and adds its extension: gzip, bzip2, xz.

.PARAMETER Force
Write over compressed files that are there: of a file that has changed since, or that a run was at when it was ended.

.PARAMETER Keep
Leave the original file beside the compressed one.

.PARAMETER LogPath
The log. Without it nothing is remembered.

.PARAMETER TaskTimeout
The most seconds that one file may take.

.PARAMETER ThrottleLimit
The most files at a time; by default one for each processor.

.EXAMPLE
./Compress-Tree.ps1 /var/log/old -LogPath compress.jsonl

.EXAMPLE
./Compress-Tree.ps1 ~/backup -Tool xz -Keep -WhatIf
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    [Parameter(Mandatory, Position = 0)]
    [string[]] $Path,

    [ValidateSet('gzip', 'bzip2', 'xz')]
    [string] $Tool = 'gzip',

    [switch] $Force,

    [switch] $Keep,

    [string] $LogPath,

    [ValidateRange(1, 86400)]
    [int] $TaskTimeout = 3600,

    [ValidateRange(1, 1024)]
    [int] $ThrottleLimit = [Environment]::ProcessorCount
)

Set-StrictMode -Version 3
if (-not (Get-Command $Tool -CommandType Application -ErrorAction Ignore)) {
    Write-Error "There is no program '$Tool'. Install it, or name another with -Tool." -ErrorId ToolNotFound -Category ObjectNotFound -ErrorAction Stop
}

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../ProcConcurrency.psd1" -ErrorAction Stop
}

# What has the extension already is done, or is somebody else's archive. The largest come first, so that none is left for one
# worker at the end. Time and size are part of the input, so that a log knows a file that has changed since.
$extension = @{ gzip = '.gz'; bzip2 = '.bz2'; xz = '.xz' }[$Tool]
$log = $LogPath ? $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($LogPath) : ''
$found = Get-Item -LiteralPath $Path -Force -ErrorAction Stop |
    ForEach-Object { $_.PSIsContainer -and -not $_.LinkType ? (Get-ChildItem -LiteralPath $_ -Recurse -File -Force -Attributes !ReparsePoint) : $_ } |
    Where-Object { -not $_.PSIsContainer -and -not $_.LinkType -and $_.Extension -notin '.gz', '.bz2', '.xz' -and $_.FullName -cne $log }
$files = @(
    $found | Sort-Object FullName -Unique -CaseSensitive | Sort-Object Length -Descending |
        ForEach-Object { [pscustomobject]@{ File = $_.FullName; Length = $_.Length; Written = $_.LastWriteTimeUtc } }
)
$chosen = @($files | Where-Object { $PSCmdlet.ShouldProcess($_.File, "Compress with $Tool") })
if (-not $chosen) {
    return
}

$how = @{ TaskTimeout = $TaskTimeout; RetryCount = 1; ThrottleLimit = $ThrottleLimit; Detailed = $true }
if ($LogPath) {
    $how += @{ LogPath = $LogPath; Resume = $true }
}

$switches = @(if ($Force) { '-f' }; if ($Keep) { '-k' }; '--')
$records = @($chosen | Invoke-ProcPool @how {
    $target = $_.File + $using:extension
    if (-not $using:Force -and (Test-Path -LiteralPath $target)) {
        return Write-Error "'$target' is there already. -Force writes over it." -ErrorId TargetExists -Category ResourceExists -TargetObject $_.File
    }

    $said = & $using:Tool @using:switches $_.File 2>&1
    if ($LASTEXITCODE) {
        Write-Error "$using:Tool ended with $LASTEXITCODE for '$($_.File)': $said" -ErrorId ToolFailed -Category NotSpecified -TargetObject $_.File
    } else {
        (Get-Item -LiteralPath $target -Force).Length
    }
})
$records | ForEach-Object Error | ForEach-Object { $PSCmdlet.WriteError($_) }

$good = @($records | Where-Object Status -EQ Done)
$before = [long] ($good | ForEach-Object InputObject | Measure-Object Length -Sum)?.Sum
$after = [long] ($good | ForEach-Object Output | Measure-Object -Sum)?.Sum
"$($good.Count) files compressed, $($chosen.Count - $records.Count) skipped, $($records.Count - $good.Count) failed; $before bytes became $after"
