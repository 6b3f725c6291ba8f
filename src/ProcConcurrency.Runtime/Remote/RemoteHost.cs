using System.Diagnostics;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Processes;

namespace ProcConcurrency.Runtime.Remote;

/// <summary>
/// Another machine that runs children for this session: one ssh connection, at its other end an agent (<see cref="RemoteAgent"/>) that
/// starts them as ordinary local children and relays what they say. To a <see cref="ChildLink"/> they are processes like any others.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class RemoteHost : ProcessHost, IRelayOwner, IDisposable
{
    /// <summary>How often each end says that it lives, as long as nothing else is asked for.</summary>
    internal static readonly TimeSpan s_beat = TimeSpan.FromSeconds(15);

    // A far machine that doesn't answer may be stopped; nobody here waits for it longer than this.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    // How long a far machine may take to start a process: longer only where it hangs, and others may do the work.
    private static readonly TimeSpan s_spawn = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan s_startLease = TimeSpan.FromSeconds(15);

    // How long an unused connection stays, for the next call.
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(60);

    private readonly SpawnedProcess _ssh;
    private readonly OutputCapture _errors;
    private readonly Relay _relay;
    private readonly BackgroundTimer _idle;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Places? _places;
    private volatile string? _loss;

    // Guards what follows.
    private readonly object _gate = new();
    private readonly Dictionary<int, RemoteChild> _children = [];
    private int _lastNumber;
    private int _users;
    private bool _isOver;

    internal RemoteHost(RemoteTarget target, SpawnedProcess ssh, OutputCapture errors, TimeSpan beat)
    {
        Target = target;
        _ssh = ssh;
        _errors = errors;
        _relay = new Relay(ssh.Channel, this, beat);
        _relay.Emptied += LetIdle;
        _idle = Background.Timer("idle connection", OnIdle);
    }

    /// <summary>How it is reached.</summary>
    public RemoteTarget Target { get; }

    /// <inheritdoc/>
    public override string Name => Target.Name;

    /// <inheritdoc/>
    public override string? Loss => _loss;

    /// <summary>Whether children can be started.</summary>
    internal bool IsConnected
    {
        get
        {
            lock (_gate)
            {
                return !_isOver;
            }
        }
    }

    /// <summary>
    /// Whether nothing runs there, or is about to. What has ended there may have written more than has come: its streams are open that long.
    /// </summary>
    private bool IsUnused
    {
        get
        {
            Debug.Assert(Monitor.IsEntered(_gate));
            return _children.Count == 0 && _users == 0 && !_relay.HasStreams;
        }
    }

    /// <summary>Where nothing runs there, or is about to, nobody can start anything there from now on. False where something does.</summary>
    internal bool TryRetire()
    {
        lock (_gate)
        {
            if (!IsUnused)
            {
                return false;
            }

            _isOver = true;
            return true;
        }
    }

    /// <summary>Raised, on any thread, when the connection is closed.</summary>
    internal event Action? Gone;

    /// <summary>Raised, on any thread, when another child may come up there.</summary>
    internal event Action? PlaceFreed;

    /// <summary>Completes when the connection is closed.</summary>
    internal Task Closed => _closed.Task;

    /// <summary>The process of ssh.</summary>
    internal int SshProcessId => _ssh.ProcessId;

    /// <summary>Waits until one more child may come up there; it has come up, or is gone, when the place is disposed.</summary>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    public IDisposable TakePlace(CancellationToken canceled) => _places!.Take(canceled);

    /// <summary>The same where one may come up at this moment; null where none may.</summary>
    internal IDisposable? TryTakePlace() => _places!.TryTake();

    /// <summary>Somebody means to start children: the connection stays, until <see cref="Release"/>. False where it is closed.</summary>
    internal bool TryAcquire()
    {
        lock (_gate)
        {
            _users += _isOver ? 0 : 1;
            return !_isOver;
        }
    }

    /// <summary>One who acquired it needs it no longer.</summary>
    public void Release()
    {
        lock (_gate)
        {
            _users--;
            LetIdle();
        }
    }

    /// <summary>Begins to read; returns when the agent has said that it is there.</summary>
    /// <exception cref="RemoteHostException">It doesn't.</exception>
    internal void Begin(CancellationToken canceled)
    {
        Background.Start($"host {Name}", _relay.ReadToEnd);
        Task.WaitAny([_ready.Task, Closed], canceled);
        if (!_ready.Task.IsCompleted)
        {
            throw Lost();
        }

        lock (_gate)
        {
            // Whoever asked for it may have gone meanwhile.
            LetIdle();
        }
    }

    internal override SpawnedProcess Spawn(LaunchSettings settings, CancellationToken canceled)
    {
        RemoteChild child;
        lock (_gate)
        {
            if (_isOver)
            {
                throw Lost();
            }

            child = new RemoteChild(_relay, ++_lastNumber);
            _children.Add(child.Number, child);
        }

        try
        {
            _relay.Post(MessageKind.Request, RelayProtocol.Spawn, RemoteLaunch.Encode(child.Number, settings));
            if (Task.WaitAny([child.Started], (int)s_spawn.TotalMilliseconds, canceled) < 0)
            {
                Abandon(child);
                throw new RemoteHostException(Name, RemoteHostFault.Unreachable, $"'{Name}' has not answered for {s_spawn.TotalSeconds:0} seconds.");
            }

            return child.Started.IsCompletedSuccessfully ? child.Process : throw child.Started.Exception!.InnerException!;
        }
        catch (OperationCanceledException)
        {
            Abandon(child);
            throw;
        }
        catch (IOException error)
        {
            Forget(child);
            child.Close();

            // The line may break before its end is told.
            throw IsConnected && error is RemoteHostException refusal ? refusal : Lost(error);
        }
    }

    internal override void SignalTrees(IReadOnlyCollection<int> processIds, bool force)
    {
        List<RemoteChild> children;
        lock (_gate)
        {
            children = [.. _children.Values.Where(child => child.Started.IsCompletedSuccessfully && processIds.Contains(child.Started.Result))];
        }

        Signal(children, force);
    }

    /// <summary>Closes the connection: the agent ends all that it started. Returns at once.</summary>
    public void Dispose()
    {
        _relay.Dispose();
        _idle.Dispose();
    }

    /// <summary>The same; returns when ssh is gone, or has been killed.</summary>
    internal void Close()
    {
        Dispose();
        WaitForSsh();
    }

    void IRelayOwner.OnMessage(MessageKind kind, uint id, ReadOnlySpan<byte> payload)
    {
        var reader = new PayloadReader(payload);
        if (id == RelayProtocol.Hello)
        {
            // One more than the processors, where this machine's own gate has half as many more (StartGate). None is held for long.
            var places = new Places(Math.Clamp(reader.Int32(), 1, 1024) + 1, s_startLease);
            places.Freed += () => PlaceFreed?.Invoke();
            _places = places;

            // What a login shell warned of, or ssh itself, is no reason of what comes later.
            _errors.Forget();
            _ready.TrySetResult();
            return;
        }

        RemoteChild? child;
        lock (_gate)
        {
            _children.TryGetValue(reader.Int32(), out child);
        }

        switch (id)
        {
            case RelayProtocol.Spawn when kind == MessageKind.Answer:
                child?.OnStarted(reader.Int32());
                break;
            case RelayProtocol.Spawn:
                var fault = reader.Flag() ? RemoteHostFault.Unreachable : RemoteHostFault.StartFailed;
                var isShortage = reader.Flag();
                var why = SshWords.Of(reader.Text() ?? "no reason was given");
                child?.OnRefused(new RemoteHostException(
                    Name, fault, $"No process could be started on '{Name}': {why.TrimEnd('.')}.", isShortage ? new ShortageException(why) : null));
                break;
            case RelayProtocol.Exited when child is not null:
                Forget(child);
                child.OnExited(new ExitStatus(reader.Int32()));

                // Of one that never said that it was started; else it means nothing.
                child.OnRefused(Lost());
                break;
            case RelayProtocol.Exited:
                break;
            default:
                throw new ProtocolException($"an agent sent a {kind} message with the unknown id {id}");
        }
    }

    void IRelayOwner.OnClosed(string? reason)
    {
        List<RemoteChild> children;
        lock (_gate)
        {
            _isOver = true;
            children = [.. _children.Values];
            _children.Clear();
        }

        _idle.Dispose();

        // Not here: this may be the timers' thread, which is everybody's.
        Background.StartOrQueue($"end of host {Name}", () => Bury(reason, children));
    }

    private void Bury(string? reason, List<RemoteChild> children)
    {
        // What ssh says at its end often tells more than the line's end.
        var isByItself = WaitForSsh();
        _errors.Finish();
        var status = _ssh.Exited.Result;
        reason ??= isByItself && SshCommand.HasFailed(status) ? $"ssh ended with {status}." : "The agent on it has ended.";
        var said = SshWords.LastOf(_errors.Tail);
        _loss = $"The connection to '{Name}' was lost. {reason}{(said.Length > 0 ? $" ssh said: {said}" : string.Empty)}";
        foreach (var child in children)
        {
            child.OnRefused(Lost());
            child.GiveUp(ExitStatus.Unknown);
        }

        _closed.TrySetResult();
        Gone?.Invoke();
    }

    /// <summary>Returns when ssh is gone; it is killed where it doesn't go by itself, and that is false.</summary>
    private bool WaitForSsh()
    {
        if (_ssh.Exited.Wait(s_patience))
        {
            return true;
        }

        ProcessPlatform.Current.SignalTrees([_ssh.ProcessId], force: true);
        _ssh.Exited.Wait();
        return false;
    }

    private RemoteHostException Lost(Exception? error = null) =>
        new(Name, RemoteHostFault.Unreachable, _loss ?? $"The connection to '{Name}' is closed.", error);

    private void Signal(List<RemoteChild> children, bool force)
    {
        if (children.Count == 0)
        {
            return;
        }

        // A message has room for some thousand numbers.
        foreach (var some in children.Chunk(4096))
        {
            var message = new PayloadWriter().Flag(force).Int32(some.Length);
            foreach (var child in some)
            {
                message.Int32(child.Number);
            }

            _relay.TryPost(MessageKind.Notice, RelayProtocol.Signal, message.Written, isInOrder: true);
        }

        if (force)
        {
            BackgroundTimer? timer = null;
            timer = Background.Timer("far end of a kill", () =>
            {
                // It has the order, and obeys when it wakes up; its end, at the latest, ends them.
                children.ForEach(child =>
                {
                    Forget(child);
                    child.GiveUp(new ExitStatus(-9));
                });
                timer!.Dispose();
            });
            timer.Set(s_patience);
        }
    }

    /// <summary>
    /// Nobody wants it any more, whether or not it is started yet. It keeps no connection: the agent has the order to end it, and ends it
    /// with the connection, too.
    /// </summary>
    private void Abandon(RemoteChild child)
    {
        Signal([child], force: true);
        Forget(child);
        child.Close();
    }

    private void Forget(RemoteChild child)
    {
        lock (_gate)
        {
            _children.Remove(child.Number);
            LetIdle();
        }
    }

    /// <summary>Where nobody needs it, it is closed after a while.</summary>
    private void LetIdle()
    {
        lock (_gate)
        {
            if (IsUnused && !_isOver)
            {
                _idle.Set(s_idle);
            }
        }
    }

    private void OnIdle()
    {
        if (TryRetire())
        {
            Dispose();
        }
    }
}
