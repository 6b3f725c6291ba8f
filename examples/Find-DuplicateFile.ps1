<#
.SYNOPSIS
Finds files with equal content, in parallel over worker processes.

.DESCRIPTION
Lists all files below the paths, puts files of equal size side by side, and reads those alone: worker processes take
their SHA-256 through Invoke-ProcPool. Files whose hashes are equal make a group.

Ends with a table of groups, those that waste most first, and one line with the files and bytes seen and read, the
seconds and the workers. What a group wastes is its size times all files but one.

Symbolic links are not followed, except where -Path itself is one. Empty files are left out: they waste nothing. Hard
links to one file count as duplicates of each other, although removing one of them frees nothing.

A file or folder that can't be read is an error with the id FileUnreadable that names it; the rest goes on. That
includes names that are not well-formed UTF-8, which .NET can list but not open.

.PARAMETER Path
The folders to search, with all below them, or single files. Wildcards are not expanded. From a shell, separate them by
spaces.

.PARAMETER MinimumSize
Leave out files with fewer bytes than this.

.PARAMETER ThrottleLimit
The most worker processes at a time; by default one for each processor.

.PARAMETER AsJson
Print the groups alone, as one JSON array of objects with Hash, Size, Count, WastedBytes and Files.

.PARAMETER PassThru
Write the groups alone, as objects with the same properties.

.EXAMPLE
./Find-DuplicateFile.ps1 -Path /usr/share/doc

.EXAMPLE
./Find-DuplicateFile.ps1 -Path ~/Pictures, /mnt/backup -MinimumSize 1MB -PassThru | ForEach-Object { $_.Files -join "`n"; '' }
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [string[]] $Path,

    # A shell's command line can't write an array: -Path one two.
    [Parameter(ValueFromRemainingArguments, DontShow)]
    [string[]] $MorePath,

    [ValidateRange(1, [long]::MaxValue)]
    [long] $MinimumSize = 1,

    [ValidateRange(1, 1024)]
    [int] $ThrottleLimit = [Environment]::ProcessorCount,

    [switch] $AsJson,

    [switch] $PassThru
)

Set-StrictMode -Version 3
$clock = [Diagnostics.Stopwatch]::StartNew()

# The path with all links on the way to it resolved, so that no file is met twice under two names.
function Resolve-Link([string] $Path) {
    $parent = Split-Path -LiteralPath $Path
    if (-not $parent) {
        return $Path
    }

    $real = Join-Path (Resolve-Link $parent) (Split-Path $Path -Leaf)
    $target = (Get-Item -LiteralPath $real -Force -ErrorAction Stop).ResolveLinkTarget($true)
    if ($target) { Resolve-Link $target.FullName } else { $real }
}

function Get-RootItem([string] $Path) {
    try {
        Get-Item -LiteralPath (Resolve-Link (Convert-Path -LiteralPath $Path -ErrorAction Stop)) -Force -ErrorAction Stop
    } catch {
        Write-Error "There is no file or folder '$Path'." -ErrorId PathNotFound -Category ObjectNotFound -TargetObject $Path -ErrorAction Stop
    }
}

function Write-UnreadableError([string] $File, [string] $Reason) {
    Write-Error "'$File' can't be read: $Reason" -ErrorId FileUnreadable -Category ReadError -TargetObject $File
}

# The files named and those below the folders, links left out; what can't be read is an error.
function Get-RegularFile([IO.FileSystemInfo[]] $Root) {
    $Root | Where-Object { -not $_.PSIsContainer }
    $Root | Where-Object PSIsContainer | Get-ChildItem -Recurse -Force -ErrorAction SilentlyContinue -ErrorVariable unlisted | ForEach-Object {
        if ([int] $_.Attributes -eq -1) {
            # It is listed, but it isn't there under the name that .NET made of it.
            Write-UnreadableError $_.FullName 'It is gone, or its name is not well-formed UTF-8.'
        } elseif (-not $_.PSIsContainer -and -not $_.Attributes.HasFlag([IO.FileAttributes]::ReparsePoint)) {
            $_
        }
    }

    $unlisted | ForEach-Object { Write-UnreadableError $_.TargetObject $_.Exception.Message }
}

# Runs in the workers. The stream is opened here, because Get-FileHash takes a backslash in a name for the end of a folder.
$measure = {
    $file = $_
    try {
        $stream = [IO.File]::OpenRead($file)
        try {
            $hash = Get-FileHash -InputStream $stream -Algorithm SHA256 -ErrorAction Stop
            [pscustomobject]@{ File = $file; Hash = $hash.Hash.ToLower(); Size = $stream.Position; Worker = $PID }
        } finally {
            $stream.Dispose()
        }
    } catch {
        $reason = $_.Exception.GetBaseException().Message
        Write-Error "'$file' can't be read: $reason" -ErrorId FileUnreadable -Category ReadError -TargetObject $file
    }
}

$places = @($Path; $MorePath) | Where-Object { $_ }
if (-not $places) {
    Write-Error 'Say where to search, with -Path.' -ErrorId PathMissing -Category InvalidArgument -ErrorAction Stop
}

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../ProcConcurrency.psd1" -ErrorAction Stop
}

$roots = foreach ($place in $places) { Get-RootItem $place }

# Folders may lie in each other. Not a hashtable: it would take names that differ in upper and lower case for the same.
$seen = [Collections.Generic.HashSet[string]]::new()
$bytes = 0
$files = @(
    foreach ($file in Get-RegularFile $roots) {
        if ($seen.Add($file.FullName)) {
            $bytes += $file.Length
            $file
        }
    }
)

# The largest first: what takes longest must not be left for one worker at the end.
$candidates = $files | Where-Object Length -GE $MinimumSize | Group-Object Length | Where-Object Count -GT 1 |
    ForEach-Object Group | Sort-Object Length -Descending | ForEach-Object FullName
$results = @(if ($candidates) { $candidates | Invoke-ProcPool $measure -ThrottleLimit $ThrottleLimit -Unordered })

$groups = @(
    $results | Where-Object Size -GE $MinimumSize | Group-Object Hash | Where-Object Count -GT 1 | ForEach-Object {
        $size = $_.Group[0].Size
        $names = [string[]] ($_.Group.File | Sort-Object)
        [pscustomobject]@{ Hash = $_.Name; Size = $size; Count = $_.Count; WastedBytes = $size * ($_.Count - 1); Files = $names }
    } | Sort-Object -Property @{ Expression = 'WastedBytes'; Descending = $true }, Hash
)

if ($AsJson) {
    ConvertTo-Json -InputObject $groups -Depth 3
    return
}

if ($PassThru) {
    $groups
    return
}

if ($groups) {
    $row = '{0,-64}  {1,14}  {2,7}  {3,14}  {4}'
    $row -f 'Hash', 'Size', 'Count', 'WastedBytes', 'FirstFile'
    $row -f ('-' * 64), ('-' * 14), ('-' * 7), ('-' * 14), ('-' * 9)
    foreach ($group in $groups) {
        $row -f $group.Hash, $group.Size, $group.Count, $group.WastedBytes, ($group.Files[0] -replace '[\p{Cc}]', '?')
    }

    ''
}

$bytesRead = [long] ($results | Measure-Object Size -Sum).Sum
$workers = @($results | ForEach-Object Worker | Sort-Object -Unique)
$seconds = $clock.Elapsed.TotalSeconds.ToString('0.00', [cultureinfo]::InvariantCulture)
"$($files.Count) files, $bytes bytes ($($results.Count) files, $bytesRead bytes read); $seconds seconds; $($workers.Count) workers; groups of duplicates: $($groups.Count)"
