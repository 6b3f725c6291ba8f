namespace ProcConcurrency.Values;

/// <summary>The bytes are not an encoded value. It and what derives from it are all that decoding throws for what the bytes say.</summary>
public class ValueFormatException : FormatException
{
    /// <summary>Creates the exception without a place.</summary>
    public ValueFormatException()
        : this("The bytes are not an encoded value.")
    {
    }

    /// <summary>Creates the exception with a message of the caller's.</summary>
    public ValueFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a message of the caller's and a cause.</summary>
    public ValueFormatException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    internal ValueFormatException(int offset, string reason, Exception? cause = null)
        : base($"Malformed value at byte {offset}: {reason}", cause) => Offset = offset;

    /// <summary>Where in the bytes the reader stood.</summary>
    public int Offset { get; }
}
