using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Processes;

namespace ProcConcurrency.Runtime.Remote;

/// <summary>Connections to several hosts, made side by side and kept until this is disposed: dead ones cost one time limit together.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class HostConnections : IDisposable
{
    private readonly CancellationTokenSource _closing = new();
    private readonly List<Thread> _threads;

    // Guards what follows.
    private readonly object _gate = new();
    private readonly Queue<RemoteTarget> _waiting;
    private readonly List<RemoteHost> _hosts = [];
    private readonly Dictionary<RemoteTarget, RemoteHostException> _errors = [];
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left;

    /// <summary>Begins to connect.</summary>
    /// <param name="targets">The hosts.</param>
    /// <param name="throttle">How many at a time.</param>
    public HostConnections(IEnumerable<RemoteTarget> targets, int throttle)
    {
        _waiting = new Queue<RemoteTarget>(targets);
        _left = _waiting.Count;
        if (_left == 0)
        {
            _done.SetResult();
        }

        _threads = [.. Enumerable.Range(0, Math.Min(throttle, _left)).Select(_ => Background.Start("connections", Connect))];
    }

    /// <summary>Returns when each is connected to, or has failed.</summary>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    public void Wait(CancellationToken canceled) => Task.WaitAny([_done.Task], canceled);

    /// <summary>Why a host can't be used; null where it can.</summary>
    public RemoteHostException? ErrorOf(RemoteTarget target)
    {
        lock (_gate)
        {
            return _errors.GetValueOrDefault(target);
        }
    }

    /// <summary>Gives up what is not connected to, and needs the others no longer.</summary>
    public void Dispose()
    {
        _closing.Cancel();
        _threads.ForEach(static thread => thread.Join());
        _closing.Dispose();
        _hosts.ForEach(static host => host.Release());
        _hosts.Clear();
    }

    private void Connect()
    {
        while (Next() is { } target)
        {
            RemoteHostException? error = null;
            RemoteHost? host = null;
            try
            {
                host = RemoteHosts.Acquire(target, _closing.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception caught) when (caught is IOException or InvalidOperationException)
            {
                error = RemoteHostException.Of(target.Name, caught);
            }

            lock (_gate)
            {
                if (host is not null)
                {
                    _hosts.Add(host);
                }
                else
                {
                    _errors[target] = error!;
                }

                if (--_left == 0)
                {
                    _done.SetResult();
                }
            }
        }
    }

    private RemoteTarget? Next()
    {
        lock (_gate)
        {
            return _closing.IsCancellationRequested || !_waiting.TryDequeue(out var target) ? null : target;
        }
    }
}
