using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Sync;

/// <summary>
/// A semaphore shared by processes: Python's <c>Semaphore</c> and, where <see cref="IsBounded"/>, <c>BoundedSemaphore</c>.
/// Places are given in the order in which they were asked for.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class ProcSemaphore : ProcObject
{
    private readonly LateAnswer _late;
    private readonly LateAnswer _lateHeld;

    internal ProcSemaphore(ProcObjectOrigin origin)
        : base(origin)
    {
        _late = Late(CallFlags.None);
        _lateHeld = Late(CallFlags.Held);
    }

    /// <inheritdoc/>
    public override HubObjectKind Kind => HubObjectKind.Semaphore;

    /// <summary>How many places are free at this moment.</summary>
    public int CurrentCount => State().Read().Int32();

    /// <summary>Whether giving back more than was taken is an error.</summary>
    public bool IsBounded
    {
        get
        {
            var reader = State().Read();
            _ = reader.Int32();
            return reader.Flag();
        }
    }

    /// <summary>Makes a semaphore, or opens the one with a name.</summary>
    /// <param name="port">The hub.</param>
    /// <param name="count">The free places, 0 or more.</param>
    /// <param name="bounded">Whether there may never be more.</param>
    /// <param name="name">The name, or null.</param>
    public static ProcSemaphore Create(HubPort port, int count, bool bounded = false, string? name = null) =>
        new(ProcObjectOrigin.Create(port, ProcObjectOrigin.Request(port, HubObjectKind.Semaphore, name).Int32(count).Flag(bounded), name));

    /// <summary>Takes a place, as soon as it is this caller's turn.</summary>
    public void Enter() => TryEnter(null, held: false, CancellationToken.None);

    /// <summary>Takes a place if one is free.</summary>
    public bool TryEnter() => TryEnter(TimeSpan.Zero, held: false, CancellationToken.None);

    /// <summary>Takes a place if there is one in time.</summary>
    /// <param name="timeout">0 or more.</param>
    public bool TryEnter(TimeSpan timeout) => TryEnter(timeout, held: false, CancellationToken.None);

    /// <summary>Takes a place if there is one in time.</summary>
    /// <param name="seconds">0 or more, fractions count; -1 for ever.</param>
    public bool TryEnter(double seconds) => TryEnter(WaitLimit.Time(seconds));

    /// <summary>Takes a place if there is one in time.</summary>
    /// <param name="timeout">0 or more; null for ever.</param>
    /// <param name="held">The place comes back by itself when this process dies or this task ends.</param>
    /// <param name="canceled">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">Canceled; no place was taken.</exception>
    public bool TryEnter(TimeSpan? timeout, bool held, CancellationToken canceled)
    {
        var limit = new WaitLimit(timeout, canceled);
        var flag = held ? CallFlags.Held : CallFlags.None;
        var reply = Call(Request(HubOperation.Enter, limit.Flags | flag), limit, held ? _lateHeld : _late);
        var entered = reply.Read().Byte() == (byte)EnterOutcome.Entered;
        if (reply.IsStopped)
        {
            if (entered)
            {
                Call(Request(HubOperation.Exit, flag).Int32(1));
            }

            throw HubEnvironment.StopError();
        }

        if (entered && held)
        {
            CallerHoldings.Entered(this);
        }

        return entered;
    }

    /// <summary>Gives one place back.</summary>
    /// <exception cref="SemaphoreFullException">It is bounded, and no place is missing.</exception>
    public void Exit() => Exit(1);

    /// <summary>Gives places back.</summary>
    /// <param name="count">How many, 1 or more.</param>
    /// <param name="held">They were taken to be held.</param>
    /// <exception cref="SemaphoreFullException">It is bounded, and not that many are missing.</exception>
    public void Exit(int count, bool held = false)
    {
        Call(Request(HubOperation.Exit, held ? CallFlags.Held : CallFlags.None).Int32(count));
        if (held)
        {
            CallerHoldings.Left(this, count);
        }
    }

    /// <summary>A place that was given after the caller had left goes back.</summary>
    private LateAnswer Late(CallFlags flag) => new(
        static answer => answer.Byte((byte)EnterOutcome.NotEntered),
        reply =>
        {
            if (reply.Read().Byte() == (byte)EnterOutcome.Entered)
            {
                Call(Request(HubOperation.Exit, flag).Int32(1));
            }
        });
}
