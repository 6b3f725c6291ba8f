# What every test file starts with: BeforeAll { . $PSScriptRoot/common.ps1 }

if (-not (Get-Module ProcConcurrency)) {
    Import-Module "$PSScriptRoot/../ProcConcurrency.psd1" -ErrorAction Stop
}

# Waits for what another process does; a test never waits for a fixed time.
function Wait-Until {
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0)] [scriptblock] $Condition, [double] $TimeoutSeconds = 30)

    $clock = [Diagnostics.Stopwatch]::StartNew()
    while (-not (& $Condition)) {
        if ($clock.Elapsed.TotalSeconds -ge $TimeoutSeconds) {
            throw [TimeoutException]::new("After $TimeoutSeconds s this still does not hold: {$Condition}")
        }
        [Threading.Thread]::Sleep(20)
    }
}

# Whether a process is gone; one that is dead and only waits for its parent to notice counts.
function Test-Gone {
    param([int] $Id)

    try {
        [IO.File]::ReadAllText("/proc/$Id/stat") -match '\) [ZX] '
    } catch {
        $true
    }
}

# What a test may have left in this session: its children, and the objects that a name keeps.
function Clear-ProcSession {
    Get-ChildProcess | Remove-Job -Force
    Get-ProcObject | Where-Object Name | ForEach-Object { Remove-ProcObject $_.Name }
}

# How many sockets and pipes this process has open. Its other descriptors are no sign of a leak: the engine keeps one for each
# assembly, and may load one at any time.
function Measure-Descriptor {
    $targets = foreach ($path in [IO.Directory]::GetFiles('/proc/self/fd')) {
        # One may be closed meanwhile, such as the one that the folder is read by.
        try { [IO.FileInfo]::new($path).LinkTarget } catch [IO.IOException] { }
    }
    @($targets -match '^(socket|pipe|anon_inode):').Count
}

# Starts another session of this same engine that runs a script, with the module imported. What it writes goes to files,
# so that nobody has to read a pipe. Its process is returned.
function Start-Session {
    param([string] $Script, [string] $OutputPath, [string] $Prefix)

    $module = [IO.Path]::GetFullPath("$PSScriptRoot/../ProcConcurrency.psd1")
    $file = "$OutputPath.session.ps1"
    [IO.File]::WriteAllText($file, "`$ProgressPreference = 'SilentlyContinue'`nImport-Module '$module'`n$Script")
    $program = [Environment]::ProcessPath
    $arguments = if ([IO.Path]::GetFileName($program) -eq 'dotnet') { "'$([Environment]::GetCommandLineArgs()[0])'" } else { '' }
    $start = [Diagnostics.ProcessStartInfo]::new('/bin/sh')
    $start.ArgumentList.Add('-c')
    $start.ArgumentList.Add("exec $Prefix '$program' $arguments -NoProfile -File '$file' >'$OutputPath' 2>&1")
    [Diagnostics.Process]::Start($start)
}

# Calls this same engine as a shell would. Returns its output; what it writes to standard error goes to a file, its exit code
# into $LASTEXITCODE.
function Invoke-Engine {
    $program = [Environment]::ProcessPath
    $lead = @(if ([IO.Path]::GetFileName($program) -eq 'dotnet') { [Environment]::GetCommandLineArgs()[0] })
    & $program @lead -NoProfile @args 2>"$TestDrive/err.txt"
}

# Reads a file that another process writes, once it has that many lines.
function Wait-Line {
    param([string] $Path, [int] $Count = 1)

    Wait-Until { [IO.File]::Exists($Path) -and [IO.File]::ReadAllLines($Path).Count -ge $Count } -TimeoutSeconds 60
    [IO.File]::ReadAllLines($Path)
}

# Another runspace of this process, with the module imported: what it runs can be stopped, and its streams be read.
function New-Shell {
    param([string] $Script)

    $create = [AppContext]::GetData('ProcConcurrency.CreateSessionState')
    $state = if ($create) { $create.Invoke() } else { [initialsessionstate]::CreateDefault2() }
    $runspace = [runspacefactory]::CreateRunspace($state)
    $runspace.Open()
    $shell = [powershell]::Create()
    $shell.Runspace = $runspace
    $module = [IO.Path]::GetFullPath("$PSScriptRoot/../ProcConcurrency.psd1")
    $shell.AddScript("Import-Module '$module'`n$Script")
}

function Remove-Shell {
    param($Shell)

    $Shell.Runspace.Dispose()
    $Shell.Dispose()
}
