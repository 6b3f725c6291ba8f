# What the tests of the pages' examples start with, after common.ps1.

# The pages whose examples start children and pools; the others are of what processes share.
$ofProcesses = '-ChildProcess|-Proc(Pool|Task|Timeline|Option)$|^about_(?!.*_(Messages|Synchronization)$)'

# The blocks that want other machines.
$ofHosts = '-HostName '

# Blocks that no test runs, by a part of their text.
$notRun = @(
    'apt-get -qy upgrade'     # It changes the machine that runs it.
    'ProxyJump'               # It wants a jump host, and a user that is called as there.
    "Describe 'Import-Thing'" # Pester runs it: Help.Processes.Tests.ps1.
) | ForEach-Object { [regex]::Escape($_) } | Join-String -Separator '|'

# What a block has in place of what its reader has: a user and a service of a host, hosts that answer, folders of many files.
$standIns = [ordered] @{
    '/usr/share(/doc)?\b|/var/log' = 'docs'
    'Test-Connection \$_ [^\n]*'   = '"$_ answers"'
    'nginx; Start-Sleep 5'         = 'nginx'
    'admin@'                       = ''
}

# The files and programs that the blocks name.
function New-StandIn {
    param([Parameter(Mandatory)] [string] $Folder)

    $null = 'docs', 'films', 'bin' | ForEach-Object { New-Item (Join-Path $Folder $_) -ItemType Directory -Force }
    foreach ($length in 10, 20, 30) { 1..$length | Set-Content (Join-Path $Folder docs "$length.txt") }
    1..3 | Set-Content (Join-Path $Folder db.log)
    1..2 | Set-Content (Join-Path $Folder web.log)
    'web1', 'db1' | Set-Content (Join-Path $Folder hosts.txt)
    $null = New-Item (Join-Path $Folder links.txt), (Join-Path $Folder films one.mov)
    $ssh = (Get-Command ssh -CommandType Application -ErrorAction Ignore | Select-Object -First 1).Source
    $programs = @{
        ffmpeg    = 'for last; do :; done; echo film >"$last"'
        ssh       = "case `"`$2`" in uptime) echo `"`$1 is up`";; *) exec '$ssh' `"`$@`";; esac"
        systemctl = 'exit 0'
    }
    foreach ($name in $programs.Keys) {
        $file = Join-Path $Folder bin $name
        '#!/bin/sh', $programs[$name] | Set-Content $file
        chmod +x $file
    }
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
    [pscustomobject] @{ Shell = $shell; Folder = $Folder; Default = $Default; Options = Get-ProcOption; Path = $env:PATH }

    # Each example starts few children: what would be started ahead for the next is never used.
    Set-ProcOption -SpareProcessCount 0
    $env:PATH = "$(Join-Path $Folder bin)$([IO.Path]::PathSeparator)$env:PATH"
}

function Close-ExampleSession {
    param([Parameter(Mandatory)] $Session)

    Clear-ProcSession
    Remove-Shell $Session.Shell
    Set-ProcOption -SpareProcessCount $Session.Options.SpareProcessCount
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
    $shell.Runspace.SessionStateProxy.SetVariable('PSDefaultParameterValues', [Management.Automation.DefaultParameterDictionary] $Session.Default)
    try {
        # Some blocks name what the text before them tells of.
        $null = $shell.AddScript("Set-Location '$($Session.Folder)'; `$links = @(); `$files = Get-Item *.log").
            AddStatement().AddScript('$PSStyle.OutputRendering = ''PlainText''').AddStatement()
        $printed = $shell.AddScript("`$ErrorActionPreference = 'Stop'`n. {`n$Code`n} | Out-String -Width 80").Invoke()
        "$($shell.Streams.Error)" | Should -Be ''
        @($shell.Streams.Warning | ForEach-Object { "WARNING: $_`n" }; $printed) -join ''
    } finally {
        # The pool of tasks without one stays for the next example; what an example sets doesn't.
        Clear-ProcSession -KeepPool Default
        Set-ProcOption -SpareProcessCount 0 -SpareIdleTimeout $Session.Options.SpareIdleTimeout -PoolIdleTimeout $Session.Options.PoolIdleTimeout
    }
}

# What is printed without what differs from run to run: paths, addresses, and the state of what is under way. A number on a line of its
# own is a result; one of three digits or more among words, one behind a kind, and any in a table or a list, may be an id or a time.
function Get-FixedLine {
    param([string] $Text)

    $number = $Text -match '(?m)^ *--+( +--+)* *$|^\w+ +: ' ? '\d+([.:]\d+)*' : '\d+(:\d\d)+(\.\d+)?|\d{3,}'
    $passing = "\S*/\S*|$number|(?<=\b(barrier|Lock) |[a-z]-)\d+|\b(Queued|Sent|Running|Starting|Busy|Idle)\b"

    # What -WhatIf writes goes to the host, and the runspace has none.
    foreach ($line in $Text -split '\n' -replace '\s+', ' ' -replace '^ | $' -notmatch '^[- ]*$|^What if: ') {
        $line -match '^-?\d+$' ? $line : ($line -replace $passing, '#')
    }
}

# Holds what an example printed against what its page says. What several processes write, and a hashtable, comes in any order, and
# '...' stands for lines that the page leaves out. A list of all that there is has what examples before left behind, too.
function Assert-Print {
    param([Parameter(Mandatory)] $Example, [string] $Printed)

    $said, $found = @(Get-FixedLine $Example.Output), @(Get-FixedLine $Printed)
    if ($said -contains '...' -or $Example.Code -match '(?m)^Get-Proc(Object|Pool)$') {
        $said | Where-Object { $_ -ne '...' } | Should -BeIn $found -Because $Example.Code
        return
    }

    if ($Example.Code -match 'Receive-ChildProcess|-Unordered|Hashtable') { $said, $found = @($said | Sort-Object), @($found | Sort-Object) }
    $found -join "`n" | Should -Be ($said -join "`n") -Because $Example.Code
}

# Runs the blocks of a page, those that want hosts or the others, and holds what they print against what the page says. A topic says
# it in its text, and so does a page of what depends on its reader's files.
function Assert-Example {
    param([Parameter(Mandatory)] $Session, [Parameter(Mandatory)] [string] $Page, [switch] $Remote)

    foreach ($example in Get-Example $Page | Where-Object Code -NotMatch $notRun | Where-Object { ($_.Code -match $ofHosts) -eq $Remote }) {
        $printed = Invoke-Example $Session $example.Code
        $isOfReader = $example.Code -match "$($standIns.Keys -join '|')|$ofHosts|\.txt\b"
        $isTold = $Page -match '[\\/]about_[^\\/]*$' -and -not $example.Output
        if (-not $isOfReader -and -not $isTold) { Assert-Print $example $printed }
    }
}
