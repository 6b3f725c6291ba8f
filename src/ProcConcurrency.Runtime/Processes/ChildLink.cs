using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Processes;

/// <summary>A started child, as its owner's other parts use it.</summary>
public interface IChildLink : IDisposable
{
    /// <summary>The operating system's id of the process.</summary>
    int ProcessId { get; }

    /// <summary>The machine that it runs on.</summary>
    ProcessHost Host => ProcessHost.Local;

    /// <summary>The last that the process wrote to its standard output and error: for the message when it dies early.</summary>
    string OutputTail { get; }

    /// <summary>Completes after <see cref="IChildHandler.OnExited"/> has returned: nothing of the child is left.</summary>
    Task Ended { get; }

    /// <summary>Completes when the process has ended. What it wrote may still have to be taken.</summary>
    Task Exited => Ended;

    /// <summary>Sends a message to the child; never waits for it to read.</summary>
    /// <exception cref="IOException">The child is gone.</exception>
    void Post(MessageKind kind, uint id, ReadOnlySpan<byte> payload);

    /// <summary>As <see cref="Post"/>, but not before all has gone that was sent before it: a small message overtakes a large one else.</summary>
    /// <exception cref="IOException">The child is gone.</exception>
    void PostInOrder(MessageKind kind, uint id, ReadOnlySpan<byte> payload) => Post(kind, id, payload);

    /// <summary>Completes when a line that ends with this text has come from its standard output, and all before it has been taken.</summary>
    Task OutputUpTo(string mark);

    /// <summary>Ends the child and all below it at once (SIGKILL).</summary>
    void Kill();
}

/// <summary>What a child's owner hears of it. Calls come from the child's own thread, one at a time, in this order.</summary>
public interface IChildHandler
{
    /// <summary>The child has proved who it is and takes messages.</summary>
    void OnReady(IChildLink child);

    /// <summary>Its engine is open, and it was told nothing yet, or has not read it.</summary>
    void OnOpened(IChildLink child)
    {
    }

    /// <summary>A message of the child. The payload is valid during the call only.</summary>
    void OnMessage(MessageKind kind, uint id, ReadOnlySpan<byte> payload);

    /// <summary>As <see cref="IMessageHandler.MayGather"/>. What the child asks of the hub is never left to lie.</summary>
    bool MayGather() => false;

    /// <summary>The process is gone and reaped; every message that it sent has been delivered. The last call.</summary>
    void OnExited(IChildLink child, ExitStatus status);
}

/// <summary>
/// A child process with its channel: started, watched, ended.
/// <code>
/// Start -> spawn -> key, handshake -> OnReady -> OnMessage ... -> channel closes, process reaped -> OnExited
/// </code>
/// The channel is drained before the end is told, so nothing that a dying child still said is lost.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class ChildLink : IChildLink, ISessionChild, IHubLink
{
    // How long a child may live on whose channel this side closed, because it broke a rule.
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(2);

    private readonly SpawnedProcess _process;
    private readonly Channel _channel;
    private readonly OutputCapture _output;
    private readonly IChildHandler _handler;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IDisposable _place;
    private volatile string _name;
    private volatile bool _daemon;
    private int _ready;
    private int _stopAsked;
    private bool _broken; // The child's own thread alone uses it.

    private ChildLink(
        SpawnedProcess process, ProcessHost host, IDisposable place, IChildHandler handler, string name, bool daemon, Action<string>? onOutput)
    {
        _process = process;
        Host = host;
        _place = place;
        _handler = handler;
        _name = name;
        _daemon = daemon;
        _channel = new Channel(process.Channel, new Receiver(this));
        _output = new OutputCapture(process.Output, onOutput); // Last: it begins at once.
    }

    /// <inheritdoc/>
    public int ProcessId => _process.ProcessId;

    /// <inheritdoc/>
    public ProcessHost Host { get; }

    /// <summary>Its name, for those who wait for what it holds.</summary>
    public string Name => _name;

    long IHubLink.ClientId { get; } = Session.NewClientId();

    bool IHubLink.CarriesDescriptors => OperatingSystem.IsWindows() ? Host == ProcessHost.Local : _channel.CarriesDescriptors;

    /// <summary>Whether the session ends it at its own end, instead of waiting for it.</summary>
    public bool IsDaemon => _daemon;

    /// <summary>Completes when the process is gone and reaped.</summary>
    public Task<ExitStatus> Exited => _process.Exited;

    Task IChildLink.Exited => Exited;

    /// <inheritdoc/>
    public Task Ended => _ended.Task;

    /// <inheritdoc/>
    public string OutputTail => _output.Tail;

    /// <summary>Starts a child process; returns when the process exists, not when it is ready.</summary>
    /// <param name="settings">The program.</param>
    /// <param name="place">From now on the child's, which gives it back when its engine is open, or when it can't be started.</param>
    /// <param name="handler">Hears of the child.</param>
    /// <param name="name">See <see cref="Name"/>.</param>
    /// <param name="daemon">See <see cref="IsDaemon"/>.</param>
    /// <param name="onOutput">Takes each line the process writes to its standard output or error past the channel; may be null.</param>
    /// <param name="host">The machine that it is to run on; null for this one.</param>
    /// <param name="canceled">Ends the wait for another machine's answer.</param>
    /// <exception cref="ProcessStartException">It could not be started; nothing is left behind.</exception>
    /// <exception cref="RemoteHostException">The machine can't be reached any more.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    public static ChildLink Start(
        LaunchSettings settings, IDisposable place, IChildHandler handler, string name, bool daemon, Action<string>? onOutput = null,
        ProcessHost? host = null, CancellationToken canceled = default)
    {
        host ??= ProcessHost.Local;
        var session = Session.Current;
        SpawnedProcess process;
        try
        {
            session.RefuseWhenEnding();
            process = host.Spawn(settings, canceled);
        }
        catch
        {
            place.Dispose();
            throw;
        }

        ChildLink? child = null;
        try
        {
            child = new ChildLink(process, host, place, handler, name, daemon, onOutput);
            session.Add(child);
            Background.Start($"child {child.ProcessId}", child.Attend);
            return child;
        }
        catch (Exception error)
        {
            // There are too many threads: none is left that could attend to the child.
            host.SignalTrees([process.ProcessId], force: true);
            process.Channel.Dispose();
            process.Output.Dispose();
            if (child is not null)
            {
                session.Remove(child);
            }

            place.Dispose();
            throw error is IOException ? new ProcessStartException(settings.FileName, error.Message.TrimEnd('.'), error) : error;
        }
    }

    /// <summary>Makes it another's child, who has not let it run anything yet.</summary>
    internal void Become(string name, bool daemon)
    {
        _name = name;
        _daemon = daemon;
    }

    /// <inheritdoc/>
    public Task OutputUpTo(string mark) => _output.UpTo(mark);

    /// <inheritdoc/>
    public void Post(MessageKind kind, uint id, ReadOnlySpan<byte> payload) => _channel.Post(kind, id, payload);

    /// <inheritdoc cref="IChildLink.PostInOrder"/>
    public void PostInOrder(MessageKind kind, uint id, ReadOnlySpan<byte> payload) => _channel.PostInOrder(kind, id, payload);

    bool IMessageSender.Withdraw(MessageKind kind, uint id, ReadOnlySpan<byte> beginning) => _channel.Withdraw(kind, id, beginning);

    void IMessageSender.Post(MessageKind kind, uint id, ReadOnlySpan<byte> payload, SafeHandle? descriptor) =>
        _channel.Post(kind, id, payload, descriptor);

    /// <summary>Asks the child and all below it to end (SIGTERM; Ctrl-Break on Windows).</summary>
    public void Terminate() => End([this], force: false);

    /// <inheritdoc/>
    public void Kill() => End([this], force: true);

    /// <summary>Asks children and all below them to end, or ends them at once: many together cost little more than one.</summary>
    /// <param name="children">The children; one that has ended is passed over.</param>
    /// <param name="force">End them at once.</param>
    public static void End(IEnumerable<IChildLink> children, bool force)
    {
        var processes = new List<HostedProcess>();
        foreach (var child in children)
        {
            if (child is not ChildLink link)
            {
                child.Kill();
                continue;
            }

            if (!force)
            {
                Volatile.Write(ref link._stopAsked, 1);
            }

            // A reaped id may belong to somebody else by now.
            if (!link.Exited.IsCompleted)
            {
                processes.Add(new HostedProcess(link.Host, link.ProcessId));
            }
        }

        ProcessHost.SignalTrees(processes, force);
    }

    /// <summary>Ends the child at once, if it still lives, without waiting for it.</summary>
    public void Dispose()
    {
        Kill();
        _channel.Dispose();
    }

    private void Attend()
    {
        try
        {
            Greet();
            _handler.OnReady(this);
            _channel.ReadToEnd();
        }
        catch (Exception error)
        {
            Break(error);
            _channel.Dispose();
        }

        // One that closed its channel itself has said goodbye: however long its end takes, nobody kills it unasked.
        LastStep(_place.Dispose);
        if (_broken && !Exited.Wait(s_farewell))
        {
            LastStep(Kill);
        }

        var status = Exited.GetAwaiter().GetResult();
        if (Volatile.Read(ref _stopAsked) != 0 && Volatile.Read(ref _ready) == 0
            && (status.Code == 128 + 15 || (OperatingSystem.IsWindows() && status.Signal is null)))
        {
            // Not yet listening, it met our SIGTERM with the runtime's own handler, which exits with 128 + the signal; on
            // Windows our Ctrl-Break with PowerShell's, which exits with some code.
            status = new ExitStatus(-15);
        }

        LastStep(_output.Finish);
        LastStep(() => Session.Current.Remove(this));
        LastStep(() => Session.Current.OnHubLinkClosed(this, status == ExitStatus.Unknown ? null : status.Code));
        LastStep(() => _handler.OnExited(this, status));
        _ended.SetResult();
    }

    private void Greet()
    {
        var key = Host == ProcessHost.Local ? Session.Current.Key : Session.Current.RemoteKey;
        Span<byte> greeting = stackalloc byte[ChildProtocol.GreetingSize];
        key.CopyTo(greeting);
        BinaryPrimitives.WriteInt64LittleEndian(greeting[Handshake.KeySize..], ((IHubLink)this).ClientId);
        greeting[^1] = Host != ProcessHost.Local || Session.Current.IsHubElsewhere ? ChildProtocol.HubIsElsewhere : (byte)0;
        _process.Channel.Write(greeting);
        CryptographicOperations.ZeroMemory(greeting);
        Handshake.Accept(_process.Channel, key);
        if (OperatingSystem.IsWindows() && Volatile.Read(ref _stopAsked) != 0)
        {
            // Before its own handler is there, PowerShell's takes Ctrl-Break, and may not end of it.
            Terminate();
        }
    }

    /// <summary>The child can't go on: it broke a rule, or this side can't take what it sends. Its end is to say so.</summary>
    private void Break(Exception cause)
    {
        _broken = true;
        _output.Note(cause is IOException or ObjectDisposedException or CryptographicException
            ? cause.Message
            : $"The session could not go on with this process, and ended it: {cause.GetType().Name}: {cause.Message}");
    }

    // Whatever one of these throws, the others have their turn, and whoever waits for the end hears of it.
    private void LastStep(Action step) => Background.Run($"end of '{Name}' ({ProcessId})", step);

    private sealed class Receiver(ChildLink child) : IMessageHandler
    {
        // Who asks something now will soon ask again, and waits for the answer.
        private static readonly TimeSpan s_quiet = TimeSpan.FromMilliseconds(100);
        private long _lastRequest;

        public bool MayGather() => child._handler.MayGather() && Stopwatch.GetElapsedTime(_lastRequest) > s_quiet;

        public void OnMessage(MessageKind kind, uint id, ReadOnlySpan<byte> payload) => Sort(kind, id, payload, null);

        public void OnMessage(MessageKind kind, uint id, ReadOnlySpan<byte> payload, SafeHandle descriptor) => Sort(kind, id, payload, descriptor);

        private void Sort(MessageKind kind, uint id, ReadOnlySpan<byte> payload, SafeHandle? descriptor)
        {
            // A child answers and tells; what it asks for is the hub's.
            if (kind == MessageKind.Notice && id == ChildProtocol.Opened)
            {
                descriptor?.Dispose();
                Volatile.Write(ref child._ready, 1);
                child._place.Dispose();
                child._handler.OnOpened(child);
            }
            else if (kind == MessageKind.Request || (kind == MessageKind.Notice && id == HubProtocol.NoticeId))
            {
                _lastRequest = Stopwatch.GetTimestamp();
                Session.Current.OnHubMessage(child, kind, id, payload, descriptor);
            }
            else
            {
                descriptor?.Dispose();
                child._handler.OnMessage(kind, id, payload);
            }
        }

        public void OnClosed(Exception? cause)
        {
            // A child that closes with bytes of ours unread is an IOException, too: that is its goodbye.
            if (cause is not null && Channel.IsFault(cause))
            {
                child.Break(cause);
            }
        }
    }
}
