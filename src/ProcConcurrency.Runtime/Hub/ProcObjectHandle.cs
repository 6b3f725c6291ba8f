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
