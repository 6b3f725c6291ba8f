# What the tests of examples/tour start with, after common.ps1.

# Runs a program of the tour by its number, and returns the lines that it prints, if the course shows such. An error that it doesn't
# catch fails the test.
function Invoke-Program {
    param([Parameter(Mandatory, Position = 0)] [string] $Number, [Parameter(Position = 1)] [hashtable] $With = @{})

    $lines = @(& (Get-Item "$PSScriptRoot/../examples/tour/$Number-*.ps1") @With 2>&1)
    $lines | Where-Object { $_ -is [Management.Automation.ErrorRecord] } | ForEach-Object { throw $_ }
    foreach ($page in 'README.md', 'README.zh-CN.md') { Assert-Shown $page $Number $With $lines }
    $lines
}

# The course shows the lines that came, but for process ids and times, in any order: whether that is open, the program's test knows. Of
# a program that was run for less, or whose output is shown in part, it shows what came but for numbers, names and how often each line came.
function Assert-Shown([string] $Page, [string] $Number, [hashtable] $With, [string[]] $Line) {
    # Hosts are called after the reader's.
    if ($Number -eq '14.2') { return }

    $text = Get-Content "$PSScriptRoot/../examples/tour/$Page" -Raw
    $block = [regex]::Match($text, "(?s)\n### $([regex]::Escape($Number)) (?:(?!\n###).)*?\n``````text\n(.*?)\n``````").Groups[1].Value
    $isWhole = -not ($With.Keys -ne 'TimeScale') -and $block -notmatch '(?m)^\.\.\.$'
    $shown, $came = ($block -split '\n' -ne '...'), $Line | ForEach-Object {
        $masked = $isWhole ? $_ -replace '(?<=\b(process|processes|session|children|and|workers:) )\d+|\d+[.,]\d(?= seconds)', '#' : $_ -replace '\d+|\b(alex|egon|yuan)\b', '#'
        , @($masked | Sort-Object -Unique:(-not $isWhole))
    }
    $came | Should -BeExactly $shown -Because "$Page shows the output of $Number"
}

# Where the first line that matches stands; the test fails where none does.
function Find-Line {
    param([Parameter(Mandatory, Position = 0)] [string[]] $Line, [Parameter(Mandatory, Position = 1)] [string] $Pattern)

    for ($i = 0; $i -lt $Line.Count; $i++) {
        if ($Line[$i] -match $Pattern) { return $i }
    }

    throw "No line matches '$Pattern':`n$($Line -join "`n")"
}

# What the pattern's first group caught in each line that matches.
function Select-Part {
    param([Parameter(Mandatory, Position = 0)] [string[]] $Line, [Parameter(Mandatory, Position = 1)] [string] $Pattern)

    $Line | ForEach-Object { if ($_ -match $Pattern) { $Matches[1] } }
}

# What is in the temporary folder, but what belongs to this session and ends with it, or to a session that was killed.
function Get-TemporaryName {
    Get-ChildItem ([IO.Path]::GetTempPath()) -Force -Name |
        Where-Object { $_ -notmatch '^(procconcurrency-|CoreFxPipe_PSHost\.|pwsh-.+-98288ff9-|\.dotnet$|clr-debug-pipe-|dotnet-diagnostic-)' }
}

$script:namesBefore = @(Get-TemporaryName)

# A program leaves no child, no pool, no named object and no file in the temporary folder.
function Assert-NothingLeft {
    # Only the test that left it is to fail.
    $left = @(Get-TemporaryName | Where-Object { $_ -notin $namesBefore })
    $script:namesBefore += $left
    $left | Should -BeNullOrEmpty -Because 'a program removes its files'
    Get-ChildProcess | Should -BeNullOrEmpty -Because 'a program removes its children'
    Get-ProcPool | Should -BeNullOrEmpty -Because 'a program ends its pools'
    Get-ProcObject | Where-Object Name | Should -BeNullOrEmpty -Because 'a program leaves no named object'
}
