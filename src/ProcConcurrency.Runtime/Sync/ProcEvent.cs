using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Sync;

/// <summary>An event shared by processes, as Python's <c>Event</c>: set, it lets everybody through until it is reset.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class ProcEvent : ProcObject
{
    private static readonly LateAnswer s_lateWait = new(static answer => answer.Flag(false), static _ => { });

    internal ProcEvent(ProcObjectOrigin origin)
        : base(origin)
    {
    }

    /// <inheritdoc/>
    public override HubObjectKind Kind => HubObjectKind.Event;

    /// <summary>Whether it is set at this moment.</summary>
    public bool IsSet => State().Read().Flag();

    /// <summary>Makes an event, or opens the one with a name.</summary>
    /// <param name="port">The hub.</param>
    /// <param name="isSet">How it begins.</param>
    /// <param name="name">The name, or null.</param>
    public static ProcEvent Create(HubPort port, bool isSet = false, string? name = null) =>
        new(ProcObjectOrigin.Create(port, ProcObjectOrigin.Request(port, HubObjectKind.Event, name).Flag(isSet), name));

    /// <summary>Sets it: all that wait go on.</summary>
    public void Set() => Call(Request(HubOperation.Set));

    /// <summary>Resets it: who comes now waits.</summary>
    public void Reset() => Call(Request(HubOperation.Reset));

    /// <summary>Waits until it is set.</summary>
    public void Wait() => Wait(null, CancellationToken.None);

    /// <summary>Waits until it is set; false where it was not in time.</summary>
    /// <param name="timeout">0 or more.</param>
    public bool Wait(TimeSpan timeout) => Wait(timeout, CancellationToken.None);

    /// <summary>Waits until it is set; false where it was not in time.</summary>
    /// <param name="seconds">0 or more, fractions count; -1 for ever.</param>
    public bool Wait(double seconds) => Wait(WaitLimit.Time(seconds));

    /// <summary>Waits until it is set; false where it was not in time.</summary>
    /// <param name="timeout">0 or more; null for ever.</param>
    /// <param name="canceled">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    public bool Wait(TimeSpan? timeout, CancellationToken canceled)
    {
        var limit = new WaitLimit(timeout, canceled);
        var reply = Call(Request(HubOperation.Wait, limit.Flags), limit, s_lateWait);
        return reply.IsStopped ? throw HubEnvironment.StopError() : reply.Read().Flag();
    }
}
