using System.Runtime.InteropServices;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Channels;

/// <summary>
/// Whole messages, both ways, over one duplex byte stream:
/// <code>
/// Send -> frames of at most 64 KiB, one turn each -> stream -> reading thread -> assembled message -> handler
/// </code>
/// Writing blocks while the other side doesn't read, so a slow reader slows the writer down. Reading has a thread of
/// its own: it goes on, and notices the end, whatever the rest of the process or its thread pool is doing.
/// </summary>
/// <remarks>Thread-safe. <see cref="Send"/> may be called from any thread at once; frames of different messages interleave.</remarks>
public sealed class Channel : IDisposable
{
    private readonly Stream _stream;
    private readonly IMessageHandler _handler;
    private readonly TurnGate _turn = new();

    // One frame, written by whoever has the turn.
    private readonly byte[] _sendBuffer = new byte[Frame.HeaderSize + Frame.MaxPayload];
    private int _lastId;
    private int _closed;

    /// <summary>Joins a stream, after the handshake.</summary>
    /// <param name="stream">Owned by the channel from now on.</param>
    /// <param name="handler">Takes the messages, once <see cref="ReadToEnd"/> runs.</param>
    public Channel(Stream stream, IMessageHandler handler)
    {
        _stream = stream;
        _handler = handler;
    }

    /// <summary>Whether descriptors can go with messages.</summary>
    public bool CarriesDescriptors => _stream is IDescriptorCarrier;

    /// <summary>An id that no other request of this side has.</summary>
    public uint NextId() => (uint)Interlocked.Increment(ref _lastId);

    /// <summary>Sends one message; returns when the operating system has all of it.</summary>
    /// <param name="kind">What it is to its receiver.</param>
    /// <param name="id">Which request it belongs to.</param>
    /// <param name="payload">Its bytes.</param>
    /// <param name="descriptor">A descriptor that the receiver gets a copy of, with the end of the message; stays the caller's.</param>
    /// <exception cref="IOException">The channel is closed, here or there.</exception>
    /// <exception cref="PlatformNotSupportedException">This channel carries no descriptors.</exception>
    public void Send(MessageKind kind, uint id, ReadOnlySpan<byte> payload, SafeHandle? descriptor = null)
    {
        do
        {
            var part = payload[..Math.Min(payload.Length, Frame.MaxPayload)];
            payload = payload[part.Length..];
            SendFrame(kind, id, part, more: payload.Length > 0, payload.Length > 0 ? null : descriptor);
        }
        while (payload.Length > 0);
    }

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
        _handler.OnClosed(error);
    }

    /// <summary>Closes the channel: a blocked <see cref="Send"/> fails, reading ends. Again does nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
        {
            _stream.Dispose();
        }
    }

    private void SendFrame(MessageKind kind, uint id, ReadOnlySpan<byte> part, bool more, SafeHandle? descriptor)
    {
        if (descriptor is not null && _stream is not IDescriptorCarrier)
        {
            throw new PlatformNotSupportedException("A socket can't be sent to this process: its channel carries bytes alone.");
        }

        _turn.Enter();
        try
        {
            Frame.WriteHeader(_sendBuffer, kind, id, part.Length, more, descriptor is not null);
            part.CopyTo(_sendBuffer.AsSpan(Frame.HeaderSize));
            if (descriptor is null)
            {
                _stream.Write(_sendBuffer, 0, Frame.HeaderSize + part.Length);
            }
            else
            {
                ((IDescriptorCarrier)_stream).Write(_sendBuffer.AsSpan(0, Frame.HeaderSize + part.Length), descriptor);
            }
        }
        catch (ObjectDisposedException)
        {
            throw new IOException("The channel is closed.");
        }
        finally
        {
            _turn.Exit();
        }
    }
}
