using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Processes;

namespace ProcConcurrency.Runtime.Remote;

/// <summary>Connections to several hosts, made side by side and kept until this is disposed: dead ones cost one time limit together.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class HostConnections : IDisposable
{
    private readonly CancellationTokenSource _closing = new();
    private readonly Thread? _starter;

    // Of the starter's thread, until that has ended.
    private readonly List<Thread> _threads = [];

    // Guards what follows.
    private readonly object _gate = new();
    private readonly List<RemoteHost> _hosts = [];
    private readonly Dictionary<RemoteTarget, RemoteHostException> _errors = [];
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left;

    /// <summary>Begins to connect.</summary>
    /// <param name="targets">The hosts.</param>
    /// <param name="throttle">How many at a time.</param>
    /// <exception cref="IOException">The system gives this process no more threads.</exception>
    public HostConnections(IEnumerable<RemoteTarget> targets, Places throttle)
    {
        List<RemoteTarget> all = [.. targets];
        _left = all.Count;
        if (_left == 0)
        {
            _done.SetResult();
            return;
        }

        _starter = Background.Start("connections", () => ConnectAll(all, throttle));
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
        _starter?.Join();
        _threads.ForEach(static thread => thread.Join());
        _closing.Dispose();
        _hosts.ForEach(static host => host.Release());
        _hosts.Clear();
    }

    private void ConnectAll(List<RemoteTarget> targets, Places throttle)
    {
        try
        {
            foreach (var target in targets)
            {
                var place = throttle.Take(_closing.Token);
                try
                {
                    _threads.Add(Background.Start($"connection to {target.Name}", () => Connect(target, place)));
                }
                catch (IOException error)
                {
                    place.Dispose();
                    Note(target, null, error);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody waits for the others.
        }
    }

    private void Connect(RemoteTarget target, IDisposable place)
    {
        try
        {
            using (place)
            {
                Note(target, RemoteHosts.Acquire(target, _closing.Token), null);
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody waits for it.
        }
        catch (Exception error)
        {
            // Whatever it is: who waits for all would wait for this one for ever.
            Note(target, null, error);
        }
    }

    private void Note(RemoteTarget target, RemoteHost? host, Exception? error)
    {
        lock (_gate)
        {
            if (host is not null)
            {
                _hosts.Add(host);
            }
            else
            {
                _errors[target] = RemoteHostException.Of(target.Name, error!);
            }

            if (--_left == 0)
            {
                _done.SetResult();
            }
        }
    }
}
