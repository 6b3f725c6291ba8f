# A script, for the engine keeps one module for an assembly: the first manifest that named it would choose what it exports
# for the second one too.
Import-Module "$PSScriptRoot/../../ProcConcurrency.Host.dll"
Export-ModuleMember -Cmdlet *
