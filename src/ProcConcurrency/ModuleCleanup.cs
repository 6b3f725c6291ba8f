using System.Management.Automation;
using ProcConcurrency.Pools;
using ProcConcurrency.Runtime.Remote;

namespace ProcConcurrency;

/// <summary>Ends what the module keeps running for later calls, when a session removes it.</summary>
public sealed class ModuleCleanup : IModuleAssemblyCleanup
{
    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        WarmWorkers.Keeper.Clear();
        RemoteHosts.CloseUnused();
    }
}
