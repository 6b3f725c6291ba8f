# What the tests of the pages' examples start with, after common.ps1.

# Blocks that no test runs, by a part of their text: what they do to their reader's machines has no stand-in.
$notRun = @(
    'apt-get -qy upgrade'    # It changes the machine that runs it.
    'ProxyJump'              # It needs a jump host, and a user of that name.
)

# What a block has in place of what only its reader has: folders of many files, hosts that answer, what takes its time on a host.
$standIns = [ordered]@{
    '/usr/share(/doc)?\b'          = 'docs'
    '/var/log'                     = 'docs'
    'Test-Connection \$_ [^\n]*'   = '"$_ answers"'
    'admin@'                       = ''
    'nginx; Start-Sleep 5'         = 'nginx'
}

# The files and programs that the blocks name, in the folder in which they run.
function New-StandIn {
    param([Parameter(Mandatory)] [string] $Folder)

    $null = 'docs', 'films', 'bin' | ForEach-Object { New-Item (Join-Path $Folder $_) -ItemType Directory -Force }
    foreach ($length in 10, 20, 30) { 1..$length | Set-Content (Join-Path $Folder docs "$length.txt") }
    'one', 'two' | Set-Content (Join-Path $Folder web.log)
    'web1', 'db1' | Set-Content (Join-Path $Folder hosts.txt)
    $null = New-Item (Join-Path $Folder links.txt), (Join-Path $Folder films one.mov)
    '#!/bin/sh', 'for last; do :; done; echo film >"$last"' | Set-Content (Join-Path $Folder bin ffmpeg)
    '#!/bin/sh', 'echo "$1 is up"' | Set-Content (Join-Path $Folder bin ssh)
    '#!/bin/sh' | Set-Content (Join-Path $Folder bin systemctl)
    chmod +x (Join-Path $Folder bin ffmpeg) (Join-Path $Folder bin ssh) (Join-Path $Folder bin systemctl)
}

# The blocks of code of a page, each with what the page says that it prints.
function Get-Example {
    param([Parameter(Mandatory)] [string] $Path)

    $found = [regex]::Matches((Get-Content $Path -Raw), '(?s)```powershell\n(?<code>.*?)```(\n\n```Output\n(?<output>.*?)```)?')
    $found | ForEach-Object { [pscustomobject] @{ Code = $_.Groups['code'].Value; Output = $_.Groups['output'].Value } }
}

# What the examples of several pages run in: a runspace, and the folder of the stand-ins. -Default has parameters of cmdlets.
function Open-ExampleSession {
    param([Parameter(Mandatory)] [string] $Folder, [hashtable] $Default = @{})

    New-StandIn $Folder
    $shell = New-Shell
    $null = $shell.Invoke()

    # One worker does what any number of them does, and starts sooner.
    $values = [Management.Automation.DefaultParameterDictionary] ($Default + @{ 'Invoke-ProcPool:ThrottleLimit' = 1; 'New-ProcPool:MinSize' = 1 })
    [pscustomobject] @{ Shell = $shell; Folder = $Folder; Default = $values; Spares = (Get-ProcOption).SpareProcessCount; Path = $env:PATH }

    # Each example starts few children: what would be started ahead for the next is never used.
    Set-ProcOption -SpareProcessCount 0
    $env:PATH = "$(Join-Path $Folder bin)$([IO.Path]::PathSeparator)$env:PATH"
}

function Close-ExampleSession {
    param([Parameter(Mandatory)] $Session)

    Clear-ProcSession
    Remove-Shell $Session.Shell
    Set-ProcOption -SpareProcessCount $Session.Spares
    $env:PATH = $Session.Path
}

# Runs a block in a runspace that has forgotten the block before, and returns what it prints, 80 columns wide. A block that writes an
# error fails.
function Invoke-Example {
    param([Parameter(Mandatory)] $Session, [Parameter(Mandatory)] [string] $Code)

    foreach ($pattern in $standIns.Keys) { $Code = $Code -replace $pattern, $standIns[$pattern] }
    $shell = $Session.Shell
    $shell.Commands.Clear()
    $shell.Streams.ClearStreams()
    $shell.Runspace.ResetRunspaceState()
    $shell.Runspace.SessionStateProxy.SetVariable('PSDefaultParameterValues', $Session.Default)
    try {
        # Some blocks name what the text before them tells of.
        $null = $shell.AddScript("Set-Location '$($Session.Folder)'; `$PSStyle.OutputRendering = 'PlainText'; `$links = @(); `$files = Get-Item *.log").AddStatement()
        -join $shell.AddScript("`$ErrorActionPreference = 'Stop'`n. {`n$Code`n} | Out-String -Width 80").Invoke()
        "$($shell.Streams.Error)" | Should -Be ''
    } finally {
        # The pool of tasks without one stays for the next example.
        Clear-ProcSession -KeepPool Default
    }
}

# Runs the blocks of a page whose code matches, and holds what they print against what the page says of it.
function Assert-Example {
    param([Parameter(Mandatory)] $Session, [Parameter(Mandatory)] [string] $Page, [string] $Match = '', [string] $NotMatch = '$.')

    $examples = @(Get-Example $Page | Where-Object { $_.Code -match $Match -and $_.Code -notmatch $NotMatch })
    $examples.Count | Should -BeGreaterThan 0
    foreach ($example in $examples) {
        Assert-Print $example (Invoke-Example $Session $example.Code)
    }
}
