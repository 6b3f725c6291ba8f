using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Messaging;

/// <summary>One end of a pipe in this process, shared by all handles to it: when the last of them is collected, it closes.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class PipeEnd
{
    // Guards s_ends.
    private static readonly object s_gate = new();
    private static readonly Dictionary<(HubPort Port, long Id), WeakReference<PipeEnd>> s_ends = [];

    // Guards the two below.
    private readonly object _gate = new();
    private PipeConnection? _connection;
    private bool _closed;

    /// <summary>Whether it was closed here.</summary>
    internal bool IsClosed => _closed;

    internal static PipeEnd Of(HubPort port, long id)
    {
        lock (s_gate)
        {
            if (s_ends.TryGetValue((port, id), out var weak) && weak.TryGetTarget(out var known))
            {
                return known;
            }

            foreach (var (key, other) in s_ends.ToArray())
            {
                if (!other.TryGetTarget(out _))
                {
                    s_ends.Remove(key);
                }
            }

            var end = new PipeEnd();
            s_ends[(port, id)] = new WeakReference<PipeEnd>(end);
            return end;
        }
    }

    /// <summary>The connection. It is made when it is first asked for; that fails where another process uses this end.</summary>
    internal PipeConnection Connect(Func<PipeConnection> place)
    {
        if (_connection is { IsClosed: false } connection)
        {
            return connection;
        }

        lock (_gate)
        {
            return _closed ? throw new PipeClosedException("This end of the pipe is closed.") : _connection ??= place();
        }
    }

    /// <summary>Closes it here. Gives whether it wasn't before.</summary>
    internal bool Close()
    {
        lock (_gate)
        {
            var wasClosed = _closed;
            _closed = true;
            _connection?.Dispose();
            return !wasClosed;
        }
    }
}
