@{
    RootModule           = 'module/bin/ProcConcurrency.dll'
    ModuleVersion        = '0.1.0'
    GUID                 = '5f0f6a0c-6ad0-4c0e-9f7b-6b1e3c0f7d52'
    Author               = 'The ProcConcurrency authors'
    CompanyName          = 'ProcConcurrency'
    Copyright            = '(c) the ProcConcurrency authors. MIT licence.'
    Description          = 'Python''s multiprocessing, whole, for PowerShell: child processes and process pools as cmdlets over one shared runtime.'
    PowerShellVersion    = '7.4'
    CompatiblePSEditions = @('Core')
    CmdletsToExport      = @(
        'Get-ChildProcess', 'New-ChildProcess', 'Receive-ChildProcess', 'Start-ChildProcess', 'Stop-ChildProcess', 'Wait-ChildProcess'
        'Close-ProcPool', 'Get-ProcPool', 'Invoke-ProcPool', 'New-ProcPool', 'Stop-ProcPool', 'Wait-ProcPool'
        'Get-ProcTask', 'Invoke-ProcTask', 'Receive-ProcTask', 'Stop-ProcTask', 'Submit-ProcTask', 'Wait-ProcTask'
        'Export-ProcTimeline'
        'Get-ProcOption', 'Set-ProcOption'
        'Enter-ProcLock', 'Exit-ProcLock', 'New-ProcLock', 'Use-ProcLock'
        'New-ProcSemaphore'
        'New-ProcEvent', 'Reset-ProcEvent', 'Set-ProcEvent', 'Wait-ProcEvent'
        'New-ProcCondition', 'Send-ProcCondition', 'Wait-ProcCondition'
        'New-ProcBarrier', 'Reset-ProcBarrier', 'Stop-ProcBarrier', 'Wait-ProcBarrier'
        'New-ProcArray', 'New-ProcDictionary', 'New-ProcList', 'New-ProcValue'
        'Close-ProcQueue', 'Complete-ProcQueue', 'New-ProcQueue', 'Receive-ProcQueue', 'Send-ProcQueue', 'Wait-ProcQueue'
        'Get-ProcObject', 'Remove-ProcObject'
        'Close-ProcPipe', 'Connect-ProcPipe', 'New-ProcPipe', 'Receive-ProcPipe', 'Send-ProcPipe', 'Test-ProcPipe'
        'Close-ProcListener', 'New-ProcListener', 'Receive-ProcListener'
        'Connect-ProcManager', 'Start-ProcManager', 'Stop-ProcManager'
    )
    FormatsToProcess     = @('module/ProcConcurrency.Format.ps1xml')
    TypesToProcess       = @('module/ProcConcurrency.Types.ps1xml')
    FunctionsToExport    = @()
    VariablesToExport    = @()
    AliasesToExport      = @()
    PrivateData          = @{
        PSData = @{
            Tags       = @('multiprocessing', 'parallel', 'process', 'pool', 'concurrency', 'job')
            LicenseUri = 'https://opensource.org/license/mit'
        }
    }
}
