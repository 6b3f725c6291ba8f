# Takes long: runs all examples of the pages.
Describe 'Help' {
    BeforeDiscovery {
        $commands = (Import-PowerShellDataFile "$PSScriptRoot/../ProcConcurrency.psd1").CmdletsToExport
        $topics = (Get-ChildItem "$PSScriptRoot/../docs/en-US/about_*.md").BaseName
    }

    BeforeAll {
        . $PSScriptRoot/common.ps1
    }

    It 'PowerShell finds the page of <_>' -ForEach $commands {
        $help = Get-Help $_ -Full

        # Where the page isn't found, the synopsis is the syntax.
        $help.Synopsis | Should -Match '^[A-Z].*\.\s*$'
        @($help.Examples.Example).Count | Should -BeGreaterThan 2
        $help.AlertSet | Should -Not -BeNullOrEmpty
    }

    It 'PowerShell finds the topic <_>' -ForEach $topics {
        $help = Get-Help $_
        "$help" | Should -Match "^TOPIC\s+$_"
    }

    It 'tells what a parameter means' {
        $help = Get-Help Start-ChildProcess -Parameter Daemon
        $help.Description.Text | Should -Match 'session'
    }
}

# The help that ships, what tools/HelpBuilder makes of the pages, and what PlatyPS makes of them say the same. Only how they say it
# may differ: PlatyPS keeps Markdown's marks, and puts an example's code among the remarks.
Describe 'The help that is made of the pages' {
    BeforeAll {
        $root = Split-Path $PSScriptRoot
        $pages = Join-Path $root docs en-US

        # The words of an element's parts, without Markdown's marks.
        function Get-Word {
            param([Xml.XmlElement] $Element, [string[]] $Part)

            $text = ($Element.ChildNodes | Where-Object LocalName -In $Part).InnerText -join ' ' -replace '```\w*' -replace '[`*\u0080]'
            -split $text -join ' '
        }

        # All that a file says, a line for each command and part.
        function Get-HelpContent {
            param([string] $Path)

            foreach ($command in (Select-Xml -Path $Path -XPath '//*[local-name()="command"]').Node) {
                $name = $command.details.name
                "$name synopsis: $(Get-Word $command.details description)"
                "$name description: $(Get-Word $command description)"
                "$name notes: $(Get-Word $command alertSet)"
                "$name links: $($command.relatedLinks.navigationLink.linkText)"
                foreach ($line in $command.syntax.syntaxItem) {
                    $words = $line.parameter | ForEach-Object { "$($_.name) $($_.required)" } | Sort-Object
                    "$name syntax: $($words -join ', ')"
                }

                foreach ($parameter in $command.parameters.parameter) {
                    $facts = $parameter | Select-Object required, globbing, pipelineInput, position, aliases
                    "$name -$($parameter.name): $("$facts".ToLower()) $($parameter.type.name) $(Get-Word $parameter description)"
                }

                foreach ($type in @($command.inputTypes.inputType) + @($command.returnValues.returnValue)) {
                    "$name type: $($type.type.name) $(Get-Word $type description)"
                }

                foreach ($example in $command.examples.example) {
                    "$name example: $($example.title.Trim('- ')) $(Get-Word $example introduction, code, remarks)"
                }
            }
        }

        # The SDK leaves files in the folder for temporary ones.
        $temporary = $env:TMPDIR
        $env:TMPDIR = New-Item (Join-Path $TestDrive temporary) -ItemType Directory
        try {
            dotnet run --disable-build-servers --project (Join-Path $root tools HelpBuilder) '--' $pages (Join-Path $TestDrive built) | Out-Null
            $LASTEXITCODE | Should -Be 0
        } finally {
            $env:TMPDIR = $temporary
        }

        $built = Get-HelpContent (Join-Path $TestDrive built ProcConcurrency.dll-Help.xml)
    }

    It 'ships as the pages have it' {
        $built.Count | Should -BeGreaterThan 500
        $shipped = Get-HelpContent (Join-Path $root module en-US ProcConcurrency.dll-Help.xml)
        Compare-Object $built $shipped | Format-List | Out-String | Should -BeNullOrEmpty
    }

    It 'is the same that PlatyPS makes' {
        if (-not (Get-Module Microsoft.PowerShell.PlatyPS -ListAvailable)) {
            Set-ItResult -Skipped -Because 'Microsoft.PowerShell.PlatyPS is not installed'
            return
        }

        Get-ChildItem $pages -Filter *-*.md | Import-MarkdownCommandHelp | Export-MamlCommandHelp -OutputFolder (Join-Path $TestDrive platyps)
        $made = Get-HelpContent (Join-Path $TestDrive platyps ProcConcurrency ProcConcurrency.dll-Help.xml)
        Compare-Object $built $made | Format-List | Out-String | Should -BeNullOrEmpty
    }
}

# The examples of the shared objects' pages, run as they stand, one after the other in a runspace that forgets its variables in
# between. Those of child processes and of Invoke-ProcPool want hosts and files that only their reader has.
Describe 'The examples of' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $shell = New-Shell
        $null = $shell.Invoke()

        # Each example starts few children: what would be started ahead for the next is never used.
        $spares = (Get-ProcOption).SpareProcessCount
        Set-ProcOption -SpareProcessCount 0
    }

    AfterAll {
        Clear-ProcSession
        Remove-Shell $shell
        Set-ProcOption -SpareProcessCount $spares
    }

    It '<_.BaseName> run' -ForEach (
        Get-ChildItem "$PSScriptRoot/../docs/en-US/*.md" | Where-Object BaseName -Match '-Proc|_Synchronization$' | Where-Object BaseName -NE Invoke-ProcPool
    ) {
        $examples = Get-Content $_ -Raw | Select-String '(?ms)^## examples$(.*?)(^## |\z)'
        $blocks = @(($examples.Matches.Value | Select-String '(?s)```powershell\n(.*?)```' -AllMatches).Matches | ForEach-Object { $_.Groups[1].Value })
        $blocks.Count | Should -BeGreaterThan 1

        # The hosts of a page are nobody's.
        $blocks = $blocks -notmatch '-HostName '
        foreach ($block in $blocks) {
            $shell.Commands.Clear()
            $shell.Streams.ClearStreams()
            $shell.Runspace.ResetRunspaceState()
            try {
                # One worker does what any number of them does, and starts sooner.
                $null = $shell.AddScript("`$PSDefaultParameterValues = @{ 'Invoke-ProcPool:ThrottleLimit' = 1; 'New-ProcPool:MinSize' = 1 }; Set-Location '$TestDrive'").AddStatement().
                    AddScript("`$ErrorActionPreference = 'Stop'`n$block").Invoke()
                "$($shell.Streams.Error)" | Should -Be ''
            } finally {
                # The pool of tasks without one stays for the next example.
                Clear-ProcSession -KeepPool Default
            }
        }
    }
}
