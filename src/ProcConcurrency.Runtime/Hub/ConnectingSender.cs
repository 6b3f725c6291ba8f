using System.Runtime.InteropServices;
using ProcConcurrency.Runtime.Channels;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>What is sent before there is a connection is kept here and goes when it stands; later it goes straight to the channel.</summary>
/// <remarks>Thread-safe. What is kept is bounded by what callers ask for, who wait for the answers.</remarks>
internal sealed class ConnectingSender : IMessageSender
{
    // Guards the following.
    private readonly object _gate = new();
    private readonly List<Kept> _kept = [];
    private Channel? _channel;
    private string? _failure;

    public void Post(MessageKind kind, uint id, ReadOnlySpan<byte> payload, SafeHandle? descriptor = null)
    {
        if (!Keep(kind, id, payload, descriptor, isInOrder: false, out var channel))
        {
            channel.Post(kind, id, payload, descriptor);
        }
    }

    public void PostLent(MessageKind kind, uint id, ReadOnlyMemory<byte> payload, SafeHandle? descriptor = null)
    {
        if (!Keep(kind, id, payload.Span, descriptor, isInOrder: false, out var channel))
        {
            channel.PostLent(kind, id, payload, descriptor);
        }
    }

    public void PostInOrder(MessageKind kind, uint id, ReadOnlySpan<byte> payload)
    {
        if (!Keep(kind, id, payload, null, isInOrder: true, out var channel))
        {
            channel.PostInOrder(kind, id, payload);
        }
    }

    public bool Withdraw(MessageKind kind, uint id, ReadOnlySpan<byte> beginning)
    {
        Channel? channel;
        lock (_gate)
        {
            channel = _channel;
            for (var i = 0; channel is null && i < _kept.Count; i++)
            {
                var kept = _kept[i];
                if (kept.Kind == kind && kept.Id == id && kept.Payload.AsSpan().StartsWith(beginning))
                {
                    _kept.RemoveAt(i);
                    kept.Descriptor?.Dispose();
                    return true;
                }
            }
        }

        return channel?.Withdraw(kind, id, beginning) ?? false;
    }

    /// <summary>The connection stands: sends what was kept.</summary>
    /// <exception cref="IOException">It is closed again.</exception>
    internal void Open(Channel channel)
    {
        lock (_gate)
        {
            foreach (var (kind, id, payload, descriptor, isInOrder) in _kept)
            {
                if (isInOrder)
                {
                    channel.PostInOrder(kind, id, payload);
                }
                else
                {
                    channel.PostLent(kind, id, payload, descriptor);
                }
            }

            _kept.Clear();
            _channel = channel;
        }
    }

    /// <summary>There will be none: what was kept is lost, and what comes is refused.</summary>
    internal void Fail(string reason)
    {
        lock (_gate)
        {
            _failure ??= reason;
            _kept.ForEach(static kept => kept.Descriptor?.Dispose());
            _kept.Clear();
        }
    }

    private bool Keep(
        MessageKind kind, uint id, ReadOnlySpan<byte> payload, SafeHandle? descriptor, bool isInOrder, [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out Channel? channel)
    {
        lock (_gate)
        {
            channel = _channel;
            if (channel is not null)
            {
                return false;
            }

            if (_failure is not null)
            {
                descriptor?.Dispose();
                throw new IOException(_failure);
            }

            _kept.Add(new Kept(kind, id, payload.ToArray(), descriptor, isInOrder));
            return true;
        }
    }

    private readonly record struct Kept(MessageKind Kind, uint Id, byte[] Payload, SafeHandle? Descriptor, bool IsInOrder);
}
