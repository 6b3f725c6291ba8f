using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Processes;

namespace ProcConcurrency.Runtime.Remote;

/// <summary>A place for one worker on one machine of a <see cref="HostSet"/>. Disposed before a worker has it, it is free again.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class HostPlace : IDisposable
{
    private readonly Action<HostPlace> _onFree;
    private readonly Action<RemoteHostException> _onRefused;
    private readonly CancellationToken _canceled;
    private Task? _ended;

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

    /// <summary>Whether the worker lives, or is still to be started.</summary>
    internal bool IsTaken => Volatile.Read(ref _ended) is not { IsCompleted: true };

    /// <summary>Starts the worker, which has the place until its end.</summary>
    /// <param name="start">Starts it, on this machine, with this place among those that come up, until it is canceled.</param>
    public ChildLink Start(Func<ProcessHost, IDisposable, CancellationToken, ChildLink> start)
    {
        try
        {
            var link = start(Host, StartPlace!, _canceled);
            Volatile.Write(ref _ended, link.Ended);
            Background.After("end of a worker", link.Ended, () => _onFree(this));
            return link;
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

    /// <summary>No worker is started.</summary>
    public void Dispose()
    {
        StartPlace?.Dispose();
        _onFree(this);
    }
}
