namespace ProcConcurrency.Values;

/// <summary>A value is bound to this process, or is a secret without a key, and can't be sent to another one.</summary>
public sealed class ValueNotSerializableException : InvalidOperationException
{
    /// <summary>Creates the exception without saying which value.</summary>
    public ValueNotSerializableException()
        : this("The value can't be sent to another process.")
    {
    }

    /// <summary>Creates the exception with a message of the caller's.</summary>
    public ValueNotSerializableException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a message of the caller's and a cause.</summary>
    public ValueNotSerializableException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    internal ValueNotSerializableException(string path, string typeName, string reason)
        : base($"{path} is a [{typeName}], {reason}")
    {
        Path = path;
        TypeName = typeName;
    }

    /// <summary>Where the value sits, from the root the writer was told of: <c>ArgumentList[1].Stream</c>.</summary>
    public string Path { get; } = string.Empty;

    /// <summary>The full name of the value's type.</summary>
    public string TypeName { get; } = string.Empty;
}
