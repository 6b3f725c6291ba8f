namespace ProcConcurrency.Runtime.Hub;

/// <summary>What the module asks of a handle, and scripts don't: no member of the handle, where Get-Member and completion would show it.</summary>
public static class ProcObjectHandle
{
    /// <summary>The way to the hub of the object.</summary>
    public static HubPort HubOf(ProcObject handle)
    {
        ArgumentNullException.ThrowIfNull(handle);
        return handle.Port;
    }

    /// <summary>
    /// What is to travel beside a handle of a manager's object: in the session's hub it holds that object for whoever has the bytes. Made where
    /// there is none yet, which takes a second at most. Null where it can't be: the session doesn't reach the manager.
    /// </summary>
    /// <param name="handle">The handle.</param>
    /// <param name="session">The session's hub.</param>
    /// <param name="encoded">The handle as a value, with nothing beside it.</param>
    /// <exception cref="OperationCanceledException">The caller was stopped.</exception>
    public static ProcObject? Beside(ProcObject handle, HubPort session, ReadOnlySpan<byte> encoded) => ForeignReference.Beside(handle, session, encoded);

    /// <summary>Has a handle of a manager's object hold what came beside it, as long as it is there itself.</summary>
    /// <param name="handle">The handle.</param>
    /// <param name="session">The session's hub.</param>
    /// <param name="id">The number, in that hub, of what came with it.</param>
    public static void Attach(ProcObject handle, HubPort session, long id) => ForeignReference.Attach(handle, session, id);

    /// <summary>Notes that the process is gone that a handle was sent to with its start. Returns at once.</summary>
    public static void NoteReceiverGone(ProcObject handle)
    {
        ArgumentNullException.ThrowIfNull(handle);
        handle.OnReceiverGone();
    }

    /// <summary>Notes that this process has sent a handle to another one.</summary>
    public static void NoteSent(ProcObject handle)
    {
        ArgumentNullException.ThrowIfNull(handle);
        handle.NoteSent();
    }
}
