using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Remote;

/// <summary>
/// On the other machine: starts children as ordinary local ones, and relays between them and the session. It runs no user's code, and
/// opens nothing of what passes. When its channel closes, or nothing is heard for long, it ends all that it started, and itself.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class RemoteAgent : IRelayOwner, IDisposable
{
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(5);

    private readonly Func<RemoteLaunch, int, LaunchSettings> _program;
    private readonly Relay _relay;
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Guards what follows.
    private readonly object _gate = new();
    private readonly Dictionary<int, AgentChild?> _children = []; // Null while it is being started.
    private bool _isOver;

    private RemoteAgent(Stream channel, Func<RemoteLaunch, int, LaunchSettings> program, TimeSpan beat)
    {
        _program = program;
        _relay = new Relay(channel, this, beat);
    }

    /// <summary>Serves a session to its end; nothing that was started is left when this returns.</summary>
    /// <param name="input">From the session.</param>
    /// <param name="output">To the session.</param>
    /// <param name="program">Says what program a child is, beside so many others; may throw an <see cref="IOException"/> that says why there is none.</param>
    public static void Run(Stream input, Stream output, Func<RemoteLaunch, int, LaunchSettings> program) =>
        Run(new JoinedStream(input, output), program, RemoteHost.s_beat);

    internal static void Run(Stream channel, Func<RemoteLaunch, int, LaunchSettings> program, TimeSpan beat)
    {
        using var agent = new RemoteAgent(channel, program, beat);
        agent._relay.TryPost(MessageKind.Notice, RelayProtocol.Hello, new PayloadWriter().Int32(Environment.ProcessorCount).Written);

        // A read of standard input may never come back.
        Background.Start("session", agent._relay.ReadToEnd);
        agent._over.Task.Wait();
        agent.EndChildren();
    }

    void IRelayOwner.OnMessage(MessageKind kind, uint id, ReadOnlySpan<byte> payload)
    {
        switch (id)
        {
            case RelayProtocol.Spawn when kind == MessageKind.Request:
                Spawn(RemoteLaunch.Decode(payload));
                break;
            case RelayProtocol.Signal when kind == MessageKind.Notice:
                Signal(new PayloadReader(payload));
                break;
            default:
                throw new ProtocolException($"a session sent a {kind} message with the unknown id {id}");
        }
    }

    /// <summary>Closes the channel.</summary>
    public void Dispose() => _relay.Dispose();

    void IRelayOwner.OnClosed(string? reason) => _over.TrySetResult();

    /// <summary>Starts a child, on a thread of its own: a folder on a dead network drive may take for ever.</summary>
    private void Spawn(RemoteLaunch launch)
    {
        lock (_gate)
        {
            _children.Add(launch.Number, null);
        }

        try
        {
            Background.Start("start", () => Start(launch), error => Refuse(launch.Number, error));
        }
        catch (IOException error)
        {
            Background.Queue("start", () => Refuse(launch.Number, error));
        }
    }

    private void Start(RemoteLaunch launch)
    {
        int others;
        lock (_gate)
        {
            others = _children.Keys.Count(number => number != launch.Number);
        }

        var settings = _program(launch, others);
        if (!Directory.Exists(settings.WorkingDirectory))
        {
            throw new DirectoryNotFoundException($"the working directory '{settings.WorkingDirectory}' does not exist or is no folder");
        }

        var process = ProcessPlatform.Current.Spawn(settings);
        var child = new AgentChild(_relay, launch.Number, process);
        bool isWanted;
        lock (_gate)
        {
            isWanted = !_isOver && _children.ContainsKey(launch.Number);
            if (isWanted)
            {
                _children[launch.Number] = child;
            }
        }

        try
        {
            _relay.TryPost(MessageKind.Answer, RelayProtocol.Spawn, new PayloadWriter().Int32(launch.Number).Int32(child.ProcessId).Written);
            child.Begin(() => Remove(launch.Number));
        }
        catch (IOException)
        {
            isWanted = false;
            child.Close();
        }

        if (!isWanted)
        {
            ProcessPlatform.Current.SignalTrees([child.ProcessId], force: true);
        }
    }

    /// <summary>Says why a child isn't started. Where its files have been taken away, the connection ends: the next one brings them again.</summary>
    private void Refuse(int number, Exception error)
    {
        Remove(number);
        var isLoss = error is FileNotFoundException;
        try
        {
            _relay.Send(MessageKind.Fault, RelayProtocol.Spawn, new PayloadWriter().Int32(number).Flag(isLoss).Flag(ShortageException.IsBehind(error)).Text(error.Message).Memory);
        }
        catch (IOException)
        {
            // The session is gone.
        }

        if (isLoss)
        {
            _relay.Dispose();
        }
    }

    private void Signal(PayloadReader message)
    {
        var force = message.Flag();
        var processIds = new List<int>();
        for (var left = message.Int32(); left > 0; left--)
        {
            lock (_gate)
            {
                var number = message.Int32();
                if (_children.TryGetValue(number, out var child) && child is null)
                {
                    // Who starts it sees that nobody wants it.
                    _children.Remove(number);
                }
                else if (child is not null)
                {
                    processIds.Add(child.ProcessId);
                }
            }
        }

        // It looks at all processes of the machine.
        Background.Queue("signals", () => ProcessPlatform.Current.SignalTrees(processIds, force));
    }

    private void Remove(int number)
    {
        lock (_gate)
        {
            _children.Remove(number);
        }
    }

    private void EndChildren()
    {
        List<AgentChild> children;
        lock (_gate)
        {
            _isOver = true;
            children = [.. _children.Values.OfType<AgentChild>()];
        }

        ProcessPlatform.Current.SignalTrees([.. children.Select(static child => child.ProcessId)], force: true);
        Task.WaitAll([.. children.Select(static child => child.Exited)], s_grace);
    }
}
