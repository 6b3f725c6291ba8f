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

    It 'shows what an example prints behind its code' {
        $help = Get-Help Get-ProcTask -Examples | Out-String -Width 100
        $help | Should -Match '(?m)^    Get-ProcTask -Pool .*\n(.*\n){1,3}    \u200B? *Id Name .*\n    +-- ----'
    }

    It 'tells what a parameter means' {
        $help = Get-Help Start-ChildProcess -Parameter Daemon
        $help.Description.Text | Should -Match 'session'
    }
}

# The help that ships, what tools/HelpBuilder makes of the pages, and what PlatyPS makes of them say the same. Only how they say it
# may differ: PlatyPS keeps Markdown's marks, and puts an example's code among the remarks; a character without width stands before room.
Describe 'The help that is made of the pages' {
    BeforeAll {
        $root = Split-Path $PSScriptRoot
        $pages = Join-Path $root docs en-US

        # The words of an element's parts, without Markdown's marks.
        function Get-Word {
            param([Xml.XmlElement] $Element, [string[]] $Part)

            $text = ($Element.ChildNodes | Where-Object LocalName -In $Part).InnerText -join ' ' -replace '```\w*' -replace '[`*\u0080\u200B]'
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
