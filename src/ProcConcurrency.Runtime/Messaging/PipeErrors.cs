namespace ProcConcurrency.Runtime.Messaging;

/// <summary>A message was longer than its receiver allows. The pipe is closed for receiving.</summary>
public sealed class MessageTooLargeException : IOException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">How long, and what was allowed.</param>
    public MessageTooLargeException(string message)
        : base(message)
    {
    }
}

/// <summary>A message didn't fit into the receiver's buffer. It is here, whole. Python's <c>BufferTooShort</c>.</summary>
public sealed class BufferTooShortException : IOException
{
    private readonly byte[] _bytes;

    /// <summary>Makes the exception.</summary>
    /// <param name="bytes">The message.</param>
    /// <param name="room">How many bytes there was room for.</param>
    public BufferTooShortException(byte[] bytes, int room)
        : base($"The message has {bytes?.Length} bytes, and the buffer room for {room}. The exception's GetBytes() gives it.") => _bytes = bytes ?? [];

    /// <summary>The whole message.</summary>
    public byte[] GetBytes() => _bytes;
}

/// <summary>An end of a one-way pipe was used the wrong way, or a message taken as what it isn't.</summary>
public sealed class PipeDirectionException : InvalidOperationException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">Which way it works.</param>
    public PipeDirectionException(string message)
        : base(message)
    {
    }
}
