namespace ProcConcurrency.Runtime.Hub;

/// <summary>
/// A handle to a shared object: its hub and its number there, nothing else. Handles travel to children as arguments, by
/// <c>$using:</c>, as output or inside shared collections, and work wherever they arrive.
/// </summary>
/// <remarks>Thread-safe. The object lives as long as any process has a handle to it, anything not yet read mentions it, or it has a name.</remarks>
public abstract class ProcObject : IEquatable<ProcObject>
{
    private readonly ObjectReference _reference;
    private ForeignReference? _transit;
    private volatile bool _isKept; // See KeepInHub.

    private protected ProcObject(ProcObjectOrigin origin)
    {
        Port = origin.Port;
        Name = origin.Name;
        _reference = origin.Port.References.Get(origin.Id, origin.IsCounted);
    }

    /// <summary>Its number in its hub.</summary>
    public long Id => _reference.Id;

    /// <summary>The name that others open it by, or null.</summary>
    public string? Name { get; }

    /// <summary>What tells its hub from every other one. It stays with what a file or another session makes of the handle.</summary>
    public string HubId => Port.HubId();

    /// <summary>What it is.</summary>
    public abstract HubObjectKind Kind { get; }

    /// <summary>The way to its hub.</summary>
    internal HubPort Port { get; }

    /// <summary>
    /// Of a manager's object: what holds it where the handle is on its way through the session; null for nothing. Not of the reference, which
    /// the session's process shares with its hub: it would hold itself.
    /// </summary>
    internal ForeignReference? Transit => Volatile.Read(ref _transit);

    /// <summary>How often this process has sent a handle to another one.</summary>
    internal int SentCount => _reference.SentCount;

    /// <summary>The process that this was sent to is gone, or was never there: what was kept for it need be no longer. Returns at once.</summary>
    internal virtual void OnReceiverGone()
    {
    }

    internal void NoteSent() => _reference.NoteSent();

    /// <summary>Sets <see cref="Transit"/>, unless it is another one by now than was seen; gives the one that is there.</summary>
    internal ForeignReference? ChangeTransit(ForeignReference? seen, ForeignReference? value)
    {
        var there = Interlocked.CompareExchange(ref _transit, value, seen);
        return there == seen ? value : there;
    }

    /// <inheritdoc/>
    public bool Equals(ProcObject? other) => other is not null && other.Port == Port && other.Id == Id;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ProcObject);

    /// <inheritdoc/>
    public override int GetHashCode() => Id.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => Name is null ? $"{Kind} {Id}" : $"{Kind} '{Name}'";

    /// <summary>Takes the object out of its hub, whoever still has handles: what waits for it fails, and so does what comes.</summary>
    /// <exception cref="ObjectGoneException">It is gone already.</exception>
    public void Remove() => Call(Request(HubOperation.Remove));

    /// <summary>Asks the hub whether the object is there: what was told it before has been heard then, references included.</summary>
    /// <exception cref="TimeoutException">The hub did not answer in time.</exception>
    /// <exception cref="ObjectGoneException">The hub can't be reached.</exception>
    internal bool IsThere(TimeSpan patience)
    {
        try
        {
            State(new WaitLimit(patience, CancellationToken.None), LateAnswer.Failing);
            return true;
        }
        catch (ObjectGoneException) when (!Port.IsClosed)
        {
            return false;
        }
    }

    /// <summary>Has the object stay as long as its hub does, if the hub answers soon; asks again the next time where it doesn't.</summary>
    /// <exception cref="OperationCanceledException">The caller was stopped.</exception>
    internal void KeepInHub()
    {
        if (_isKept)
        {
            return;
        }

        try
        {
            Call(Request(HubOperation.Keep), new WaitLimit(PendingCall.s_grace, CancellationToken.None), new LateAnswer(static _ => throw new TimeoutException(), static _ => { }));
            _isKept = true;
        }
        catch (Exception error) when (error is ObjectGoneException or TimeoutException)
        {
            // Who uses it is told.
        }
    }

    private protected PayloadWriter Request(HubOperation operation, CallFlags flags = CallFlags.None) => Port.Request(operation, Id, flags);

    private protected HubReply Call(PayloadWriter request, WaitLimit limit = default, LateAnswer? late = null)
    {
        var reply = Port.Call(request, limit, late);

        // A call of the last handle that there is: the object lives at least until it is answered.
        GC.KeepAlive(this);
        return reply;
    }

    /// <summary>Sends a request, and needs no answer: also where the object is gone.</summary>
    private protected void Post(PayloadWriter request)
    {
        Port.Post(request);
        GC.KeepAlive(this);
    }

    /// <summary>Asks for the object's state.</summary>
    private protected HubReply State(WaitLimit limit = default, LateAnswer? late = null) => Call(Request(HubOperation.State), limit, late);
}

/// <summary>Which object a new handle is for.</summary>
/// <param name="Port">The way to its hub.</param>
/// <param name="Id">Its number.</param>
/// <param name="Name">Its name, or null.</param>
/// <param name="IsCounted">The hub has counted this handle already.</param>
/// <param name="IsNew">The object was made for this handle.</param>
internal readonly record struct ProcObjectOrigin(HubPort Port, long Id, string? Name, bool IsCounted, bool IsNew = false)
{
    /// <summary>Begins the request that makes an object, or opens the one with its name.</summary>
    internal static PayloadWriter Request(HubPort port, HubObjectKind kind, string? name) =>
        port.Request(HubOperation.Create, 0).Byte((byte)kind).Text(name);

    /// <summary>Sends it.</summary>
    internal static ProcObjectOrigin Create(HubPort port, PayloadWriter request, string? name)
    {
        var late = new LateAnswer(null, reply => port.SendReference(HubNotice.ReleaseReference, reply.Read().Int64()));
        var reader = port.Call(request, default, late).Read();
        return new ProcObjectOrigin(port, reader.Int64(), name, IsCounted: true, IsNew: reader.Flag());
    }
}

/// <summary>What a hub tells of one of its objects.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name, or null.</param>
/// <param name="Owner">The processes that hold it, in words; empty where none does or can.</param>
/// <param name="Waiters">How many calls wait at it.</param>
/// <param name="References">How many processes, stored values and other objects refer to it.</param>
/// <param name="Age">How long it has been there.</param>
public sealed record ProcObjectInfo(long Id, HubObjectKind Kind, string? Name, string Owner, int Waiters, int References, TimeSpan Age)
{
    /// <summary>What tells its hub from every other one.</summary>
    public string HubId { get; private init; } = string.Empty;

    /// <summary>The way to its hub.</summary>
    internal HubPort Port { get; init; } = null!;

    /// <inheritdoc/>
    public override string ToString() => Name is null ? $"{Kind} {Id}" : $"{Kind} '{Name}'";

    /// <summary>What a hub holds now.</summary>
    /// <param name="port">The hub.</param>
    /// <param name="timeout">0 or more: how long the caller can wait, where the hub's process may be stopped; null for ever.</param>
    /// <exception cref="TimeoutException">The hub did not answer in time.</exception>
    public static IReadOnlyList<ProcObjectInfo> List(HubPort port, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(port);
        var hubId = port.HubId(timeout);
        var reader = port.Call(port.Request(HubOperation.List, 0), new WaitLimit(timeout, CancellationToken.None), LateAnswer.Failing).Read();
        var found = new List<ProcObjectInfo>();
        for (var count = reader.Int32(); count > 0; count--)
        {
            found.Add(new ProcObjectInfo(
                reader.Int64(), (HubObjectKind)reader.Byte(), reader.Text(), reader.Text() ?? string.Empty, reader.Int32(), reader.Int32(), new TimeSpan(reader.Int64()))
            {
                Port = port,
                HubId = hubId,
            });
        }

        return found;
    }
}
