# What the rows share: engines, fresh processes, medians, cells. Each measurement runs in a process of its own.

$script:Root = [IO.Path]::GetFullPath([IO.Path]::Combine($PSScriptRoot, '..'))
$script:Manifest = [IO.Path]::Combine($Root, 'ProcConcurrency.psd1')
$script:Invariant = [Globalization.CultureInfo]::InvariantCulture
$script:PatienceMilliseconds = 300000

function Find-OnPath([string] $Name) {
    foreach ($folder in $env:PATH.Split([IO.Path]::PathSeparator)) {
        $file = [IO.Path]::Combine($folder, $Name)
        if ([IO.Path]::IsPathRooted($folder) -and [IO.File]::Exists($file)) {
            return $file
        }
    }
}

# The programs to measure with; what is not there is null.
function Find-Engine {
    $embedded = [AppContext]::GetData('ProcConcurrency.EmbeddedHost')
    $own = if ($embedded) { 'embedded' } else { 'pwsh' }
    if (-not $embedded) {
        foreach ($configuration in 'Debug', 'Release') {
            $file = [IO.Path]::Combine($Root, 'src', 'ProcConcurrency.Host', 'bin', $configuration, 'net10.0', 'ProcConcurrency.Host.dll')
            if (-not $embedded -and [IO.File]::Exists($file)) {
                $embedded = $file
            }
        }
    }

    $pwsh = if ($own -eq 'pwsh') { [Environment]::ProcessPath } else { Find-OnPath pwsh }
    $python = Find-OnPath python3
    if ($python) {
        # What stands on PATH may be a script that looks for the real one at every start.
        $python = & $python -c 'import sys; print(sys.executable)'
    }

    @{ Own = $own; pwsh = $pwsh; embedded = $embedded; python = $python }
}

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

function Get-EngineCall([string] $Kind, [string] $Command) {
    $program = $Engines[$Kind]
    if (-not $program) {
        throw "no $Kind"
    }

    if ($Kind -eq 'pwsh') {
        return $program, '-NoProfile', '-NonInteractive', '-Command', $Command
    }

    $native = [IO.Path]::ChangeExtension($program, $null).TrimEnd('.')
    if ([IO.File]::Exists($native)) {
        return $native, '-Command', $Command
    }

    return 'dotnet', $program, '-Command', $Command
}

# Runs a script in a fresh engine; what it prints as name=number comes back as a table.
function Measure-Engine([string] $Kind, [string] $Script) {
    $program, $arguments = Get-EngineCall $Kind $Script
    Measure-Program $program $arguments
}

function Measure-Python([string] $File, [string[]] $Arguments = @()) {
    if (-not $Engines.python) {
        throw 'no python3'
    }

    Measure-Program $Engines.python (@([IO.Path]::Combine($PSScriptRoot, 'python', $File)) + $Arguments)
}

function Measure-Program([string] $Program, [string[]] $Arguments) {
    $process = Start-Fresh $Program $Arguments
    $process.StandardInput.Close()
    $output = $process.StandardOutput.ReadToEndAsync()
    $text = Complete-Fresh $process $output $process.StandardError.ReadToEndAsync()
    $numbers = @{}
    foreach ($match in [regex]::Matches($text, '(?m)^(\w+)=([-0-9.eE+]+)\r?$')) {
        $numbers[$match.Groups[1].Value] = [double]::Parse($match.Groups[2].Value, $Invariant)
    }

    if ($numbers.Count -eq 0) {
        throw "no figure in: $($text.Trim())"
    }

    $numbers
}

# From the start of a process to its first line.
function Measure-FirstLine([string] $Kind, [string] $Script) {
    $program, $arguments = Get-EngineCall $Kind $Script
    $clock = [Diagnostics.Stopwatch]::StartNew()
    $process = Start-Fresh $program $arguments
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
        foreach ($entry in @($all.Keys)) {
            if ($entry.StartsWith("$name/", 'Ordinal')) {
                $results[$name][$entry.Substring($name.Length + 1)] = Get-Median $all[$entry]
            }
        }
    }

    $results
}

function Get-Median($Values) {
    $sorted = [double[]] @($Values | Where-Object { $null -ne $_ })
    [Array]::Sort($sorted)
    $middle = [Math]::Floor($sorted.Length / 2)
    if ($sorted.Length % 2) { $sorted[$middle] } else { ($sorted[$middle - 1] + $sorted[$middle]) / 2 }
}

# One number of a result, or null where the measurement failed.
function Get-Figure($Result, [string] $Key) {
    if ($Result -is [hashtable] -and $Result.ContainsKey($Key)) { $Result[$Key] }
}

function Format-Figure([double] $Value, [string] $Unit) {
    switch ($Unit) {
        'ms' { $Value.ToString('N0', $Invariant) + ' ms' }
        's' { $Value.ToString('N2', $Invariant) + ' s' }
        'MB' { $Value.ToString('N1', $Invariant) + ' MB' }
        default { $Value.ToString('N0', $Invariant) + $Unit }
    }
}

# A cell: the figure, and how many times as good ours is; or why there is none.
function Format-Cell($Result, [string] $Key, [string] $Unit, $Ours) {
    $value = Get-Figure $Result $Key
    if ($null -eq $value) {
        if ($null -eq $Result) { return '-' }
        if ("$Result" -match '^no (pwsh|embedded|python3)$') { return "$Result" }
        $script:Failures.Add("$Activity, $($Key): $Result")
        return 'failed'
    }

    $text = Format-Figure $value $Unit
    if ($null -ne $Ours -and $Ours -gt 0 -and $value -gt 0) {
        $times = if ($Unit -eq '/s') { $Ours / $value } else { $value / $Ours }
        $text += ' (' + $times.ToString($(if ($times -ge 10) { 'N0' } else { 'N2' }), $Invariant) + ' x)'
    }

    $text
}

# A row of the table. Met: true, false, or null where nothing says.
function New-Row([string] $What, $Sides, [string] $Key, [string] $Unit, [string] $Reach = '', $Met = $null) {
    $ours = Get-Figure $Sides['ours'] $Key
    $row = [ordered]@{ What = $What; ProcConcurrency = Format-Cell $Sides['ours'] $Key $Unit }
    $row['engine alone'] = Format-Cell $Sides['engine alone'] $Key $Unit
    $alone = Get-Figure $Sides['engine alone'] $Key
    if ($null -ne $ours -and $null -ne $alone) {
        $row['engine alone'] += ' (' + ($ours - $alone).ToString('+0;-0', $Invariant) + ')'
    }

    foreach ($peer in 'Start-Job', 'ForEach-Object -Parallel', 'Python') {
        $row[$peer] = Format-Cell $Sides[$peer] $Key $Unit $ours
    }

    $row['reach'] = if ($Reach) { $Reach } else { '-' }
    $row['reached'] = if (-not $Reach) { '-' } elseif ($null -eq $ours -or $null -eq $Met) { 'not measured' } elseif ($Met) { 'yes' } else { 'NO' }
    $row
}
