namespace ProcConcurrency.Values;

/// <summary>An object that stays where it is and travels as a kind and a number; the far end resolves it to its own handle.</summary>
internal interface IValueHandle
{
    /// <summary>What the handle is for, e.g. <c>Lock</c>.</summary>
    string HandleKind { get; }

    /// <summary>The object's number in the hub.</summary>
    long HandleId { get; }
}

/// <summary>Turns a handle that arrived into a live one; null if there is no such kind here.</summary>
internal delegate object? ValueHandleResolver(string kind, long id);

/// <summary>What encoding and decoding need to know beyond the bytes: the session's key and its objects.</summary>
internal sealed class ValueContext
{
    /// <summary>No key, no handles: secrets are refused.</summary>
    public static readonly ValueContext Plain = new();

    /// <summary>Creates a context.</summary>
    /// <param name="sessionKey">The session's 32-byte key, or null if secrets must not travel. Copied only as a derived key.</param>
    /// <param name="handleResolver">Finds the live object of a handle that arrives; null refuses all handles.</param>
    public ValueContext(byte[]? sessionKey = null, ValueHandleResolver? handleResolver = null)
    {
        Secrets = sessionKey is null ? null : new SecretBox(sessionKey);
        HandleResolver = handleResolver;
    }

    internal SecretBox? Secrets { get; }

    internal ValueHandleResolver? HandleResolver { get; }
}
