using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Processes;
using ProcConcurrency.Values;

namespace ProcConcurrency.Jobs;

/// <summary>A manager's server process, seen from the session that started it. It ends with that session.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ManagerServer : IChildHandler
{
    private const int MostLines = 1000;

    private readonly byte[] _opening;
    private readonly TaskCompletionSource<string> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Guards _log.
    private readonly object _gate = new();
    private readonly Queue<string> _log = new();
    private ChildLink _link = null!;

    private ManagerServer(byte[] opening) => _opening = opening;

    internal int ProcessId => _link.ProcessId;

    internal bool IsAlive => !_link.Ended.IsCompleted;

    internal IReadOnlyList<string> Log
    {
        get
        {
            lock (_gate)
            {
                return [.. _log];
            }
        }
    }

    /// <summary>Starts a server; returns when it listens.</summary>
    /// <param name="launch">The engine.</param>
    /// <param name="address">See <see cref="HubAddress"/>; null for a socket in a folder of its own.</param>
    /// <param name="key">What it wants proved.</param>
    /// <param name="certificate">The certificate and its private key, as PKCS #12; or null.</param>
    /// <param name="canceled">Gives it up.</param>
    /// <returns>The server and where it listens.</returns>
    /// <exception cref="IOException">It doesn't start or can't listen; nothing is left.</exception>
    internal static (ManagerServer Server, string Address) Start(
        LaunchSettings launch, string? address, ListenerKey key, byte[]? certificate, CancellationToken canceled)
    {
        using var writer = new ValueWriter(SessionValues.Context);
        writer.Write(address);

        // Sealed, for what is written passes through buffers that others use next.
        using var secret = SecretBytes.Text(key.Key);
        using var identity = SecretBytes.Text(certificate);
        writer.Write(secret);
        writer.Write(key.Salt);
        writer.Write(identity);
        var server = new ManagerServer(writer.Written.ToArray());
        server._link = ChildLink.Start(launch, StartPlace.Take(canceled), server, "ProcManager", daemon: true, canceled: canceled);
        try
        {
            // Not by a continuation, which would need a thread of the pool.
            Task.WaitAny([server._address.Task], canceled);
            return (server, server._address.Task.GetAwaiter().GetResult());
        }
        catch
        {
            server.Stop(TimeSpan.Zero);
            throw;
        }
    }

    public void OnReady(IChildLink child) => child.Post(MessageKind.Request, ChildProtocol.OpenManager, _opening);

    public void OnMessage(MessageKind kind, uint id, ReadOnlySpan<byte> payload)
    {
        // On the link's own thread: whatever comes, nothing is thrown.
        var text = ValueCodec.TryDecode(payload, SessionValues.Context, out var value, out var reason) ? value as string ?? string.Empty : reason;
        switch (kind)
        {
            case MessageKind.Answer:
                _address.TrySetResult(text);
                break;
            case MessageKind.Fault:
                _address.TrySetException(new IOException(text));
                break;
            default:
                Note(text);
                break;
        }
    }

    public void OnExited(IChildLink child, ExitStatus status)
    {
        _address.TrySetException(new IOException($"The manager's process ended with {status} before it listened. {child.OutputTail}"));
        if (_address.Task.IsCompletedSuccessfully)
        {
            // One that was killed could not take its socket away.
            HubListener.Clean(_address.Task.Result);
        }
    }

    /// <summary>Asks the server to end, and after a while ends it; returns when it is gone.</summary>
    internal void Stop(TimeSpan grace)
    {
        try
        {
            _link.Post(MessageKind.Request, ChildProtocol.End, []);
        }
        catch (IOException)
        {
            // It is gone already.
        }

        if (!_link.Ended.Wait(grace))
        {
            _link.Kill();
            _link.Ended.Wait();
        }
    }

    private void Note(string line)
    {
        lock (_gate)
        {
            _log.Enqueue(line);
            if (_log.Count > MostLines)
            {
                _log.Dequeue();
            }
        }
    }
}
