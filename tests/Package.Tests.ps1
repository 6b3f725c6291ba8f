# The package, as a user gets it: from a repository into a folder of modules, and from there by its name.
Describe 'The package' {
    BeforeAll {
        $root = Split-Path $PSScriptRoot
        $manifest = Import-PowerShellDataFile (Join-Path $root ProcConcurrency.psd1)
        $repository = Join-Path $TestDrive repository

        # The SDK leaves files in the folder for temporary ones.
        $temporary = $env:TMPDIR
        $env:TMPDIR = New-Item (Join-Path $TestDrive temporary) -ItemType Directory
        try {
            $package = & (Join-Path $root tools New-Package.ps1) -Destination $repository
        } finally {
            $env:TMPDIR = $temporary
        }

        $content = Join-Path $TestDrive content
        [IO.Compression.ZipFile]::ExtractToDirectory($package.FullName, $content)

        # Runs a script in a PowerShell of its own, whose user has a home here and nothing in it. Returns what it writes.
        function Invoke-Script {
            param([string] $Text)

            $user = Join-Path $TestDrive user
            $changes = @{
                HOME            = $user
                XDG_CONFIG_HOME = Join-Path $user .config
                XDG_CACHE_HOME  = Join-Path $user .cache
                XDG_DATA_HOME   = Join-Path $user .local share
                PSModulePath    = Join-Path $user .local share powershell Modules
            }

            # PSResourceGet writes its settings into the current folder where that of the user's data isn't there.
            $null = New-Item $changes.PSModulePath -ItemType Directory -Force
            $before = @{}
            foreach ($name in $changes.Keys) {
                $before[$name] = (Get-Item "Env:$name" -ErrorAction Ignore).Value
                Set-Item "Env:$name" $changes[$name]
            }

            $file = Join-Path $TestDrive script.ps1
            Set-Content $file "`$ErrorActionPreference = 'Stop'; `$ProgressPreference = 'SilentlyContinue'`n$Text"
            try {
                & (Join-Path $PSHOME pwsh) -NoProfile -File $file
                $LASTEXITCODE | Should -Be 0
            } finally {
                $before.Keys | ForEach-Object { Set-Item "Env:$_" $before[$_] }
            }
        }
    }

    It 'is named after the manifest''s version, and nothing else is left beside it' {
        Get-ChildItem $repository -Name | Should -Be "ProcConcurrency.$($manifest.ModuleVersion).nupkg"
    }

    It 'holds the module, its help, views and types, and nothing else' {
        $help = Get-ChildItem (Join-Path $root module en-US) -Name
        $expected = @(
            'CHANGELOG.md', 'LICENSE', 'README.md', 'ProcConcurrency.psd1', 'module/ProcConcurrency.psd1'
            'module/ProcConcurrency.Format.ps1xml', 'module/ProcConcurrency.Types.ps1xml'
            $help | ForEach-Object { "en-US/$_"; "module/en-US/$_" }
            Get-ChildItem (Join-Path $root module bin) -Filter *.dll -Name | ForEach-Object { "module/bin/$_" }
        )

        # What the format of all such packages adds.
        $own = '^(_rels|package)/|^\[Content_Types\]\.xml$|\.nuspec$'
        $names = (Get-ChildItem -LiteralPath $content -Recurse -File -Force -Name) -replace '\\', '/' -notmatch $own
        $names | Sort-Object | Should -Be ($expected | Sort-Object)
    }

    It 'has plain code for any platform, without paths of the machine that made it' {
        foreach ($assembly in Get-ChildItem (Join-Path $content module bin)) {
            $stream = [IO.File]::OpenRead($assembly)
            try {
                $header = [Reflection.PortableExecutable.PEReader]::new($stream).PEHeaders.CorHeader
                $header.ManagedNativeHeaderDirectory.Size | Should -Be 0
            } finally {
                $stream.Dispose()
            }

            Select-String $assembly -SimpleMatch $root -Quiet | Should -BeFalse
        }
    }

    It 'is found, installed, imported by name, and runs a child and a pool' {
        if (-not (Get-Module Microsoft.PowerShell.PSResourceGet -ListAvailable)) {
            Set-ItResult -Skipped -Because 'Microsoft.PowerShell.PSResourceGet is not installed'
            return
        }

        $found = Invoke-Script @"
            Register-PSResourceRepository Here '$repository' -Trusted
            try {
                Find-PSResource ProcConcurrency -Repository Here | Select-Object Author, Description, Type, Tags | ConvertTo-Json -EnumsAsStrings
                Install-PSResource ProcConcurrency -Repository Here -Quiet
            } finally {
                Unregister-PSResourceRepository Here
            }
"@ | ConvertFrom-Json
        $found.Type | Should -Be Module
        $found.Author | Should -Be $manifest.Author
        $found.Description | Should -Be $manifest.Description
        $found.Tags | Should -Be $manifest.PrivateData.PSData.Tags

        $said = Invoke-Script @'
            Import-Module ProcConcurrency
            $child = Start-ChildProcess { 6 * 7; (Get-Help Start-ChildProcess).Synopsis }
            $output = $child | Receive-ChildProcess -Wait
            @{
                Base     = (Get-Module ProcConcurrency).ModuleBase
                Child    = $output
                Pool     = 1..5 | Invoke-ProcPool { $_ * $_ }
                Synopsis = (Get-Help Start-ChildProcess).Synopsis
                Topic    = "$(Get-Help about_ProcConcurrency_Pools)"
                View     = $child | Out-String
                Types    = (Get-TypeData ProcConcurrency.*).TypeName
            } | ConvertTo-Json
'@ | ConvertFrom-Json
        $said.Base | Should -BeLike "$TestDrive*ProcConcurrency*"
        $said.Synopsis | Should -BeLike 'Starts a child process*'
        $said.Child | Should -Be 42, $said.Synopsis
        $said.Pool | Should -Be 1, 4, 9, 16, 25
        $said.Topic | Should -BeLike 'TOPIC*about_ProcConcurrency_Pools*'
        $said.View | Should -Match 'ProcessId'
        $said.Types | Should -Not -BeNullOrEmpty
    }
}
