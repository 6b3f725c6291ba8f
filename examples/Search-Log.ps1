<#
.SYNOPSIS
Counts what a pattern finds in logs of any size, in parallel.

.DESCRIPTION
Large files are cut into pieces that end with a line, and worker processes search the pieces; their counts are added up as they
come. No file is read into memory as a whole. A file that ends with .gz is unpacked while it is read, and is one piece.

Without a group named `key` in the pattern, all lines that match are counted for each file. With one, each text that the group
finds is counted: an address, a status, a user. Ends with objects that have Key and Count, the most frequent first.

A file that can't be read is an error that names it; the rest goes on.

.PARAMETER Path
Log files; wildcards are expanded.

.PARAMETER Pattern
A regular expression of .NET.

.PARAMETER First
The most objects to write.

.PARAMETER PieceSize
How many bytes a worker reads at a time.

.PARAMETER ThrottleLimit
The most worker processes at a time; by default one for each processor.

.EXAMPLE
./Search-Log.ps1 /var/log/nginx/access.log* -Pattern '^(?<key>\S+) .* 404 ' -First 10

.EXAMPLE
./Search-Log.ps1 /var/log/*.log -Pattern 'error|fatal'
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory, Position = 0)]
    [string[]] $Path,

    [Parameter(Mandatory, Position = 1)]
    [ValidateNotNullOrEmpty()]
    [string] $Pattern,

    [ValidateRange(1, [int]::MaxValue)]
    [int] $First = [int]::MaxValue,

    [ValidateRange(4KB, 1GB)]
    [int] $PieceSize = 32MB,

    [ValidateRange(1, 1024)]
    [int] $ThrottleLimit = [Environment]::ProcessorCount
)

Set-StrictMode -Version 3
try {
    $null = [regex]::new($Pattern)
} catch {
    Write-Error "'$Pattern' is no regular expression: $($_.Exception.GetBaseException().Message)" -ErrorId PatternInvalid -Category InvalidArgument -TargetObject $Pattern -ErrorAction Stop
}

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../ProcConcurrency.psd1" -ErrorAction Stop
}

# Where in a file pieces begin. The line at a border belongs to the piece in which it begins.
# UTF-16 has other ends of lines: such a file, which says so by its first two bytes, is one piece.
function Split-File([IO.FileInfo] $File) {
    if ($File.Extension -eq '.gz') {
        return [pscustomobject]@{ File = $File.FullName; Start = 0; End = 0; IsPacked = $true }
    }

    $first = Get-Content -LiteralPath $File -AsByteStream -TotalCount 2 -ErrorAction Ignore
    if ("$first" -in '255 254', '254 255') {
        return [pscustomobject]@{ File = $File.FullName; Start = 0; End = $File.Length; IsPacked = $false }
    }

    for ($start = 0L; $start -lt $File.Length; $start += $PieceSize) {
        [pscustomobject]@{ File = $File.FullName; Start = $start; End = $start + $PieceSize; IsPacked = $false }
    }
}

# Runs in the workers: a table of what was found, and how often.
$search = {
    $piece, $regex = $_, [regex]::new($using:Pattern, 'Compiled')
    $hasKey = 'key' -in $regex.GetGroupNames()
    $counts = [Collections.Generic.Dictionary[string, long]]::new()
    $file = [IO.FileStream]::new($piece.File, 'Open', 'Read', 'ReadWrite, Delete', 1MB)
    try {
        if ($piece.IsPacked) {
            $text = [IO.Compression.GZipStream]::new($file, [IO.Compression.CompressionMode]::Decompress)
        } else {
            # From the byte before on: only after the end of a line does one begin. The last line is read to its end.
            $file.Position = [Math]::Max(0, $piece.Start - 1)
            if ($piece.Start -gt 0) { while ($file.ReadByte() -notin 10, -1) { } }
            $text = [IO.MemoryStream]::new()
            $bytes = [byte[]]::new([Math]::Max(0, [Math]::Min($piece.End, $file.Length) - $file.Position))
            $text.Write($bytes, 0, $file.ReadAtLeast($bytes, $bytes.Length, $false))
            if ($bytes -and $bytes[-1] -ne 10) { while (($byte = $file.ReadByte()) -notin 10, -1) { $text.WriteByte($byte) } }
            $text.Position = 0
        }

        $reader = [IO.StreamReader]::new($text)
        while ($null -ne ($line = $reader.ReadLine())) {
            $match = $regex.Match($line)
            if ($match.Success) {
                $key = $hasKey ? $match.Groups['key'].Value : $piece.File
                $counts[$key] = ($counts.ContainsKey($key) ? $counts[$key] : 0) + 1
            }
        }
    } catch {
        Write-Error "'$($piece.File)' can't be read: $($_.Exception.GetBaseException().Message)" -ErrorId FileUnreadable -Category ReadError -TargetObject $piece.File
    } finally {
        $file.Dispose()
    }

    , $counts
}

# Not a hashtable: it would take keys that differ in upper and lower case for the same.
$total = [Collections.Generic.Dictionary[string, long]]::new()
$files = foreach ($place in $Path) { (Test-Path -LiteralPath $place) ? (Get-Item -LiteralPath $place) : (Get-Item $place -ErrorAction Stop) }
$files | Where-Object { -not $_.PSIsContainer } | Sort-Object FullName -Unique -CaseSensitive | ForEach-Object { Split-File $_ } |
    Invoke-ProcPool $search -ThrottleLimit $ThrottleLimit -Unordered | ForEach-Object {
        foreach ($found in $_.GetEnumerator()) {
            $total[$found.Key] = ($total.ContainsKey($found.Key) ? $total[$found.Key] : 0) + $found.Value
        }
    }
$total.GetEnumerator() | Sort-Object -Property @{ Expression = 'Value'; Descending = $true }, Key | Select-Object -First $First |
    ForEach-Object { [pscustomobject]@{ Key = $_.Key; Count = $_.Value } }
