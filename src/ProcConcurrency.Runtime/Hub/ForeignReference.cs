namespace ProcConcurrency.Runtime.Hub;

/// <summary>
/// A process's handle to a <see cref="ForeignObject"/>: what keeps a manager's object alive while it is on its way through the session.
/// It travels beside the handle of the manager's object, and lives as long as that one does in each process.
/// </summary>
internal sealed class ForeignReference : ProcObject
{
    // A manager that hangs holds nobody up for longer; the session's process holds its object as soon as it answers.
    private static readonly TimeSpan s_patience = PendingCall.s_grace;

    private ForeignReference(ProcObjectOrigin origin)
        : base(origin)
    {
    }

    /// <inheritdoc/>
    public override HubObjectKind Kind => HubProtocol.ForeignKind;

    /// <summary>The session's process is known to hold the manager's object.</summary>
    internal bool IsConfirmed { get; private set; }

    /// <summary>
    /// What is to travel beside a handle: made where there is none yet, and waited for until the session's process holds the object, for some
    /// seconds at most. Null where it can't.
    /// </summary>
    /// <param name="handle">The handle, of a manager's object.</param>
    /// <param name="session">The session's hub.</param>
    /// <param name="encoded">The handle as a value, with nothing beside it.</param>
    /// <exception cref="OperationCanceledException">The caller was stopped.</exception>
    internal static ForeignReference? Beside(ProcObject handle, HubPort session, ReadOnlySpan<byte> encoded)
    {
        var known = handle.Transit;
        if (known is { IsConfirmed: true } || handle.Port is not ConnectedHubPort { IsUnheld: false } manager)
        {
            return known;
        }

        try
        {
            // One that came with the handle may be gone: nothing counted it in the bytes of a manager.
            return (known is null ? null : Held(known, handle, manager))
                ?? Held(handle.ChangeTransit(null, Make(session, encoded))!, handle, manager);
        }
        catch (Exception error) when (error is TimeoutException or InvalidOperationException or ArgumentException)
        {
            // The session's process is stopped, or gone.
            manager.NoteUnheld();
        }

        return handle.Transit;
    }

    /// <summary>Has a handle that came with this beside it hold it.</summary>
    /// <param name="handle">The handle, of a manager's object.</param>
    /// <param name="session">The session's hub.</param>
    /// <param name="id">The number of this there.</param>
    internal static void Attach(ProcObject handle, HubPort session, long id) =>
        handle.ChangeTransit(null, new ForeignReference(new ProcObjectOrigin(session, id, null, IsCounted: false)));

    /// <summary>A reference, where the session's process holds the object by it, or will; null where it doesn't.</summary>
    private static ForeignReference? Held(ForeignReference reference, ProcObject handle, ConnectedHubPort manager)
    {
        if (manager.IsSlow)
        {
            return reference;
        }

        switch (reference.Ask())
        {
            case ForeignObject.Outcome.Held:
                return reference;
            case ForeignObject.Outcome.Asked:
                // It holds the object as soon as the manager answers.
                manager.NoteSlow();
                return reference;
            case ForeignObject.Outcome.OutOfReach:
                manager.NoteUnheld();
                break;
        }

        handle.ChangeTransit(reference, null);
        return null;
    }

    private static ForeignReference Make(HubPort session, ReadOnlySpan<byte> encoded)
    {
        var request = ProcObjectOrigin.Request(session, HubProtocol.ForeignKind, null).Bytes(encoded);
        var late = new LateAnswer(static _ => throw new TimeoutException(), reply => session.SendReference(HubNotice.ReleaseReference, reply.Read().Int64()));
        var id = session.Call(request, new WaitLimit(s_patience, CancellationToken.None), late).Read().Int64();
        return new ForeignReference(new ProcObjectOrigin(session, id, null, IsCounted: true));
    }

    /// <summary>Waits until the session's process holds the object, or can't.</summary>
    /// <exception cref="TimeoutException">The session did not answer.</exception>
    /// <exception cref="OperationCanceledException">The caller was stopped.</exception>
    private ForeignObject.Outcome Ask()
    {
        try
        {
            var reply = Call(Request(HubOperation.Wait), new WaitLimit(s_patience, CancellationToken.None), LateAnswer.Failing);
            if (reply.IsStopped)
            {
                throw HubEnvironment.StopError();
            }

            var outcome = (ForeignObject.Outcome)reply.Read().Byte();
            IsConfirmed = outcome == ForeignObject.Outcome.Held;
            return outcome;
        }
        catch (ObjectGoneException)
        {
            return ForeignObject.Outcome.Lost;
        }
    }
}
