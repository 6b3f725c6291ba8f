using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>A child process, as the session knows it.</summary>
internal interface ISessionChild
{
    /// <summary>The operating system's id of the process.</summary>
    int ProcessId { get; }

    /// <summary>The machine that it runs on.</summary>
    ProcessHost Host => ProcessHost.Local;

    /// <summary>Its name.</summary>
    string Name { get; }

    /// <summary>Whether the session's end ends it, instead of waiting for it.</summary>
    bool IsDaemon { get; }

    /// <summary>Completes when nothing of the child is left.</summary>
    Task Ended { get; }
}

/// <summary>
/// What one process that loaded the module owns: its key, its way to the hub and its children. When the process ends, its daemons are
/// ended and the others waited for; when it is told to end by a signal, all are ended.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class Session
{
    // An end that takes no longer needs no explanation.
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(1);

    private readonly object _gate = new(); // Guards _children, _lastActions, _key and what is made of the hub.
    private readonly HashSet<ISessionChild> _children = [];
    private readonly List<Action> _lastActions = [];
    private readonly List<PosixSignalRegistration?> _signals = [];
    private byte[]? _key;
    private HubPort? _port;
    private HubRouter? _router;
    private volatile bool _ending;
    private volatile bool _abandon;
    private int _interrupts; // How often Ctrl-C was pressed while it ends.

    private Session()
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Background.Run("end of the session", End);
        Watch(PosixSignal.SIGTERM, _ => _abandon = true);
        Watch(PosixSignal.SIGHUP, _ => _abandon = true);
    }

    /// <summary>This process's session.</summary>
    public static Session Current { get; } = new();

    /// <summary>The 32 bytes that every process of the session proves to know. A child has its parent's.</summary>
    public ReadOnlySpan<byte> Key
    {
        get
        {
            lock (_gate)
            {
                return _key ??= RandomNumberGenerator.GetBytes(Handshake.KeySize);
            }
        }
    }

    /// <summary>
    /// The 32 bytes that processes on other machines prove to know, and that secrets for them are sealed with: made from the session's
    /// key, from which it can't be told. On another machine it is the key itself.
    /// </summary>
    public ReadOnlySpan<byte> RemoteKey => IsHubElsewhere ? Key : HKDF.DeriveKey(
        HashAlgorithmName.SHA256, Key.ToArray(), Handshake.KeySize, info: "ProcConcurrency other machines 1"u8.ToArray());

    /// <summary>The way to the session's hub: in this process, or through its parent. Made when it is first asked for.</summary>
    public HubPort Hub
    {
        get
        {
            lock (_gate)
            {
                if (_port is null)
                {
                    var hub = new Hub(HubEnvironment.Factory, () => HubId);
                    _port = new LocalHubPort(hub, NewClientId(), "MainProcess");
                    _router = new HubRouter(hub);
                }

                return _port;
            }
        }
    }

    /// <summary>What tells the session's hub from every other one: each process of the session knows it, and the key can't be told from it.</summary>
    internal string HubId => $"{TagOf(RemoteKey):X16}";

    /// <summary>Whether the hub is on another machine.</summary>
    internal bool IsHubElsewhere { get; private set; }

    /// <summary>What is to be said on standard error where the session ends by itself, before it ends anything; it gives null for nothing.</summary>
    public Func<string?>? Farewell { get; set; }

    /// <summary>The ids of the child processes that live now.</summary>
    public IReadOnlyList<int> ChildProcessIds
    {
        get
        {
            lock (_gate)
            {
                return [.. _children.Select(static child => child.ProcessId)];
            }
        }
    }

    /// <summary>Tells a session from others, without telling its key.</summary>
    /// <param name="remoteKey">Its <see cref="RemoteKey"/>, which all its processes know.</param>
    public static long TagOf(ReadOnlySpan<byte> remoteKey) => BitConverter.ToInt64(HMACSHA256.HashData(remoteKey, "session tag"u8));

    /// <summary>In a child, before anything else: takes the parent's key as its own.</summary>
    public void Join(ReadOnlySpan<byte> key)
    {
        lock (_gate)
        {
            _key = key.ToArray();
        }
    }

    /// <summary>In a child: the hub is its parent's, or further up.</summary>
    /// <param name="up">Takes messages for the hub.</param>
    /// <param name="clientId">The number that the parent gave this process.</param>
    /// <param name="isElsewhere">See <see cref="IsHubElsewhere"/>.</param>
    public void ConnectHub(IMessageSender up, long clientId, bool isElsewhere = false)
    {
        lock (_gate)
        {
            IsHubElsewhere = isElsewhere;
            _port = new ChannelHubPort(up, clientId, string.Empty, hubIsNeighbour: !isElsewhere);
            _router = new HubRouter(up);
        }
    }

    /// <summary>An answer of the hub, perhaps with a descriptor, for this process or one below it.</summary>
    public void OnHubReply(MessageKind kind, uint id, ReadOnlySpan<byte> payload, SafeHandle? descriptor = null)
    {
        if (_port is { } port && HubRouter.Client(payload) == port.ClientId)
        {
            port.OnReply(kind, id, payload, descriptor);
        }
        else if (_router is { } router)
        {
            router.FromAbove(kind, id, payload, descriptor);
        }
        else
        {
            descriptor?.Dispose();
        }
    }

    /// <summary>
    /// In a child: what is called before a request to the hub goes, and sends what was written until then. It waits for nothing, and gives
    /// what has not gone yet; that is waited for, within the request's own time limit, and then it is called again.
    /// </summary>
    public static void PrecedeHubRequests(Func<UnsentMessage?>? send) => SendingHubPort.Preceding = send;

    /// <summary>In a child: nothing of the hub can be reached any more.</summary>
    public void CloseHub() => _port?.Close("The session that owns this object has ended.");

    /// <summary>
    /// Ends the session's children: daemons at once, the others when they are done. Returns when all are gone.
    /// Called at the process's end; a second call does nothing.
    /// </summary>
    public void End()
    {
        lock (_gate)
        {
            if (_ending)
            {
                return;
            }

            _ending = true;
        }

        // From here on nobody is left to take a Ctrl-C but us.
        Watch(PosixSignal.SIGINT, context =>
        {
            // The first one asks the children, and the session waits for them.
            context.Cancel = true;
            _abandon |= Interlocked.Increment(ref _interrupts) > 1;
        });
        var waited = Stopwatch.StartNew();
        var isTold = _port is ChannelHubPort; // In a child nobody sits who could press Ctrl-C.
        if (!isTold && !_abandon)
        {
            Background.Run("end of the session", () => Say(Farewell?.Invoke()));
        }

        var (asked, ended) = (new HashSet<ISessionChild>(), new HashSet<ISessionChild>());
        while (Living() is { Count: > 0 } living)
        {
            Signal(living.FindAll(child => (child.IsDaemon || _abandon) && ended.Add(child)), force: true);
            Signal(living.FindAll(child => Volatile.Read(ref _interrupts) > 0 && !ended.Contains(child) && asked.Add(child)), force: false);
            if (!isTold && waited.Elapsed > s_silence)
            {
                isTold = true;
                Tell(living);
            }

            Task.WaitAny([.. living.Select(static child => child.Ended)], TimeSpan.FromMilliseconds(250));
        }

        ConnectedHubPort.DisposeAll();
        foreach (var action in LastActions())
        {
            Background.Run("end of the session", action);
        }
    }

    /// <summary>Has something done at the session's end, when its children are gone.</summary>
    internal void AtEnd(Action action)
    {
        lock (_gate)
        {
            _lastActions.Add(action);
        }
    }

    /// <summary>A number for a process that nobody else has.</summary>
    internal static long NewClientId() => BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));

    /// <summary>A message of a process below, for the hub.</summary>
    internal void OnHubMessage(IHubLink link, MessageKind kind, uint id, ReadOnlySpan<byte> payload, SafeHandle? descriptor = null)
    {
        _ = Hub;
        _router!.FromBelow(link, kind, id, payload, descriptor);
    }

    /// <summary>A process below is gone.</summary>
    internal void OnHubLinkClosed(IHubLink link, int? exitCode) => _router?.LinkClosed(link, exitCode);

    internal void RefuseWhenEnding()
    {
        if (_ending)
        {
            throw new InvalidOperationException("The session is ending; no child can be started any more.");
        }
    }

    internal void Add(ISessionChild child)
    {
        lock (_gate)
        {
            _children.Add(child);
        }
    }

    internal void Remove(ISessionChild child)
    {
        lock (_gate)
        {
            _children.Remove(child);
        }
    }

    private List<ISessionChild> Living()
    {
        lock (_gate)
        {
            return [.. _children];
        }
    }

    private List<Action> LastActions()
    {
        lock (_gate)
        {
            return [.. _lastActions];
        }
    }

    private static void Tell(List<ISessionChild> living)
    {
        var names = string.Join(", ", living.Where(static child => !child.IsDaemon).Select(static child => $"'{child.Name}' ({child.ProcessId})"));
        Say(names.Length > 0 ? $"This session ends when its child processes have ended: {names}. Ctrl-C stops them, and once more ends them at once." : null);
    }

    private static void Signal(List<ISessionChild> children, bool force) =>
        ProcessHost.SignalTrees(children.Select(static child => new HostedProcess(child.Host, child.ProcessId)), force);

    private static void Say(string? line)
    {
        if (line is not null)
        {
            Console.Error.WriteLine(line);
        }
    }

    private void Watch(PosixSignal signal, Action<PosixSignalContext> then) => _signals.Add(Background.TryOnSignal(signal, then));
}
