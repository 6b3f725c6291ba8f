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

function New-FileError([string] $Id, [string] $Message, [string] $File, [Exception] $Cause, $Category = 'ReadError') {
    [Management.Automation.ErrorRecord]::new([IO.IOException]::new($Message, $Cause), $Id, $Category, $File)
}

# The file or folder itself, all links on the way to it resolved, so that nothing is met twice under two names.
function Resolve-Root([string] $Path) {
    $real = [IO.Path]::GetPathRoot($Path)
    foreach ($part in $Path.Substring($real.Length).Split([IO.Path]::DirectorySeparatorChar, [StringSplitOptions]::RemoveEmptyEntries)) {
        $next = [IO.Path]::Combine($real, $part)
        $target = [IO.Directory]::ResolveLinkTarget($next, $true)
        $real = if ($null -eq $target) { $next } elseif ($target.FullName -eq $next) { $next } else { Resolve-Root $target.FullName }
    }

    $real
}

function Get-RootItem([string] $Path) {
    $full = $PSCmdlet.GetUnresolvedProviderPathFromPSPath($Path)
    try {
        $real = Resolve-Root $full
    } catch [IO.IOException], [UnauthorizedAccessException] {
        $real = $full
    }

    if ([IO.Directory]::Exists($real)) {
        [IO.DirectoryInfo]::new($real)
    } elseif ([IO.File]::Exists($real)) {
        [IO.FileInfo]::new($real)
    } else {
        $PSCmdlet.ThrowTerminatingError((New-FileError PathNotFound "There is no file or folder '$Path'." $Path $null ObjectNotFound))
    }
}

# Every file below a folder; what can't be read is an error, and left out.
function Get-FileBelow([IO.DirectoryInfo[]] $Folder, [Collections.Generic.HashSet[string]] $Seen) {
    $options = [IO.EnumerationOptions]@{ AttributesToSkip = 0; IgnoreInaccessible = $false }
    $folders = [Collections.Generic.Stack[IO.DirectoryInfo]]::new($Folder)
    while ($folders.Count -gt 0) {
        $current = $folders.Pop()
        if (-not $Seen.Add($current.FullName)) {
            continue
        }

        try {
            foreach ($entry in $current.EnumerateFileSystemInfos('*', $options)) {
                $attributes = [int] $entry.Attributes
                if ($attributes -eq -1) {
                    # It is listed, but it isn't there under the name that .NET made of it.
                    Write-UnreadableError $entry.FullName 'It is gone, or its name is not well-formed UTF-8.'
                } elseif ($attributes -band [int] [IO.FileAttributes]::ReparsePoint) {
                    continue
                } elseif ($entry -is [IO.DirectoryInfo]) {
                    $folders.Push($entry)
                } else {
                    $entry
                }
            }
        } catch [IO.IOException], [UnauthorizedAccessException] {
            Write-UnreadableError $current.FullName $_.Exception.Message $_.Exception
        }
    }
}

function Write-UnreadableError([string] $File, [string] $Reason, [Exception] $Cause) {
    $script:PSCmdlet.WriteError((New-FileError FileUnreadable "'$File' can't be read: $Reason" $File $Cause))
}

# Runs in the workers.
$measure = {
    try {
        $stream = [IO.FileStream]::new($_, [IO.FileMode]::Open, [IO.FileAccess]::Read, [IO.FileShare]'ReadWrite, Delete', 65536)
        try {
            $hash = [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData($stream)).ToLowerInvariant()
            [pscustomobject]@{ File = $_; Hash = $hash; Size = $stream.Position; Worker = $PID }
        } finally {
            $stream.Dispose()
        }
    } catch [IO.IOException], [UnauthorizedAccessException] {
        $file = $args[0]
        $reason = $_.Exception.GetBaseException()
        Write-Error -Exception ([IO.IOException]::new("'$file' can't be read: $($reason.Message)", $reason)) -ErrorId FileUnreadable -Category ReadError -TargetObject $file
    }
}

function ConvertTo-JsonText([object[]] $Groups) {
    $memory = [IO.MemoryStream]::new()
    $json = [Text.Json.Utf8JsonWriter]::new($memory, [Text.Json.JsonWriterOptions]@{ Indented = $true })
    $json.WriteStartArray()
    foreach ($group in $Groups) {
        $json.WriteStartObject()
        $json.WriteString('Hash', [string] $group.Hash)
        foreach ($name in 'Size', 'Count', 'WastedBytes') {
            $json.WriteNumber($name, [long] $group.$name)
        }

        $json.WriteStartArray('Files')
        foreach ($file in $group.Files) {
            $json.WriteStringValue([string] $file)
        }

        $json.WriteEndArray()
        $json.WriteEndObject()
    }

    $json.WriteEndArray()
    $json.Dispose()
    [Text.Encoding]::UTF8.GetString($memory.ToArray())
}

$places = @($Path; $MorePath) | Where-Object { $_ }
if (-not $places) {
    $PSCmdlet.ThrowTerminatingError((New-FileError PathMissing 'Say where to search, with -Path.' $null $null InvalidArgument))
}

if (-not (Get-Module ProcConcurrency)) {
    Import-Module ([IO.Path]::Combine($PSScriptRoot, '..', 'ProcConcurrency.psd1')) -ErrorAction Stop
}

$roots = foreach ($place in $places) { Get-RootItem $place }
$folders = [IO.DirectoryInfo[]] @($roots | Where-Object { $_ -is [IO.DirectoryInfo] })
$seen = [Collections.Generic.HashSet[string]]::new([StringComparer]::Ordinal)
$bySize = [Collections.Generic.SortedDictionary[long, Collections.Generic.List[string]]]::new()
[long] $files = 0
[long] $bytes = 0
$nextShow = 500
& {
    $roots | Where-Object { $_ -is [IO.FileInfo] }
    Get-FileBelow $folders $seen
} | ForEach-Object {
    if ($seen.Add($_.FullName)) {
        $files++
        $bytes += $_.Length
        if ($_.Length -ge $MinimumSize) {
            $same = $null
            if (-not $bySize.TryGetValue($_.Length, [ref] $same)) {
                $same = [Collections.Generic.List[string]]::new()
                $bySize.Add($_.Length, $same)
            }

            $same.Add($_.FullName)
        }

        if ($clock.ElapsedMilliseconds -ge $nextShow) {
            $nextShow = $clock.ElapsedMilliseconds + 200
            Write-Progress -Activity 'Listing files' -Status "$files files, $bytes bytes"
        }
    }
}

if ($nextShow -gt 500) {
    Write-Progress -Activity 'Listing files' -Completed
}

# The largest first: what takes longest must not be left for one worker at the end.
$candidates = [Collections.Generic.List[string]]::new()
foreach ($same in $bySize.Values) {
    if ($same.Count -gt 1) {
        $candidates.AddRange($same)
    }
}

$candidates.Reverse()
$byHash = [Collections.Generic.Dictionary[string, Collections.Generic.List[object]]]::new()
$workers = [Collections.Generic.HashSet[int]]::new()
[long] $filesRead = 0
[long] $bytesRead = 0
if ($candidates.Count -gt 0) {
    # A loop, not a pipeline: so the workers' errors reach the caller's -ErrorVariable too.
    foreach ($result in $candidates | Invoke-ProcPool $measure -ThrottleLimit $ThrottleLimit -Unordered) {
        $filesRead++
        $bytesRead += $result.Size
        $null = $workers.Add($result.Worker)
        if ($result.Size -ge $MinimumSize) {
            $same = $null
            if (-not $byHash.TryGetValue($result.Hash, [ref] $same)) {
                $same = [Collections.Generic.List[object]]::new()
                $byHash.Add($result.Hash, $same)
            }

            $same.Add($result)
        }
    }
}

$groups = @(
    foreach ($same in $byHash.Values) {
        if ($same.Count -gt 1) {
            $names = [string[]] $same.File
            [Array]::Sort($names, [StringComparer]::Ordinal)
            $size = $same[0].Size
            [pscustomobject]@{ Hash = $same[0].Hash; Size = $size; Count = $same.Count; WastedBytes = $size * ($same.Count - 1); Files = $names }
        }
    }
) | Sort-Object -Property @{ Expression = { -$_.WastedBytes } }, @{ Expression = { $_.Hash } }
$groups = @($groups)

if ($AsJson) {
    ConvertTo-JsonText $groups
    return
}

if ($PassThru) {
    $groups
    return
}

if ($groups.Count -gt 0) {
    $row = '{0,-64}  {1,14}  {2,7}  {3,14}  {4}'
    $row -f 'Hash', 'Size', 'Count', 'WastedBytes', 'FirstFile'
    $row -f ('-' * 64), ('-' * 14), ('-' * 7), ('-' * 14), ('-' * 9)
    foreach ($group in $groups) {
        $row -f $group.Hash, $group.Size, $group.Count, $group.WastedBytes, ($group.Files[0] -replace '[\p{Cc}]', '?')
    }

    ''
}

$seconds = $clock.Elapsed.TotalSeconds.ToString('0.00', [Globalization.CultureInfo]::InvariantCulture)
"$files files, $bytes bytes ($filesRead files, $bytesRead bytes read); $seconds seconds; $($workers.Count) workers; groups of duplicates: $($groups.Count)"
