namespace ProcConcurrency.Runtime.Sync;

/// <summary>How an attempt to enter ended. A byte on the wire.</summary>
[Flags]
internal enum EnterOutcome : byte
{
    /// <summary>Not there in time, or canceled. Of a lock, a text may follow: who holds it.</summary>
    NotEntered = 0,

    /// <summary>Entered.</summary>
    Entered = 1,

    /// <summary>Of a condition: not woken in time, but the lock is held again.</summary>
    TimedOut = 2,

    /// <summary>With one of the two above: the last holder died. A description of it follows.</summary>
    Abandoned = 4,
}
