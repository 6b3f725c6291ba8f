using System.Management.Automation;
using ProcConcurrency.Jobs;
using ProcConcurrency.Pools;
using ProcConcurrency.Runtime.Remote;

namespace ProcConcurrency;

/// <summary>
/// Ends what the module keeps running for later calls, and what would end with the session, when the last runspace that has the module
/// removes it. Children that are no daemons go on: they are jobs of the session, which another import finds again.
/// </summary>
public sealed class ModuleCleanup : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    // Another machine may not answer.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    public void OnImport() => ModuleUsers.Add();

    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        if (!ModuleUsers.RemoveLast())
        {
            return;
        }

        var daemons = ChildProcessTable.All.Where(static process => process is { Daemon: true, IsAlive: true }).ToArray();
        ChildProcess.Stop(daemons, force: true);
        var runs = PoolJobTable.All.Select(static job => job.End()).ToArray();
        foreach (var pool in PoolTable.All)
        {
            pool.Stop();
        }

        // First, for a run that is at its end anyway lets its workers wait for the next.
        Task.WaitAll(runs, s_patience);
        SpareChildren.Store.Clear();
        WarmWorkers.Keeper.Clear();
        Task.WaitAll([.. daemons.Select(static process => process.Ended)], s_patience);
        RemoteHosts.CloseUnused();
    }
}
