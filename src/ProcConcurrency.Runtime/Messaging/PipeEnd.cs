using System.Diagnostics;
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

    // Who has the turn asks the hub for the connection; whether one who did has left before there was an answer.
    private readonly PipeTurn _asking = new();
    private bool _isLeft;

    // Guards the connection, and whether it is closed.
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
    /// <param name="limit">How long the caller waits for the hub.</param>
    /// <param name="place">Asks the hub for it, and gives what came to <see cref="Keep"/>, be it after its caller has left; null where it did not come in time.</param>
    /// <returns>Null where it did not come in time.</returns>
    internal PipeConnection? Connect(WaitLimit limit, Func<WaitLimit, PipeConnection?> place)
    {
        if (_connection is { IsClosed: false } connection)
        {
            return connection;
        }

        var start = Stopwatch.GetTimestamp();
        if (!_asking.Take(limit, start))
        {
            return null;
        }

        try
        {
            lock (_gate)
            {
                if (_closed)
                {
                    throw new PipeClosedException("This end of the pipe is closed.");
                }

                if (_connection is not null)
                {
                    return _connection;
                }
            }

            return Ask(limit.Since(start), place);
        }
        finally
        {
            _asking.Pass();
        }
    }

    /// <summary>The hub has given the connection to this process, and nobody else will get it: whoever asked for it.</summary>
    internal PipeConnection Keep(PipeConnection connection)
    {
        lock (_gate)
        {
            _connection = connection;
            if (_closed)
            {
                connection.Dispose();
            }

            Monitor.PulseAll(_gate);
            return connection;
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

    private PipeConnection? Ask(WaitLimit limit, Func<WaitLimit, PipeConnection?> place)
    {
        // So it is where the caller is stopped.
        var wasLeft = _isLeft;
        _isLeft = true;
        try
        {
            var connection = place(limit);
            _isLeft = connection is null;
            return connection;
        }
        catch (PipeClosedException)
        {
            _isLeft = false;
            if (wasLeft && HasCome())
            {
                return _connection;
            }

            throw;
        }
    }

    /// <summary>Whether the connection came late. The hub has given it away when it refuses the next who asks; so it is here, or is being taken in.</summary>
    private bool HasCome()
    {
        lock (_gate)
        {
            return _connection is not null || (!_closed && Monitor.Wait(_gate, PendingCall.s_grace) && _connection is not null);
        }
    }
}
