using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Values;

/// <summary>A handle as it travels: which object of which hub.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Id">Its number in its hub.</param>
/// <param name="Name">Its name, or null.</param>
/// <param name="Address">The hub's address; empty for the session's own.</param>
/// <param name="Key">What to prove to a hub with an address; null for the session's own.</param>
/// <param name="Beside">What holds an object of a hub with an address in the session's: its number there; 0 for nothing.</param>
internal sealed record TravelingHandle(HubObjectKind Kind, long Id, string? Name, string Address, byte[]? Key, long Beside = 0);

/// <summary>Turns a handle that arrived into a live one; null if there is no such kind here.</summary>
internal delegate ProcObject? ValueHandleResolver(TravelingHandle handle);

/// <summary>What encoding and decoding need to know beyond the bytes: the session's key and its objects.</summary>
internal sealed class ValueContext
{
    /// <summary>No key, no handles: secrets are refused.</summary>
    public static readonly ValueContext Plain = new();

    // Sockets and handles ask for the tag: who starts a child without any need not make it.
    private readonly Lazy<long> _tag;

    /// <summary>Creates a context.</summary>
    /// <param name="sessionKey">The session's 32-byte key, or null if secrets must not travel. Copied only as a derived key.</param>
    /// <param name="handleResolver">Finds the live object of a handle that arrives; null refuses all handles.</param>
    /// <param name="hub">The session's hub, which keeps sockets on their way; null refuses all sockets.</param>
    /// <param name="remoteKey">Makes the key that processes on other machines seal with, when it is needed; null where there are none.</param>
    public ValueContext(byte[]? sessionKey = null, ValueHandleResolver? handleResolver = null, Func<HubPort>? hub = null, Func<byte[]>? remoteKey = null)
    {
        Secrets = sessionKey is null ? null : new SecretBox(sessionKey, remoteKey);
        HandleResolver = handleResolver;
        Hub = hub;
        _tag = new Lazy<long>(() => sessionKey is null ? 0 : Session.TagOf(remoteKey?.Invoke() ?? sessionKey));
    }

    private ValueContext(ValueContext other, string? elsewhere)
    {
        Secrets = other.Secrets;
        HandleResolver = other.HandleResolver;
        Hub = other.Hub;
        _tag = other._tag;
        IsOfParent = other.IsOfParent;
        Elsewhere = elsewhere;
    }

    /// <summary>The machine that what is encoded goes to, which nothing but bytes reaches, as a message names it; null for this one.</summary>
    internal string? Elsewhere { get; init; }

    /// <summary>Whether what is decoded comes from the parent, which has read it: for several machines it seals with what all of them can open.</summary>
    internal bool IsOfParent { get; private init; }

    internal SecretBox? Secrets { get; }

    internal ValueHandleResolver? HandleResolver { get; }

    internal Func<HubPort>? Hub { get; }

    /// <summary>The same for machines elsewhere that a message then names so.</summary>
    internal ValueContext For(string machines) => new(this, machines);

    /// <summary>The same for what a child is told by its parent.</summary>
    internal ValueContext OfParent() => new(this, Elsewhere) { IsOfParent = true };

    /// <summary>Tells the session from others, without telling its key.</summary>
    internal long SessionTag => _tag.Value;
}
