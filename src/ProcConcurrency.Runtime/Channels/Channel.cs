using System.Runtime.InteropServices;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Channels;

/// <summary>
/// Whole messages, both ways, over one duplex byte stream:
/// <code>
/// Send, Post -> <see cref="OutgoingQueue"/> -> frames of at most 64 KiB -> stream -> reading thread -> assembled message -> handler
/// </code>
/// Reading has a thread of its own: it goes on, and notices the end, whatever the rest of the process or its thread pool is doing.
/// It waits for nothing but its stream, so what a handler sends, it posts.
/// </summary>
/// <remarks>Thread-safe. Messages may be sent from any thread at once; frames of different messages interleave.</remarks>
public sealed class Channel : IMessageSender, IDisposable
{
    private readonly Stream _stream;
    private readonly IMessageHandler _handler;
    private readonly OutgoingQueue _outgoing;
    private int _closed;
    private volatile Exception? _failure;

    /// <summary>Joins a stream, after the handshake.</summary>
    /// <param name="stream">Owned by the channel from now on.</param>
    /// <param name="handler">Takes the messages, once <see cref="ReadToEnd"/> runs.</param>
    /// <param name="carriesDescriptors">False where descriptors would not come to where they are meant to go, though the stream takes them.</param>
    public Channel(Stream stream, IMessageHandler handler, bool carriesDescriptors = true)
    {
        CarriesDescriptors = carriesDescriptors && stream is IDescriptorCarrier;
        _stream = stream;
        _handler = handler;
        _outgoing = new OutgoingQueue(stream, Fail);
    }

    /// <summary>Whether descriptors can go with messages.</summary>
    public bool CarriesDescriptors { get; }

    /// <summary>Sends one message; returns when the operating system has all of it: not while the other side doesn't read.</summary>
    /// <param name="kind">What it is to its receiver.</param>
    /// <param name="id">Which request it belongs to.</param>
    /// <param name="payload">Its bytes, of which no copy is made.</param>
    /// <param name="descriptor">A descriptor that the receiver gets a copy of, with the end of the message; stays the caller's.</param>
    /// <exception cref="IOException">The channel is closed, here or there.</exception>
    /// <exception cref="PlatformNotSupportedException">This channel carries no descriptors.</exception>
    public void Send(MessageKind kind, uint id, ReadOnlyMemory<byte> payload, SafeHandle? descriptor = null)
    {
        RefuseDescriptor(descriptor);
        _outgoing.Send(kind, id, payload, descriptor);
    }

    /// <summary>Begins to send one message: whoever sends it can wait for the rest as long as it likes.</summary>
    /// <param name="kind">What it is to its receiver.</param>
    /// <param name="id">Which request it belongs to.</param>
    /// <param name="payload">Its bytes, of which no copy is made: they stay as they are until it has gone.</param>
    /// <param name="isInOrder">As <see cref="PostInOrder"/>.</param>
    /// <returns>What has not gone yet; null where all of it has.</returns>
    /// <exception cref="IOException">The channel is closed, here or there.</exception>
    public UnsentMessage? BeginSend(MessageKind kind, uint id, ReadOnlyMemory<byte> payload, bool isInOrder = false) =>
        _outgoing.BeginSend(kind, id, payload, isInOrder);

    /// <summary>Sends one message without waiting for anything: what there is no room for now follows when there is.</summary>
    /// <param name="kind">What it is to its receiver.</param>
    /// <param name="id">Which request it belongs to.</param>
    /// <param name="payload">Its bytes.</param>
    /// <param name="descriptor">As with <see cref="Send"/>, but the channel's from now on.</param>
    /// <exception cref="IOException">The channel is closed, here or there.</exception>
    /// <exception cref="PlatformNotSupportedException">This channel carries no descriptors.</exception>
    public void Post(MessageKind kind, uint id, ReadOnlySpan<byte> payload, SafeHandle? descriptor = null)
    {
        RefuseOwnDescriptor(descriptor);
        _outgoing.Post(kind, id, payload, descriptor);
    }

    /// <inheritdoc/>
    public void PostLent(MessageKind kind, uint id, ReadOnlyMemory<byte> payload, SafeHandle? descriptor = null)
    {
        RefuseOwnDescriptor(descriptor);
        _outgoing.PostLent(kind, id, payload, descriptor);
    }

    /// <summary>As <see cref="Post"/>, but it goes when all has gone that was sent before it: it speaks of something of that.</summary>
    /// <param name="kind">What it is to its receiver.</param>
    /// <param name="id">Which request it belongs to.</param>
    /// <param name="payload">Its bytes.</param>
    /// <exception cref="IOException">The channel is closed, here or there.</exception>
    public void PostInOrder(MessageKind kind, uint id, ReadOnlySpan<byte> payload) => _outgoing.Post(kind, id, payload, null, isInOrder: true);

    /// <summary>Takes a message back that was posted, where nothing of it has gone yet.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="id">Which request it belongs to.</param>
    /// <param name="beginning">Its first bytes.</param>
    /// <returns>Whether it was.</returns>
    public bool Withdraw(MessageKind kind, uint id, ReadOnlySpan<byte> beginning) => _outgoing.Withdraw(kind, id, beginning);

    /// <summary>Reads until the channel closes, on the calling thread. Never throws: what went wrong goes to the handler.</summary>
    public void ReadToEnd()
    {
        Exception? error = null;
        try
        {
            new ChannelReader(_stream, _handler).ReadToEnd();
        }
        catch (Exception caught)
        {
            // Whatever it is, a handler that chokes on hostile bytes included, it ends this channel and nothing else.
            error = Volatile.Read(ref _closed) != 0 ? null : caught;
        }

        Dispose();
        _handler.OnClosed(_failure ?? error);
    }

    /// <summary>Closes the channel: a blocked <see cref="Send"/> fails, reading ends. A second call does nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
        {
            _outgoing.Dispose();
            _stream.Dispose();
        }
    }

    /// <summary>
    /// Whether a channel was closed because something went wrong that is to be told. An IOException is how the other side's end shows,
    /// too, where it left something unread.
    /// </summary>
    internal static bool IsFault(Exception cause) => cause is ProtocolException or ShortageException or not IOException;

    /// <summary>
    /// Nothing can be sent any more, though the other side is there: it would wait for ever for what is lost. No IOException, which is taken
    /// for the other side's goodbye.
    /// </summary>
    private void Fail(Exception cause)
    {
        if (Volatile.Read(ref _closed) == 0)
        {
            _failure = new InvalidOperationException($"Nothing more could be sent: {cause.Message}", cause);
            Dispose();
        }
    }

    private void RefuseOwnDescriptor(SafeHandle? descriptor)
    {
        try
        {
            RefuseDescriptor(descriptor);
        }
        catch
        {
            descriptor?.Dispose();
            throw;
        }
    }

    private void RefuseDescriptor(SafeHandle? descriptor)
    {
        if (descriptor is not null && !CarriesDescriptors)
        {
            throw new PlatformNotSupportedException("A socket can't be sent to this process: its channel carries bytes alone.");
        }
    }
}
