# The module as children import it: the same commands and views, without what only a catalogue of modules reads. PowerShell
# matches each name that a manifest lists with each command of the assembly and runs all of its text: half of the time of an import.
@{
    RootModule       = 'bin/ProcConcurrency.dll'
    ModuleVersion    = '0.1.0'
    GUID             = '5f0f6a0c-6ad0-4c0e-9f7b-6b1e3c0f7d52'
    CmdletsToExport  = '*'
    FormatsToProcess = 'ProcConcurrency.Format.ps1xml'
    TypesToProcess   = 'ProcConcurrency.Types.ps1xml'
}
