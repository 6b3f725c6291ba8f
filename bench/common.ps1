# What the rows share: fresh processes and medians. Each measurement runs in a process of its own.

$Root = Split-Path $PSScriptRoot
$Manifest = Join-Path $Root ProcConcurrency.psd1
$Invariant = [cultureinfo]::InvariantCulture
$PatienceMilliseconds = 300000

# The programs to measure with; what is not there is null.
$Pwsh = [Environment]::ProcessPath
$Xargs = Get-Command xargs -CommandType Application -ErrorAction Ignore
$ThreadJob = Get-Command Start-ThreadJob -ErrorAction Ignore
$Python = Get-Command python3 -CommandType Application -ErrorAction Ignore | Select-Object -First 1
if ($Python) {
    # What stands on PATH may be a script that looks for the real one at every start.
    $Python = & $Python -c 'import sys; print(sys.executable)'
}

# What stands above each script that is measured.
$Prelude = @"
`$ErrorActionPreference = 'Stop'
`$Manifest = '$([Management.Automation.Language.CodeGeneration]::EscapeSingleQuotedStringContent($Manifest))'
`$Pwsh = '$([Management.Automation.Language.CodeGeneration]::EscapeSingleQuotedStringContent($Pwsh))'
"@ + @'

# User and system time, in seconds, of this process and of those that it has waited for. With them come those that they have
# waited for. Linux counts it in hundredths.
function Get-ProcessorTime {
    if (Test-Path /proc/self/stat) {
        $fields = (Get-Content /proc/self/stat -Raw) -replace '^.*\) ' -split ' '
        ($fields[11..14] | Measure-Object -Sum).Sum / 100
    }
}

# How long a block takes, and what all that it starts and waits for costs.
function Measure-Whole([scriptblock] $Block) {
    $before = Get-ProcessorTime
    $clock = [Diagnostics.Stopwatch]::StartNew()
    & $Block
    "s=$($clock.Elapsed.TotalSeconds)"
    if ($null -ne $before) { "cpu=$((Get-ProcessorTime) - $before)" }
}

# The same for the first object that a block writes, in milliseconds: the mean of several times, after one that doesn't count.
function Measure-First([int] $Times, [scriptblock] $Block) {
    $null = & $Block
    $before = Get-ProcessorTime
    $sum = 0
    foreach ($i in 1..$Times) {
        $clock = [Diagnostics.Stopwatch]::StartNew()
        & $Block | ForEach-Object { $sum += $clock.Elapsed.TotalMilliseconds }
    }

    "ms=$($sum / $Times)"
    if ($null -ne $before) { "cpu=$(((Get-ProcessorTime) - $before) * 1000 / $Times)" }
}

'@

function Start-Fresh([string] $Program, [string[]] $Arguments) {
    $start = [Diagnostics.ProcessStartInfo]::new($Program)
    foreach ($argument in $Arguments) {
        $start.ArgumentList.Add($argument)
    }

    $start.RedirectStandardOutput = $true
    $start.RedirectStandardError = $true
    $start.RedirectStandardInput = $true
    [Diagnostics.Process]::Start($start)
}

# Waits for the end of a fresh process; its output, or an error with what it said.
function Complete-Fresh([Diagnostics.Process] $Process, $Output, $Errors) {
    try {
        if (-not $Process.WaitForExit($PatienceMilliseconds)) {
            $Process.Kill($true)
            throw "no result within $($PatienceMilliseconds / 1000) s"
        }

        if ($Process.ExitCode -ne 0) {
            throw "exit code $($Process.ExitCode): $(($Errors.Result -replace '\x1b\[[0-9;]*m').Trim())"
        }

        $Output.Result
    } finally {
        $Process.Dispose()
    }
}

# Runs a program; what it prints as name=number comes back as a table.
function Measure-Program([string] $Program, [string[]] $Arguments) {
    $process = Start-Fresh $Program $Arguments
    $process.StandardInput.Close()
    $output = $process.StandardOutput.ReadToEndAsync()
    $text = Complete-Fresh $process $output $process.StandardError.ReadToEndAsync()
    $numbers = @{}
    foreach ($match in [regex]::Matches($text, '(?m)^(\w+)=([-0-9.eE+]+)\r?$')) {
        $numbers[$match.Groups[1].Value] = [double] $match.Groups[2].Value
    }

    if ($numbers.Count -eq 0) {
        throw "no figure in: $($text.Trim())"
    }

    $numbers
}

# Runs a block, or the text of a script, in a fresh PowerShell. It has $Manifest, $Pwsh, the variables of -With and the prelude.
function Measure-Engine([string] $Script, [hashtable] $With = @{}) {
    $values = foreach ($name in $With.Keys) { "`$$name = $($With[$name])`n" }
    Measure-Program $Pwsh '-NoProfile', '-NonInteractive', '-Command', ($Prelude + $values + $Script)
}

function Measure-ThreadJob([string] $Script, [hashtable] $With = @{}) {
    if (-not $ThreadJob) { throw 'no ThreadJob' }
    Measure-Engine $Script $With
}

function Measure-Xargs([string] $Script, [hashtable] $With = @{}) {
    if (-not $Xargs) { throw 'no xargs' }
    Measure-Engine $Script $With
}

function Measure-Python([string] $File, [string[]] $Arguments = @()) {
    if (-not $Python) { throw 'no python3' }
    Measure-Program $Python (@(Join-Path $PSScriptRoot python $File) + $Arguments)
}

# From the start of a PowerShell to its first line.
function Measure-FirstLine([string] $Command) {
    $clock = [Diagnostics.Stopwatch]::StartNew()
    $process = Start-Fresh $Pwsh '-NoProfile', '-NonInteractive', '-Command', $Command
    $errors = $process.StandardError.ReadToEndAsync()
    $line = $process.StandardOutput.ReadLine()
    $milliseconds = $clock.Elapsed.TotalMilliseconds
    $process.StandardInput.Close()
    $null = Complete-Fresh $process $process.StandardOutput.ReadToEndAsync() $errors
    if (-not $line) {
        throw 'no first line'
    }

    @{ ms = $milliseconds }
}

# Runs each side in turn, A B A B: what else the machine does then meets all alike. Gives each side's medians, or why there are none.
function Measure-Side([Collections.Specialized.OrderedDictionary] $Sides, [int] $Runs) {
    $all = @{}
    $failed = @{}
    for ($run = 0; $run -lt $Runs; $run++) {
        foreach ($name in @($Sides.Keys)) {
            if ($failed.ContainsKey($name)) {
                continue
            }

            Write-Progress -Activity $Activity -Status "$name, run $($run + 1) of $Runs"
            try {
                $numbers = & $Sides[$name]
                foreach ($key in @($numbers.Keys)) {
                    $all["$name/$key"] = @($all["$name/$key"]) + $numbers[$key]
                }
            } catch {
                $failed[$name] = $_.Exception.Message -replace '\s+', ' '
            }
        }
    }

    Write-Progress -Activity $Activity -Completed
    $results = @{}
    foreach ($name in @($Sides.Keys)) {
        if ($failed.ContainsKey($name)) {
            $results[$name] = $failed[$name]
            continue
        }

        $results[$name] = @{}
        foreach ($entry in @($all.Keys) -like "$name/*") {
            $results[$name][$entry.Substring($name.Length + 1)] = Get-Median $all[$entry]
        }
    }

    $results
}

function Get-Median($Values) {
    $sorted = @($Values | Where-Object { $null -ne $_ } | Sort-Object)
    $middle = [Math]::Floor($sorted.Count / 2)
    if ($sorted.Count % 2) { $sorted[$middle] } else { ($sorted[$middle - 1] + $sorted[$middle]) / 2 }
}
