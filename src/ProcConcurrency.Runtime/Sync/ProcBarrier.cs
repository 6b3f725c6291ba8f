using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Sync;

/// <summary>
/// A barrier shared by processes, as Python's <c>Barrier</c>: nobody goes on before all parties are there. A party that
/// dies, runs out of time or aborts breaks it for all, until it is reset.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class ProcBarrier : ProcObject
{
    internal ProcBarrier(ProcObjectOrigin origin)
        : base(origin) =>
        BarrierParties.Join(this);

    /// <inheritdoc/>
    public override HubObjectKind Kind => HubObjectKind.Barrier;

    /// <summary>How many have to come.</summary>
    public int ParticipantCount => State().Read().Int32();

    /// <summary>How many wait at this moment.</summary>
    public int WaitingCount
    {
        get
        {
            var reader = State().Read();
            _ = reader.Int32();
            return reader.Int32();
        }
    }

    /// <summary>Whether it is broken at this moment.</summary>
    public bool IsBroken
    {
        get
        {
            var reader = State().Read();
            _ = reader.Int32();
            _ = reader.Int32();
            return reader.Flag();
        }
    }

    /// <summary>Makes a barrier, or opens the one with a name.</summary>
    /// <param name="port">The hub.</param>
    /// <param name="participantCount">How many have to come, 1 or more.</param>
    /// <param name="action">What the last to come runs before all go on; null for nothing. Any value that travels.</param>
    /// <param name="name">The name, or null.</param>
    public static ProcBarrier Create(HubPort port, int participantCount, object? action = null, string? name = null)
    {
        var encoded = action is null ? default : HubEnvironment.Codec.Encode(action);
        var request = ProcObjectOrigin.Request(port, HubObjectKind.Barrier, name).Int32(participantCount).Flag(action is not null);
        if (action is not null)
        {
            request.Value(encoded);
        }

        return new(ProcObjectOrigin.Create(port, request, name));
    }

    /// <summary>Waits until all are there.</summary>
    /// <returns>A number from 0 on, another one for each party.</returns>
    /// <exception cref="BarrierBrokenException">It is broken.</exception>
    public int Wait() => Wait(null, HubEnvironment.RunAction, CancellationToken.None);

    /// <summary>Waits until all are there.</summary>
    /// <param name="timeout">0 or more. Time that runs out breaks the barrier.</param>
    /// <returns>A number from 0 on, another one for each party.</returns>
    /// <exception cref="BarrierBrokenException">It is broken.</exception>
    public int Wait(TimeSpan timeout) => Wait(timeout, HubEnvironment.RunAction, CancellationToken.None);

    /// <summary>Waits until all are there.</summary>
    /// <param name="seconds">0 or more, fractions count; -1 for ever. Time that runs out breaks the barrier.</param>
    /// <returns>A number from 0 on, another one for each party.</returns>
    /// <exception cref="BarrierBrokenException">It is broken.</exception>
    public int Wait(double seconds) => Wait(WaitLimit.Time(seconds));

    /// <summary>Waits until all are there.</summary>
    /// <param name="timeout">0 or more; null for ever. Time that runs out breaks the barrier.</param>
    /// <param name="runAction">Runs the action, where this is the last to come and there is one; an exception breaks the barrier.</param>
    /// <param name="canceled">Ends the wait, and breaks the barrier.</param>
    /// <returns>A number from 0 on, another one for each party.</returns>
    /// <exception cref="BarrierBrokenException">It is broken.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    public int Wait(TimeSpan? timeout, Action<object?> runAction, CancellationToken canceled)
    {
        ArgumentNullException.ThrowIfNull(runAction);
        BarrierParties.Join(this);
        var limit = new WaitLimit(timeout, canceled);
        var reply = Call(Request(HubOperation.Wait, limit.Flags), limit, new LateAnswer(TellBroken, AbortUnrun, PostAbort));
        var reader = reply.Read();
        var index = reader.Int32();
        if (reader.Flag())
        {
            var round = reader.Int64();
            Run(round, reader.Value(), runAction);
        }

        return index;
    }

    /// <summary>Makes it whole; who waits now gets <see cref="BarrierBrokenException"/>.</summary>
    public void Reset() => Call(Request(HubOperation.Reset));

    /// <summary>Breaks it, for all that wait and all that come.</summary>
    public void Abort() => Call(Request(HubOperation.Abort));

    private static void TellBroken(PayloadWriter answer) =>
        throw new BarrierBrokenException("The barrier's hub did not answer in time; this wait breaks the barrier as soon as it does.");

    /// <summary>The hub will never hear of the wait, but the others are not to wait for this party. Waits for nothing.</summary>
    private void PostAbort() => Post(Request(HubOperation.Abort));

    /// <summary>The party that was to run the action had left.</summary>
    private void AbortUnrun(HubReply late)
    {
        var reader = late.Read();
        _ = reader.Int32();
        if (reader.Flag())
        {
            EndAction(reader.Int64(), isDone: false);
        }
    }

    private void Run(long round, StoredValue action, Action<object?> runAction)
    {
        try
        {
            runAction(HubEnvironment.Codec.Decode(action));
        }
        catch
        {
            EndAction(round, isDone: false);
            throw;
        }

        EndAction(round, isDone: true);
    }

    /// <summary>Lets all go, or breaks the barrier; where the round is over by now, it broke.</summary>
    private void EndAction(long round, bool isDone) => Call(Request(HubOperation.Release).Int64(round).Flag(isDone));
}
