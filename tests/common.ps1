# What every test file starts with: BeforeAll { . $PSScriptRoot/common.ps1 }

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../ProcConcurrency.psd1" -ErrorAction Stop
}

# Waits for what another process does; a test never waits for a fixed time.
function Wait-Until {
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0)] [scriptblock] $Condition, [double] $TimeoutSeconds = 120)

    # To ask costs processor time, which those that are waited for need: the less often, the longer it takes to find out, and the longer it
    # has not been so. Start-Sleep itself takes milliseconds of it.
    $clock = [Diagnostics.Stopwatch]::StartNew()
    $asked = 0
    while (-not (& $Condition)) {
        if ($clock.Elapsed.TotalSeconds -ge $TimeoutSeconds) {
            throw [TimeoutException]::new("After $TimeoutSeconds s this still does not hold: {$Condition}")
        }
        $wait = [Math]::Max(4 * ($clock.ElapsedMilliseconds - $asked), $clock.ElapsedMilliseconds / 10)
        [Threading.Thread]::Sleep([Math]::Clamp($wait, 20, 500))
        $asked = $clock.ElapsedMilliseconds
    }
}

# How many rounds a stress test goes: so many, or PROCCONCURRENCY_STRESS times as many.
function Get-RoundCount {
    param([Parameter(Mandatory, Position = 0)] [int] $Count)

    $Count * [Math]::Max(1, [int] $env:PROCCONCURRENCY_STRESS)
}

# Whether a process is gone; one that is dead and only waits for its parent to notice counts.
function Test-Gone {
    param([int] $Id)

    $state = Get-Content "/proc/$Id/stat" -ErrorAction Ignore
    -not $state -or $state -match '\) [ZX] '
}

# Stops processes. The system comes to the signal a moment later, and to one thread before the others: until then they go on.
function Suspend-Id {
    param([Parameter(Mandatory, Position = 0)] [int[]] $Id)

    & kill -STOP $Id
    foreach ($stopped in $Id) {
        Wait-Until { -not (Get-Content "/proc/$stopped/task/*/stat" -ErrorAction Ignore | Where-Object { $_ -notmatch '\) [TtZX] ' }) }
    }
}

# What a test may have left in this session: its pools, its children, and the objects that a name keeps.
function Clear-ProcSession {
    param([string] $KeepPool)

    Get-ProcPool | Where-Object Name -NE $KeepPool | Stop-ProcPool
    Get-ChildProcess | Remove-Job -Force
    Get-ProcObject | Where-Object Name | ForEach-Object { Remove-ProcObject $_.Name }
}

# How many sockets and pipes this process has open. Its other descriptors are no sign of a leak: PowerShell keeps one for each
# assembly, and may load one at any time. One may be closed while they are listed.
function Measure-Descriptor {
    $targets = Get-ChildItem /proc/self/fd -ErrorAction Ignore | ForEach-Object { try { $_.LinkTarget } catch { } }
    @($targets -match '^(socket|pipe|anon_inode):').Count
}

# Starts another session of this same PowerShell that runs a script, with the module imported. What it writes goes to files,
# so that nobody has to read a pipe. Its process is returned.
function Start-Session {
    param([string] $Script, [string] $OutputPath, [string] $Prefix)

    $module = Convert-Path "$PSScriptRoot/../ProcConcurrency.psd1"
    $file = "$OutputPath.session.ps1"
    Set-Content $file "`$ProgressPreference = 'SilentlyContinue'`nImport-Module '$module'`n$Script"
    $command = "exec $Prefix '$([Environment]::ProcessPath)' -NoProfile -File '$file' >'$OutputPath' 2>&1"
    [Diagnostics.Process]::Start('/bin/sh', [string[]]('-c', $command))
}

# Calls this same PowerShell as a shell would. Returns its output; what it writes to standard error goes to a file, its exit code
# into $LASTEXITCODE.
function Invoke-Engine {
    & ([Environment]::ProcessPath) -NoProfile @args 2>"$TestDrive/err.txt"
}

# Reads a file that another process writes, once it has that many lines.
function Wait-Line {
    param([string] $Path, [int] $Count = 1)

    Wait-Until { @(Get-Content $Path -ErrorAction Ignore).Count -ge $Count } -TimeoutSeconds 60
    Get-Content $Path
}

# Another runspace of this process, with the module imported: what it runs can be stopped, and its streams be read.
function New-Shell {
    param([string] $Script)

    $shell = [powershell]::Create()
    $shell.Runspace = [runspacefactory]::CreateRunspace([initialsessionstate]::CreateDefault2())
    $shell.Runspace.Open()
    $module = Convert-Path "$PSScriptRoot/../ProcConcurrency.psd1"
    $shell.AddScript("Import-Module '$module'`n$Script")
}

function Remove-Shell {
    param($Shell)

    $Shell.Runspace.Dispose()
    $Shell.Dispose()
}

# The PowerShell that runs the tests in another folder. Its files are linked, for they are many; they have to be copied where that is
# another disk.
function Copy-Engine([string] $Folder, [switch] $WithoutHooks) {
    & cp -R -l "$PSHOME/" $Folder 2>/dev/null
    if ($LASTEXITCODE) {
        Remove-Item $Folder -Recurse -ErrorAction Ignore
        Copy-Item $PSHOME $Folder -Recurse
    }
    if ($WithoutHooks) {
        $config = Join-Path $Folder pwsh.runtimeconfig.json
        $settings = Get-Content $config -Raw | ConvertFrom-Json -AsHashtable
        $settings.runtimeOptions.configProperties['System.StartupHookProvider.IsSupported'] = $false
        # A new file: the old one is the running PowerShell's own too.
        Remove-Item $config
        $settings | ConvertTo-Json -Depth 9 | Set-Content $config
    }
}
