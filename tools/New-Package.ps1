<#
.SYNOPSIS
Packs the module as the PowerShell Gallery takes it.

.DESCRIPTION
Writes ProcConcurrency.<version>.nupkg and returns the file. What the package says of itself stands in the module's manifest.
The SDK packs it, so that this works wherever the module can be built.

.PARAMETER Destination
The folder for the package.
#>
[CmdletBinding()]
param([Parameter(Mandatory, Position = 0)] [string] $Destination)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true

$root = Split-Path $PSScriptRoot
$Destination = (New-Item $Destination -ItemType Directory -Force).FullName
$stage = Join-Path $Destination ProcConcurrency
$module = Join-Path $stage module
$specification = Join-Path $Destination ProcConcurrency.nuspec
$said = @()
try {
    # Plain code, which runs everywhere: images made ahead of time load on one platform only. The build's own paths mean nothing
    # to others, so assemblies name their sources from the repository's root, and files with line numbers stay here.
    $null = New-Item $module -ItemType Directory -Force
    dotnet build (Join-Path $root src ProcConcurrency) --nologo --verbosity quiet --configuration Release --disable-build-servers `
        '-p:CompileAhead=false' '-p:RunAnalyzers=false' "-p:ImageFolder=$module/bin/" "-p:PathMap=$root=/" | Out-Host
    Remove-Item (Join-Path $module bin *.pdb)

    # A session reads help beside the module's manifest, a child beside its own in the folder below.
    Copy-Item (Join-Path $root module *.ps1xml), (Join-Path $root module en-US) $module -Recurse
    Copy-Item (Join-Path $root module en-US) $stage -Recurse
    'ProcConcurrency.psd1', 'LICENSE', 'README.md', 'CHANGELOG.md' | ForEach-Object { Copy-Item (Join-Path $root $_) $stage }

    $manifest = Import-PowerShellDataFile (Join-Path $stage ProcConcurrency.psd1)
    $gallery = $manifest.PrivateData.PSData

    $projectUri = if ($gallery.ContainsKey('ProjectUri')) { "; ProjectUri = '$($gallery.ProjectUri)'" }

    # Of two manifests of one name PSResourceGet reads the deeper one, which is the children's: so that one says, too, what this is.
    $child = Join-Path $module ProcConcurrency.psd1
    $about = @(
        'Author', 'CompanyName', 'Copyright', 'Description' | ForEach-Object { "    $_ = '$($manifest[$_] -replace "'", "''")'" }
        "    PrivateData = @{ PSData = @{ Tags = '$($gallery.Tags -join "', '")'; LicenseUri = '$($gallery.LicenseUri)'$projectUri } }"
    )
    @(Get-Content $child | Select-Object -SkipLast 1) + $about + '}' | Set-Content $child

    $nuspec = [xml] @'
<package>
  <metadata>
    <id>ProcConcurrency</id>
    <version />
    <authors />
    <owners />
    <licenseUrl />
    <requireLicenseAcceptance>false</requireLicenseAcceptance>
    <description />
    <copyright />
    <tags />
  </metadata>
  <files>
    <file src="ProcConcurrency/**" />
  </files>
</package>
'@
    $metadata = $nuspec.package.metadata
    $metadata.version = $manifest.ModuleVersion
    $metadata.authors = $manifest.Author
    $metadata.owners = $manifest.CompanyName
    $metadata.licenseUrl = $gallery.LicenseUri
    if ($projectUri) { $metadata.AppendChild($nuspec.CreateElement('projectUrl')).InnerText = $gallery.ProjectUri }
    $metadata.description = $manifest.Description
    $metadata.copyright = $manifest.Copyright
    $metadata.tags = @('PSModule') + ($manifest.CompatiblePSEditions -replace '^', 'PSEdition_') + $gallery.Tags -join ' '
    $nuspec.Save($specification)

    # Its advice is for libraries: a readme on nuget.org, assemblies in lib.
    $said = dotnet pack $specification --output $Destination 2>&1
    Get-Item (Join-Path $Destination "ProcConcurrency.$($manifest.ModuleVersion).nupkg")
} catch [Management.Automation.NativeCommandExitException] {
    throw "The package can't be made: $($_.Exception.Message) $said"
} finally {
    Remove-Item $stage, $specification -Recurse -Force -ErrorAction Ignore
}
