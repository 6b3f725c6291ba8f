using System.Runtime.InteropServices;

namespace ProcConcurrency.Runtime.Channels;

/// <summary>What of a message has still to be put into frames. The queue's gate guards it.</summary>
/// <param name="kind">What it is.</param>
/// <param name="id">Which request it belongs to.</param>
/// <param name="rest">What no frame has yet: a copy, or the sender's own bytes, which it leaves alone meanwhile.</param>
/// <param name="descriptor">Goes with the last frame; null for none.</param>
/// <param name="ownsDescriptor">Whether the descriptor is closed when the message has gone.</param>
/// <param name="isBegun">Whether some of it has gone.</param>
internal sealed class OutgoingMessage(MessageKind kind, uint id, ReadOnlyMemory<byte> rest, SafeHandle? descriptor, bool ownsDescriptor, bool isBegun)
{
    private int _offset;

    /// <summary>A receiver puts a message together by its kind and id: two of the same may not be under way at once.</summary>
    internal long Key { get; } = KeyOf(kind, id);

    /// <summary>Its place among all that were sent.</summary>
    internal long Number { get; init; }

    /// <summary>Whether some of it has gone: then the rest must follow.</summary>
    internal bool IsBegun => isBegun || _offset > 0;

    /// <summary>Whether the operating system has all of it.</summary>
    internal bool IsWritten { get; set; }

    /// <summary>Makes the next frame in a buffer.</summary>
    /// <returns>Its length, whether it is the last, and the descriptor that goes with it.</returns>
    internal (int Length, bool IsLast, SafeHandle? Descriptor) NextFrame(byte[] target)
    {
        var length = Math.Min(rest.Length - _offset, Frame.MaxPayload);
        var isLast = _offset + length == rest.Length;
        Frame.Write(target, kind, id, rest.Span.Slice(_offset, length), !isLast, isLast && descriptor is not null);
        _offset += length;
        return (Frame.HeaderSize + length, isLast, isLast ? descriptor : null);
    }

    /// <summary>Whether it is one of that kind and id, nothing of it has gone, and it begins with these bytes.</summary>
    internal bool IsUnbegun(MessageKind otherKind, uint otherId, ReadOnlySpan<byte> beginning) =>
        !IsBegun && kind == otherKind && id == otherId && rest.Span.StartsWith(beginning);

    /// <summary>It has gone, or never will.</summary>
    internal void Release()
    {
        if (ownsDescriptor)
        {
            descriptor?.Dispose();
        }
    }

    internal static long KeyOf(MessageKind kind, uint id) => ((long)kind << 32) | id;
}
