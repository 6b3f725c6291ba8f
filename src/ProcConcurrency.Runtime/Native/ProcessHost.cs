namespace ProcConcurrency.Runtime.Native;

/// <summary>A machine that runs child processes: this one (<see cref="Local"/>), or another that is reached over ssh.</summary>
/// <remarks>Thread-safe.</remarks>
public abstract class ProcessHost
{
    private protected ProcessHost()
    {
    }

    /// <summary>This machine.</summary>
    public static ProcessHost Local { get; } = new LocalHost();

    /// <summary>What the user calls it; null for this machine.</summary>
    public virtual string? Name => null;

    /// <summary>Why it can't be reached any more; null while it can.</summary>
    public virtual string? Loss => null;

    /// <summary>As <see cref="IProcessPlatform.Spawn"/>.</summary>
    /// <exception cref="ProcessStartException">It can't be started; nothing is left behind.</exception>
    /// <exception cref="IOException">The machine can't be reached any more.</exception>
    /// <exception cref="OperationCanceledException">Canceled; what was asked for is ended if it still comes.</exception>
    internal abstract SpawnedProcess Spawn(LaunchSettings settings, CancellationToken canceled);

    /// <summary>As <see cref="IProcessPlatform.SignalTrees"/>.</summary>
    internal abstract void SignalTrees(IReadOnlyCollection<int> processIds, bool force);

    /// <summary>Asks processes of any machines to end, or ends them at once: many on one machine cost little more than one.</summary>
    internal static void SignalTrees(IEnumerable<HostedProcess> processes, bool force)
    {
        foreach (var together in processes.GroupBy(static process => process.Host))
        {
            var ids = new List<int>();
            foreach (var process in together)
            {
                ids.Add(process.ProcessId);
            }

            together.Key.SignalTrees(ids, force);
        }
    }

    private sealed class LocalHost : ProcessHost
    {
        internal override SpawnedProcess Spawn(LaunchSettings settings, CancellationToken canceled) => ProcessPlatform.Current.Spawn(settings);

        internal override void SignalTrees(IReadOnlyCollection<int> processIds, bool force) => ProcessPlatform.Current.SignalTrees(processIds, force);
    }
}

/// <summary>A process of a machine.</summary>
/// <param name="Host">The machine.</param>
/// <param name="ProcessId">Its id there.</param>
internal sealed record HostedProcess(ProcessHost Host, int ProcessId);
