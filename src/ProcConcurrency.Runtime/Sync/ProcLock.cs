using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Sync;

/// <summary>
/// A lock shared by processes: Python's <c>Lock</c> and, where <see cref="IsRecursive"/>, <c>RLock</c>. Waiters get it in the
/// order in which they came. If its holder dies, the next one gets it and is told (<see cref="WasAbandoned"/>), as .NET's
/// Mutex does; Python's would be held for ever.
/// </summary>
/// <remarks>
/// Thread-safe. What holds it is a process and its caller. Enter and Exit are where a state word in shared memory would
/// take the uncontended way; now each is one round trip.
/// </remarks>
public sealed class ProcLock : ProcObject
{
    private readonly LateAnswer _late;
    private volatile ProcessDeath? _abandonedBy;
    private volatile string? _holder;

    internal ProcLock(ProcObjectOrigin origin)
        : base(origin) =>
        _late = new LateAnswer(static answer => answer.Byte((byte)EnterOutcome.NotEntered), Undo);

    /// <inheritdoc/>
    public override HubObjectKind Kind => HubObjectKind.Lock;

    /// <summary>Whether somebody holds it at this moment.</summary>
    public bool IsHeld => State().Read().Flag();

    /// <summary>Whether its holder may enter again.</summary>
    public bool IsRecursive
    {
        get
        {
            var reader = State().Read();
            _ = reader.Flag();
            return reader.Flag();
        }
    }

    /// <summary>Whether, at the last entry through this handle, the one who held it before had died.</summary>
    public bool WasAbandoned => _abandonedBy is not null;

    /// <summary>Who that was; null where nobody died.</summary>
    public ProcessDeath? AbandonedBy => _abandonedBy;

    /// <summary>Makes a lock, or opens the one with a name.</summary>
    /// <param name="port">The hub.</param>
    /// <param name="recursive">Whether its holder may enter again; where the name exists, that lock stays as it is.</param>
    /// <param name="name">The name, or null.</param>
    /// <exception cref="NameInUseException">The name belongs to something else.</exception>
    public static ProcLock Create(HubPort port, bool recursive = false, string? name = null) =>
        new(ProcObjectOrigin.Create(port, ProcObjectOrigin.Request(port, HubObjectKind.Lock, name).Flag(recursive), name));

    /// <summary>Enters, as soon as it is this caller's turn.</summary>
    /// <exception cref="LockRecursionException">This caller holds it, and it is not recursive.</exception>
    public void Enter() => TryEnter(null, CancellationToken.None);

    /// <summary>Enters if it is free.</summary>
    public bool TryEnter() => TryEnter(TimeSpan.Zero, CancellationToken.None);

    /// <summary>Enters if it is this caller's turn in time.</summary>
    /// <param name="timeout">0 or more.</param>
    public bool TryEnter(TimeSpan timeout) => TryEnter(timeout, CancellationToken.None);

    /// <summary>Enters if it is this caller's turn in time.</summary>
    /// <param name="seconds">0 or more, fractions count; -1 for ever.</param>
    public bool TryEnter(double seconds) => TryEnter(WaitLimit.Time(seconds), CancellationToken.None);

    /// <summary>Enters if it is this caller's turn in time.</summary>
    /// <param name="timeout">0 or more; null for ever.</param>
    /// <param name="canceled">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">Canceled; the lock is not held.</exception>
    public bool TryEnter(TimeSpan? timeout, CancellationToken canceled)
    {
        var limit = new WaitLimit(timeout, canceled);
        return Entered(Call(Request(HubOperation.Enter, limit.Flags), limit, _late));
    }

    /// <summary>Leaves.</summary>
    /// <exception cref="LockNotHeldException">This caller doesn't hold it.</exception>
    public void Exit()
    {
        Call(Request(HubOperation.Exit));
        CallerHoldings.Left(this, 1);
    }

    /// <summary>Leaves a lock that was entered and not used: what its last holder left behind is told to the next too.</summary>
    /// <param name="entered">This caller holds it. Static, so that it isn't shown beside the methods that users call.</param>
    public static void ExitUnused(ProcLock entered)
    {
        ArgumentNullException.ThrowIfNull(entered);
        entered.Call(entered.Request(HubOperation.Exit, CallFlags.Unused));
        CallerHoldings.Left(entered, 1);
    }

    /// <summary>Who held it when this handle last waited in vain, for a message; null where the hub did not say. Static for the same reason.</summary>
    public static string? HolderOf(ProcLock waited)
    {
        ArgumentNullException.ThrowIfNull(waited);
        return waited._holder;
    }

    /// <summary>Leaves a lock that a condition's wait brought back to a caller who was stopped.</summary>
    internal void ReleaseUnused()
    {
        Call(Request(HubOperation.ReleaseUnused));
        CallerHoldings.Left(this, int.MaxValue);
    }

    /// <summary>The same where the wait's caller had left before it had the lock back.</summary>
    internal void ReleaseUnused(HubReply late)
    {
        if (late.Read().Byte() != (byte)EnterOutcome.NotEntered)
        {
            ReleaseUnused();
        }
    }

    /// <summary>Granted after the caller had left: it will not come to leave it.</summary>
    private void Undo(HubReply reply)
    {
        if (reply.Read().Byte() != (byte)EnterOutcome.NotEntered)
        {
            Call(Request(HubOperation.Exit, CallFlags.Unused));
        }
    }

    /// <summary>Takes note of how an entry went.</summary>
    private bool Entered(HubReply reply)
    {
        var entered = Note(reply) == EnterOutcome.Entered;
        if (reply.IsStopped)
        {
            // Granted in the moment in which the caller stopped: it will not come to leave it.
            if (entered)
            {
                Call(Request(HubOperation.Exit, CallFlags.Unused));
            }

            throw HubEnvironment.StopError();
        }

        if (entered)
        {
            CallerHoldings.Entered(this);
        }

        return entered;
    }

    /// <summary>Reads an outcome, and who died, where one did.</summary>
    internal EnterOutcome Note(HubReply reply)
    {
        var reader = reply.Read();
        var outcome = (EnterOutcome)reader.Byte();
        if (outcome == EnterOutcome.NotEntered)
        {
            _holder = reader.AtEnd ? null : reader.Text();
        }
        else
        {
            _abandonedBy = (outcome & EnterOutcome.Abandoned) != 0 ? ProcessDeath.Read(ref reader) : null;
        }

        return outcome & ~EnterOutcome.Abandoned;
    }
}
