using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Processes;

/// <summary>
/// In a child: the channel to its parent, which is its lifeline. A thread of its own reads it; when it closes, the
/// parent is gone, and this process ends itself and all below it, whatever its other threads are stuck in.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class ParentLink : IMessageHandler, IMessageSender, IDisposable
{
    private readonly Channel _channel;
    private readonly IMessageHandler _handler;
    private volatile bool _ending;

    private ParentLink(Stream stream, IMessageHandler handler, bool carriesDescriptors)
    {
        _handler = handler;
        _channel = new Channel(stream, this, carriesDescriptors);
    }

    /// <summary>Opens the channel, proves who we are and begins to read.</summary>
    /// <param name="endpoint">As the parent gave it.</param>
    /// <param name="handler">Takes the parent's messages, on the reading thread.</param>
    /// <exception cref="IOException">The parent is gone or not ours.</exception>
    public static ParentLink Open(string endpoint, IMessageHandler handler)
    {
        var stream = ProcessPlatform.Current.OpenChildEnd(endpoint);
        Span<byte> greeting = stackalloc byte[ChildProtocol.GreetingSize];
        stream.ReadExactly(greeting);
        var isElsewhere = greeting[^1] == ChildProtocol.HubIsElsewhere;
        var key = greeting[..Handshake.KeySize];
        Session.Current.Join(key);
        Handshake.Connect(stream, key);
        CryptographicOperations.ZeroMemory(key);
        var link = new ParentLink(stream, handler, carriesDescriptors: !isElsewhere);
        Session.Current.ConnectHub(link, BinaryPrimitives.ReadInt64LittleEndian(greeting[Handshake.KeySize..]), isElsewhere);
        Background.Start("parent", link._channel.ReadToEnd);
        return link;
    }

    /// <summary>Sends a message to the parent; waits while it doesn't read.</summary>
    /// <exception cref="IOException">The parent is gone; this process is about to end.</exception>
    public void Send(MessageKind kind, uint id, ReadOnlyMemory<byte> payload, SafeHandle? descriptor = null) =>
        _channel.Send(kind, id, payload, descriptor);

    /// <inheritdoc cref="Channel.BeginSend"/>
    public UnsentMessage? BeginSend(MessageKind kind, uint id, ReadOnlyMemory<byte> payload) => _channel.BeginSend(kind, id, payload);

    /// <summary>Sends a message to the parent without waiting: for the reading thread, which never may.</summary>
    /// <exception cref="IOException">The parent is gone; this process is about to end.</exception>
    public void Post(MessageKind kind, uint id, ReadOnlySpan<byte> payload, SafeHandle? descriptor = null) =>
        _channel.Post(kind, id, payload, descriptor);

    /// <inheritdoc/>
    public void PostLent(MessageKind kind, uint id, ReadOnlyMemory<byte> payload, SafeHandle? descriptor = null) =>
        _channel.PostLent(kind, id, payload, descriptor);

    /// <inheritdoc/>
    public void PostInOrder(MessageKind kind, uint id, ReadOnlySpan<byte> payload) => _channel.PostInOrder(kind, id, payload);

    /// <inheritdoc/>
    public bool Withdraw(MessageKind kind, uint id, ReadOnlySpan<byte> beginning) => _channel.Withdraw(kind, id, beginning);

    /// <summary>Closes the channel as the last act of this process.</summary>
    public void Dispose()
    {
        _ending = true;
        _channel.Dispose();
    }

    /// <summary>Ends this process the way an unhandled stop signal would.</summary>
    public static void DieOfStopRequest() => ProcessPlatform.Current.DieOfStopRequest();

    void IMessageHandler.OnMessage(MessageKind kind, uint id, ReadOnlySpan<byte> payload) => Sort(kind, id, payload, null);

    void IMessageHandler.OnMessage(MessageKind kind, uint id, ReadOnlySpan<byte> payload, SafeHandle descriptor) => Sort(kind, id, payload, descriptor);

    void IMessageHandler.OnClosed(Exception? cause)
    {
        Background.Run("parent", Session.Current.CloseHub);
        Background.Run("parent", () => _handler.OnClosed(cause));
        if (_ending)
        {
            return;
        }

        if (cause is not null && Channel.IsFault(cause))
        {
            // The parent lives, and shows this with the process's end.
            Background.Tell("parent", cause);
        }

        ProcessPlatform.Current.KillOwnTree();
    }

    private void Sort(MessageKind kind, uint id, ReadOnlySpan<byte> payload, SafeHandle? descriptor)
    {
        // A parent asks and tells; only the hub answers.
        if (kind is MessageKind.Answer or MessageKind.Fault)
        {
            Session.Current.OnHubReply(kind, id, payload, descriptor);
        }
        else
        {
            descriptor?.Dispose();
            _handler.OnMessage(kind, id, payload);
        }
    }
}
