using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Processes;

namespace ProcConcurrency.Runtime.Remote;

/// <summary>A place for one worker on one machine of a <see cref="HostSet"/>. Disposed, it is free again: by its worker, which has it until its end.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class HostPlace : IDisposable
{
    private readonly Action<HostPlace> _onFree;
    private readonly Action<RemoteHostException> _onRefused;
    private readonly CancellationToken _canceled;

    internal HostPlace(ProcessHost host, Action<HostPlace> onFree, Action<RemoteHostException> onRefused, CancellationToken canceled)
    {
        Host = host;
        _canceled = canceled;
        _onFree = onFree;
        _onRefused = onRefused;
    }

    /// <summary>Where the worker is to run.</summary>
    public ProcessHost Host { get; }

    /// <summary>The place among those that come up there at this moment.</summary>
    internal IDisposable? StartPlace { get; set; }

    /// <summary>Starts the worker; where it can't be started, the place is free.</summary>
    /// <param name="start">Starts it, on this machine, with this place among those that come up, until it is canceled.</param>
    public ChildLink Start(Func<ProcessHost, IDisposable, CancellationToken, ChildLink> start)
    {
        try
        {
            return start(Host, StartPlace!, _canceled);
        }
        catch (Exception error)
        {
            Dispose();
            if (error is RemoteHostException fault)
            {
                // That machine's fault alone: a folder that it doesn't have, say.
                _onRefused(fault);
            }

            throw;
        }
    }

    /// <summary>The worker is gone, or none was started. A second call does nothing.</summary>
    public void Dispose()
    {
        StartPlace?.Dispose();
        _onFree(this);
    }
}
