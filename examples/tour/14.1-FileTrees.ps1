<#
.SYNOPSIS
Many file trees at once: a child for each, and one table of what they found.

.DESCRIPTION
Each child walks through one tree and gives one object; the session puts them together. The trees are made for the example, and removed.

.PARAMETER Trees
How many trees.

.EXAMPLE
./14.1-FileTrees.ps1
#>
[CmdletBinding()]
param([ValidateRange(1, 100)] [int] $Trees = 4)

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../../ProcConcurrency.psd1" -ErrorAction Stop
}

$root = New-Item -ItemType Directory ([IO.Path]::Combine([IO.Path]::GetTempPath(), [guid]::NewGuid()))
try {
    foreach ($tree in 1..$Trees) {
        foreach ($folder in 1..3) {
            $place = New-Item -ItemType Directory "$root/tree$tree/folder$folder"
            1..($tree * 10) | ForEach-Object { Set-Content "$place/$_.log" ('x' * $_) -NoNewline }
        }
    }

    $children = Get-ChildItem $root -Directory | ForEach-Object {
        Start-ChildProcess -Name "walk $($_.Name)" -ArgumentList $_.FullName {
            param($Path)
            $files = Get-ChildItem -LiteralPath $Path -Recurse -File
            $size = $files | Measure-Object Length -Sum -Maximum
            [pscustomobject]@{
                Tree = Split-Path $Path -Leaf
                Files = $size.Count
                Bytes = $size.Sum
                Largest = $size.Maximum
                ProcessId = $PID
            }
        }
    }
    $found = $children | Receive-ChildProcess -Wait -AutoRemoveJob | Sort-Object Tree
    foreach ($each in $found) {
        "$($each.Tree): $($each.Files) files, $($each.Bytes) bytes, the largest has $($each.Largest); by process $($each.ProcessId)"
    }
    "together: $(($found | Measure-Object Files -Sum).Sum) files, $(($found | Measure-Object Bytes -Sum).Sum) bytes"
} finally {
    Remove-Item $root -Recurse
}
