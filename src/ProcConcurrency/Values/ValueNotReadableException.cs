namespace ProcConcurrency.Values;

/// <summary>
/// The bytes describe a value that can't be made in this process: a shared object that is gone, a text that its type refuses. What
/// follows it in the bytes can be read all the same.
/// </summary>
public sealed class ValueNotReadableException : ValueFormatException
{
    /// <summary>Creates the exception without saying which value.</summary>
    public ValueNotReadableException()
        : this("A value can't be read in this process.")
    {
    }

    /// <summary>Creates the exception with a message of the caller's.</summary>
    public ValueNotReadableException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a message of the caller's and a cause.</summary>
    public ValueNotReadableException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    internal ValueNotReadableException(string typeName, string reason, Exception? cause)
        : base($"A [{typeName}] arrived that can't be read in this process: {reason}", cause) => TypeName = typeName;

    /// <summary>What it was.</summary>
    public string TypeName { get; } = string.Empty;
}
