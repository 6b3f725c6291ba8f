using System.Management.Automation;
using ProcConcurrency.Scripts;

namespace ProcConcurrency.Values;

/// <summary>Runs a barrier's action for a party that waits by method.</summary>
internal static class BarrierAction
{
    /// <summary>Runs it in the runspace of this thread; what it writes is dropped.</summary>
    /// <remarks>A child that uses its handles by methods alone has not imported the module; the action may need it.</remarks>
    internal static void Run(object? action)
    {
        if (ModuleHome.Manifest is { } manifest)
        {
            using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
            if (shell.AddCommand("Microsoft.PowerShell.Core\\Get-Module").AddParameter("Name", "ProcConcurrency").Invoke().Count == 0)
            {
                shell.Commands.Clear();
                shell.AddCommand("Microsoft.PowerShell.Core\\Import-Module").AddParameter("Name", manifest).Invoke();
            }
        }

        ((ScriptBlock)action!).Invoke();
    }
}
