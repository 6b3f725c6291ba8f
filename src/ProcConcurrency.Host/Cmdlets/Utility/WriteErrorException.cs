namespace Microsoft.PowerShell.Commands;

/// <summary>The exception of an error written as a message only; scripts know it by this very name.</summary>
public sealed class WriteErrorException : SystemException
{
    public WriteErrorException() { }

    public WriteErrorException(string? message) : base(message) { }

    public WriteErrorException(string? message, Exception? innerException) : base(message, innerException) { }
}
