# Everyday cmdlets of the embedded engine, for runspaces that a script opens itself.
# A script's own session has them without a module; a test holds the names.
@{
    ModuleVersion     = '7.0.0.0'
    GUID              = '1f1c6a3c-6f0f-4a53-9d0e-9a6d0d2f7b51'
    RootModule        = 'Microsoft.PowerShell.Utility.psm1'
    FunctionsToExport = @()
    VariablesToExport = @()
    AliasesToExport   = @()
    CmdletsToExport   = @(
        'Add-Member', 'Add-Type', 'Clear-Variable', 'Compare-Object', 'ConvertFrom-Csv', 'ConvertFrom-Json',
        'ConvertTo-Csv', 'ConvertTo-Json', 'ConvertTo-SecureString', 'Export-Csv', 'Format-List', 'Format-Table',
        'Format-Wide', 'Get-Alias', 'Get-Culture', 'Get-Date', 'Get-Error', 'Get-EventSubscriber', 'Get-FileHash',
        'Get-Host', 'Get-Member', 'Get-Random', 'Get-UICulture', 'Get-Unique', 'Get-Variable', 'Group-Object',
        'Import-Csv', 'Import-PowerShellDataFile', 'Invoke-Expression', 'Measure-Command', 'Measure-Object',
        'New-Alias', 'New-Guid', 'New-Object', 'New-TimeSpan', 'New-Variable', 'Out-File', 'Out-String',
        'Register-EngineEvent', 'Remove-Variable', 'Select-Object', 'Select-String', 'Set-Alias', 'Set-Variable',
        'Sort-Object', 'Start-Sleep', 'Tee-Object', 'Unregister-Event', 'Write-Debug', 'Write-Error', 'Write-Host',
        'Write-Information', 'Write-Output', 'Write-Progress', 'Write-Verbose', 'Write-Warning'
    )
}
