# Everyday cmdlets of the embedded engine for items, paths, drives and processes, for runspaces that a script opens itself.
# A script's own session has them without a module; a test holds the names.
@{
    ModuleVersion     = '7.0.0.0'
    GUID              = '6b3b7c0e-50d4-4c1e-8f57-0f6f3f0f9b52'
    RootModule        = 'Microsoft.PowerShell.Management.psm1'
    FunctionsToExport = @()
    VariablesToExport = @()
    AliasesToExport   = @()
    CmdletsToExport   = @(
        'Add-Content', 'Clear-Content', 'Clear-Item', 'Convert-Path', 'Copy-Item', 'Get-ChildItem', 'Get-Content',
        'Get-Item', 'Get-ItemProperty', 'Get-ItemPropertyValue', 'Get-Location', 'Get-PSDrive', 'Get-PSProvider',
        'Get-Process', 'Get-TimeZone', 'Join-Path', 'Move-Item', 'New-Item', 'New-PSDrive', 'Pop-Location',
        'Push-Location', 'Remove-Item', 'Remove-PSDrive', 'Rename-Item', 'Resolve-Path', 'Set-Content', 'Set-Item',
        'Set-Location', 'Split-Path', 'Start-Process', 'Stop-Process', 'Test-Path', 'Wait-Process'
    )
}
