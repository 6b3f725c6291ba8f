using System.Buffers.Binary;
using System.Diagnostics;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Remote;

/// <summary>Whoever has a relay. Calls come on the relay's reading thread, which must not wait, the last perhaps on another.</summary>
internal interface IRelayOwner
{
    /// <summary>A message that is no stream's. The payload is valid during the call only.</summary>
    void OnMessage(MessageKind kind, uint id, ReadOnlySpan<byte> payload);

    /// <summary>Nothing comes any more, and all streams have ended. Called once.</summary>
    /// <param name="reason">Why; null where the other side just closed.</param>
    void OnClosed(string? reason);
}

/// <summary>
/// One channel to another machine, and the many streams on it:
/// <code>
/// session: ChildLink - RelayStream \                                        / RelayStream - child's socket : other machine
///                                   Relay === Channel === ssh === Channel === Relay
/// session: ChildLink - RelayStream /                                        \ RelayStream - child's socket
/// </code>
/// Neither end opens what passes. Both say from time to time that they live: sshd doesn't end a command whose client has vanished, and
/// ssh doesn't see that a far machine hangs.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class Relay : IMessageHandler, IDisposable
{
    private readonly Channel _channel;
    private readonly IRelayOwner _owner;
    private readonly TimeSpan _beat;
    private readonly BackgroundTimer _timer;
    private long _lastHeard = Stopwatch.GetTimestamp();
    private int _closed;

    // Guards _streams and _isOver.
    private readonly object _gate = new();
    private readonly Dictionary<int, RelayStream> _streams = [];
    private bool _isOver;

    /// <summary>Takes over a stream.</summary>
    /// <param name="stream">To the other machine.</param>
    /// <param name="owner">Takes what is no stream's.</param>
    /// <param name="beat">How often each end says that it lives; one that is silent for three times as long is given up.</param>
    internal Relay(Stream stream, IRelayOwner owner, TimeSpan beat)
    {
        _owner = owner;
        _beat = beat;
        _channel = new Channel(stream, this, carriesDescriptors: false);
        _timer = Background.Timer("beats", OnBeat);
        _timer.Set(beat);
    }

    /// <summary>Raised, on any thread, when no stream is left at this end.</summary>
    internal event Action? Emptied;

    /// <summary>Whether there are any that this end has not closed: somebody may still read what they bring.</summary>
    internal bool HasStreams
    {
        get
        {
            lock (_gate)
            {
                return _streams.Count > 0;
            }
        }
    }

    /// <summary>Reads to the end, on the calling thread.</summary>
    internal void ReadToEnd() => _channel.ReadToEnd();

    /// <summary>Makes one of the streams; it has ended already where the relay is closed.</summary>
    /// <param name="number">Which one.</param>
    /// <param name="target">See <see cref="RelayStream.Target"/>.</param>
    internal RelayStream Open(int number, INonBlockingWriter? target = null)
    {
        var stream = new RelayStream(this, number) { Target = target };
        lock (_gate)
        {
            if (_isOver)
            {
                stream.EndWhenEmpty();
            }
            else
            {
                _streams.Add(number, stream);
            }
        }

        return stream;
    }

    /// <summary>Sends a message that is no stream's, and never waits.</summary>
    /// <exception cref="IOException">The relay is closed.</exception>
    internal void Post(MessageKind kind, uint id, ReadOnlySpan<byte> payload) => _channel.Post(kind, id, payload);

    /// <summary>The same, and returns when the system has it.</summary>
    /// <exception cref="IOException">The relay is closed.</exception>
    internal void Send(MessageKind kind, uint id, ReadOnlyMemory<byte> payload) => _channel.Send(kind, id, payload);

    /// <summary>As <see cref="Post"/>, or behind all that was sent before it. In silence where the relay is closed: its end is told all the same.</summary>
    internal void TryPost(MessageKind kind, uint id, ReadOnlySpan<byte> payload, bool isInOrder = false)
    {
        try
        {
            if (isInOrder)
            {
                _channel.PostInOrder(kind, id, payload);
            }
            else
            {
                _channel.Post(kind, id, payload);
            }
        }
        catch (IOException)
        {
            // Whoever has the relay hears of its end.
        }
    }

    /// <summary>The same, of a number that the far end of a stream is told.</summary>
    internal void TryPost(uint id, int stream, int value, bool isInOrder = false)
    {
        Span<byte> payload = stackalloc byte[2 * sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(payload, stream);
        BinaryPrimitives.WriteInt32LittleEndian(payload[sizeof(int)..], value);
        TryPost(MessageKind.Notice, id, payload, isInOrder);
    }

    /// <summary>Sends bytes of a stream; returns when the system has them.</summary>
    /// <exception cref="IOException">The relay is closed.</exception>
    internal void SendData(int stream, ReadOnlySpan<byte> bytes) => _channel.Send(MessageKind.Notice, RelayProtocol.Data, Message(stream, bytes));

    /// <summary>The same, and never waits.</summary>
    /// <exception cref="IOException">The relay is closed.</exception>
    internal void PostData(int stream, ReadOnlySpan<byte> bytes) => _channel.PostLent(MessageKind.Notice, RelayProtocol.Data, Message(stream, bytes));

    /// <summary>A stream is closed at this end.</summary>
    internal void Close(int stream)
    {
        bool isEmpty;
        lock (_gate)
        {
            isEmpty = _streams.Remove(stream) && _streams.Count == 0;
        }

        // Not before the child's own start, whose environment may be large.
        TryPost(RelayProtocol.End, stream, 0, isInOrder: true);
        if (isEmpty)
        {
            Emptied?.Invoke();
        }
    }

    /// <summary>Closes the channel. All streams end when they are empty.</summary>
    public void Dispose() => Close(null);

    void IMessageHandler.OnMessage(MessageKind kind, uint id, ReadOnlySpan<byte> payload)
    {
        Volatile.Write(ref _lastHeard, Stopwatch.GetTimestamp());
        if (kind != MessageKind.Notice || id is < RelayProtocol.Data or > RelayProtocol.Beat)
        {
            _owner.OnMessage(kind, id, payload);
            return;
        }

        if (id == RelayProtocol.Beat)
        {
            return;
        }

        if (payload.Length < sizeof(int) || (id != RelayProtocol.Data && payload.Length < 2 * sizeof(int)))
        {
            throw new ProtocolException("a message about a stream names none");
        }

        RelayStream? stream;
        lock (_gate)
        {
            // One that is closed here may still be written to there, until that end has heard of it.
            _streams.TryGetValue(BinaryPrimitives.ReadInt32LittleEndian(payload), out stream);
        }

        switch (id)
        {
            case RelayProtocol.Data:
                stream?.Receive(payload[sizeof(int)..]);
                break;
            case RelayProtocol.Credit:
                stream?.Refill(BinaryPrimitives.ReadInt32LittleEndian(payload[sizeof(int)..]));
                break;
            default:
                stream?.EndWhenEmpty();
                break;
        }
    }

    void IMessageHandler.OnClosed(Exception? cause) => Close(cause?.Message);

    private static byte[] Message(int stream, ReadOnlySpan<byte> bytes)
    {
        var message = new byte[sizeof(int) + bytes.Length];
        BinaryPrimitives.WriteInt32LittleEndian(message, stream);
        bytes.CopyTo(message.AsSpan(sizeof(int)));
        return message;
    }

    private void OnBeat()
    {
        if (Volatile.Read(ref _closed) != 0)
        {
            return;
        }

        var left = (3 * _beat) - Stopwatch.GetElapsedTime(Volatile.Read(ref _lastHeard));
        if (left <= TimeSpan.Zero)
        {
            Close($"Nothing was heard from it for {3 * _beat.TotalSeconds:0} seconds.");
            return;
        }

        // Its time is over when it is, and not only at the next beat.
        TryPost(MessageKind.Notice, RelayProtocol.Beat, []);
        _timer.Set(left < _beat ? left : _beat);
    }

    /// <summary>Ends all, once, whoever comes first: a thread that reads standard input can't be called back.</summary>
    private void Close(string? reason)
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return;
        }

        _timer.Dispose();
        _channel.Dispose();
        List<RelayStream> streams;
        lock (_gate)
        {
            _isOver = true;
            streams = [.. _streams.Values];
            _streams.Clear();
        }

        streams.ForEach(static stream => stream.EndWhenEmpty());
        _owner.OnClosed(reason);
    }
}
