using System.Management.Automation;
using ProcConcurrency.Runtime.Remote;

namespace ProcConcurrency.Pools;

/// <summary>What a pool has to tell whoever uses it, beside what its tasks write: once, to the first command that looks.</summary>
internal static class PoolNews
{
    /// <summary>Tells of hosts that can't be used, while the others do the work, and of results that there was no room for on the disk.</summary>
    /// <param name="pool">The pool; null where it is gone.</param>
    /// <param name="onError">Takes errors.</param>
    /// <param name="onWarning">Takes warnings.</param>
    internal static void Tell(PoolCore? pool, Action<ErrorRecord> onError, Action<string> onWarning)
    {
        if (pool?.Engine.TakeWarning() is { } warning)
        {
            onWarning(warning);
        }

        TellHosts(pool?.Hosts, onError);
    }

    /// <summary>Tells of hosts that can't be used; the others do what is to be done.</summary>
    /// <param name="hosts">The pool's; null where it has none.</param>
    /// <param name="onError">Takes errors.</param>
    internal static void TellHosts(HostSet? hosts, Action<ErrorRecord> onError)
    {
        while (hosts?.TakeError() is { } error)
        {
            onError(Errors.OfHost(error));
        }
    }
}
