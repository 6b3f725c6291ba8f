using System.Buffers.Binary;
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

    /// <summary>The last that the process wrote to its standard output and error: for the message when it dies early.</summary>
    string OutputTail { get; }

    /// <summary>Completes after <see cref="IChildHandler.OnExited"/> has returned: nothing of the child is left.</summary>
    Task Ended { get; }

    /// <summary>Sends a message to the child; never waits for it to read.</summary>
    /// <exception cref="IOException">The child is gone.</exception>
    void Post(MessageKind kind, uint id, ReadOnlySpan<byte> payload);

    /// <summary>Ends the child and all below it at once (SIGKILL).</summary>
    void Kill();
}

/// <summary>What a child's owner hears of it. Calls come from the child's own thread, one at a time, in this order.</summary>
public interface IChildHandler
{
    /// <summary>The child has proved who it is and takes messages.</summary>
    void OnReady(IChildLink child);

    /// <summary>A message of the child. The payload is valid during the call only.</summary>
    void OnMessage(MessageKind kind, uint id, ReadOnlySpan<byte> payload);

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
    private readonly StartPlace _place;
    private int _ready;
    private int _stopAsked;
    private bool _broken; // The child's own thread alone uses it.

    private ChildLink(SpawnedProcess process, StartPlace place, IChildHandler handler, string name, bool daemon, Action<string>? onOutput)
    {
        _process = process;
        _place = place;
        _handler = handler;
        Name = name;
        IsDaemon = daemon;
        _channel = new Channel(process.Channel, new Receiver(this));
        _output = new OutputCapture(process.Output, onOutput);
    }

    /// <inheritdoc/>
    public int ProcessId => _process.ProcessId;

    /// <summary>Its name, for those who wait for what it holds.</summary>
    public string Name { get; }

    long IHubLink.ClientId { get; } = Session.NewClientId();

    /// <summary>Whether the session ends it at its own end, instead of waiting for it.</summary>
    public bool IsDaemon { get; }

    /// <summary>Completes when the process is gone and reaped.</summary>
    public Task<ExitStatus> Exited => _process.Exited;

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
    /// <exception cref="ProcessStartException">It could not be started; nothing is left behind.</exception>
    public static ChildLink Start(
        LaunchSettings settings, StartPlace place, IChildHandler handler, string name, bool daemon, Action<string>? onOutput = null)
    {
        var session = Session.Current;
        SpawnedProcess process;
        try
        {
            session.RefuseWhenEnding();
            process = ProcessPlatform.Current.Spawn(settings);
        }
        catch
        {
            place.Dispose();
            throw;
        }

        var child = new ChildLink(process, place, handler, name, daemon, onOutput);
        session.Add(child);
        try
        {
            new Thread(child.Attend, 256 * 1024) { IsBackground = true, Name = $"child {child.ProcessId}" }.Start();
        }
        catch
        {
            // Too many threads: nobody would attend to it.
            child.Dispose();
            session.Remove(child);
            place.Dispose();
            throw;
        }

        return child;
    }

    /// <inheritdoc/>
    public void Post(MessageKind kind, uint id, ReadOnlySpan<byte> payload) => _channel.Post(kind, id, payload);

    void IHubSender.Send(MessageKind kind, uint id, ReadOnlySpan<byte> payload, SafeHandle? descriptor) =>
        _channel.Send(kind, id, payload, descriptor);

    void IHubSender.Post(MessageKind kind, uint id, ReadOnlySpan<byte> payload, SafeHandle? descriptor) =>
        _channel.Post(kind, id, payload, descriptor);

    /// <summary>Asks the child and all below it to end (SIGTERM; Ctrl-Break on Windows).</summary>
    public void Terminate()
    {
        Volatile.Write(ref _stopAsked, 1);
        Signal(force: false);
    }

    /// <inheritdoc/>
    public void Kill() => Signal(force: true);

    /// <summary>Ends the child at once, if it still lives, without waiting for it.</summary>
    public void Dispose()
    {
        Kill();
        _channel.Dispose();
    }

    private void Signal(bool force)
    {
        // A reaped id may belong to somebody else by now.
        if (!Exited.IsCompleted)
        {
            ProcessPlatform.Current.SignalTree(ProcessId, force);
        }
    }

    private void Attend()
    {
        try
        {
            var key = Session.Current.Key;
            Span<byte> greeting = stackalloc byte[Handshake.KeySize + sizeof(long)];
            key.CopyTo(greeting);
            BinaryPrimitives.WriteInt64LittleEndian(greeting[Handshake.KeySize..], ((IHubLink)this).ClientId);
            _process.Channel.Write(greeting);
            CryptographicOperations.ZeroMemory(greeting);
            Handshake.Accept(_process.Channel, key);
            Volatile.Write(ref _ready, 1);
            if (OperatingSystem.IsWindows() && Volatile.Read(ref _stopAsked) != 0)
            {
                // Before its own handler is there, PowerShell's takes Ctrl-Break, and may not end of it.
                Signal(force: false);
            }

            _handler.OnReady(this);
            _channel.ReadToEnd();
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or CryptographicException)
        {
            _output.Note(error.Message);
            _channel.Dispose();
            _broken = true;
        }

        // One that closed its channel itself has said goodbye: however long its end takes, nobody kills it unasked.
        _place.Dispose();
        if (_broken && !Exited.Wait(s_farewell))
        {
            Kill();
        }

        var status = Exited.GetAwaiter().GetResult();
        if (Volatile.Read(ref _stopAsked) != 0 && Volatile.Read(ref _ready) == 0
            && (status.Code == 128 + 15 || (OperatingSystem.IsWindows() && status.Signal is null)))
        {
            // Not yet listening, it met our SIGTERM with the runtime's own handler, which exits with 128 + the signal; on
            // Windows our Ctrl-Break with PowerShell's, which exits with some code.
            status = new ExitStatus(-15);
        }

        _output.Finish();
        Session.Current.Remove(this);
        Session.Current.OnHubLinkClosed(this, status == ExitStatus.Unknown ? null : status.Code);
        try
        {
            _handler.OnExited(this, status);
        }
        finally
        {
            _ended.SetResult();
        }
    }

    private sealed class Receiver(ChildLink child) : IMessageHandler
    {
        public void OnMessage(MessageKind kind, uint id, ReadOnlySpan<byte> payload) => Sort(kind, id, payload, null);

        public void OnMessage(MessageKind kind, uint id, ReadOnlySpan<byte> payload, SafeHandle descriptor) => Sort(kind, id, payload, descriptor);

        private void Sort(MessageKind kind, uint id, ReadOnlySpan<byte> payload, SafeHandle? descriptor)
        {
            // A child answers and tells; what it asks for is the hub's.
            if (kind == MessageKind.Notice && id == ChildProtocol.Opened)
            {
                descriptor?.Dispose();
                child._place.Dispose();
            }
            else if (kind == MessageKind.Request || (kind == MessageKind.Notice && id == HubProtocol.NoticeId))
            {
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
            if (cause is ProtocolException or not (null or IOException))
            {
                child._output.Note(cause.Message);
                child._broken = true;
            }
        }
    }
}
