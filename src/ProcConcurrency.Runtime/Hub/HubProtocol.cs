namespace ProcConcurrency.Runtime.Hub;

/// <summary>What a request asks the hub for. Numbers are part of the wire format.</summary>
/// <remarks>
/// A request: client (8 bytes), operation (1), object (8), caller (4), <see cref="CallFlags"/> (1), with one of them a time (8), then what the operation takes. An
/// answer and a fault begin with the client, so that a process in between can pass them on.
/// </remarks>
internal enum HubOperation : byte
{
    /// <summary>Kind, name or null, what the kind takes. Gives id and whether it is new.</summary>
    Create = 1,

    /// <summary>Takes an object out of the hub, whoever refers to it.</summary>
    Remove = 2,

    /// <summary>Gives a description of every object.</summary>
    List = 3,

    /// <summary>Gives what the kind has to tell of itself.</summary>
    State = 4,

    /// <summary>Gives the process id of the hub, and the hub's own id.</summary>
    Where = 5,

    /// <summary>The caller has ended: frees what it holds, and gives a sentence for each.</summary>
    EndCaller = 6,

    /// <summary>The object stays as long as the hub does, whoever refers to it.</summary>
    Keep = 8,

    /// <summary>Gives address and key of the memory that this process shares with the hub, or null.</summary>
    LeaseMemory = 7,

    Enter = 10,
    Exit = 11,

    /// <summary>Leaves a lock whole: the wait that brought it was stopped. What woke that wait wakes the next.</summary>
    ReleaseUnused = 12,

    Wait = 20,
    Set = 21,
    Reset = 22,
    Notify = 23,
    Release = 24,
    Abort = 25,

    /// <summary>A task of the process has a handle to the barrier: the task's number.</summary>
    Join = 26,

    /// <summary>That task has ended.</summary>
    Part = 27,

    Get = 30,
    Put = 31,
    PutIf = 32,
    TryAdd = 33,
    Delete = 34,
    Contains = 35,
    Count = 36,
    Clear = 37,
    Snapshot = 38,
    Increment = 39,
    Insert = 40,
    IndexOf = 41,
    IncrementAll = 42,
    PutAll = 43,

    /// <summary>
    /// What was deleted and can't be read is there again, at the place that the answer told: the end of a list that is shorter now; a key that
    /// was set meanwhile keeps that.
    /// </summary>
    PutBack = 44,

    Send = 50,
    Receive = 51,
    GiveBack = 52,
    Complete = 53,
    Close = 54,

    /// <summary>What was fetched ahead and not handed out goes back: the number of its word.</summary>
    Settle = 55,

    /// <summary>Gives a socket, or an array's memory, to the process that asks.</summary>
    Take = 60,

    /// <summary>Gives an end of a pipe to the process that asks.</summary>
    Place = 61,

    /// <summary>The process closes its end of a pipe.</summary>
    Leave = 62,

    /// <summary>Whoever was given an end of a pipe is gone: close it, where nobody else can use it.</summary>
    CloseUnused = 63,

    /// <summary>A message for the other end mentions objects, which the pipe holds until it is received. Gives whether it does.</summary>
    Mention = 64,

    /// <summary>What a message mentioned is its receiver's now (0), or was not sent (1).</summary>
    Unmention = 65,
}

/// <summary>How a request is to be carried out.</summary>
[Flags]
internal enum CallFlags : byte
{
    None = 0,

    /// <summary>Answer at once, whether or not there is what was asked for.</summary>
    NoWait = 1,

    /// <summary>What is taken belongs to the process, and comes back when it dies.</summary>
    Held = 2,

    /// <summary>The time (8 bytes, UTC ticks) follows at which the caller will have left.</summary>
    Until = 4,

    /// <summary>What is given back was never used: its caller had left, or was stopped, before it was granted.</summary>
    Unused = 8,
}

/// <summary>What a notice to the hub says.</summary>
internal enum HubNotice : byte
{
    /// <summary>A process speaks for the first time: process id, name, whether all that connects it carries descriptors.</summary>
    Opened = 1,

    /// <summary>A process is gone: whether its exit code is known, the code.</summary>
    Closed = 2,

    /// <summary>End a wait: request id, whether its caller gives up for good (1) or ran out of time (0), whether it can do without an answer.</summary>
    Cancel = 3,

    /// <summary>The process has a first handle: object.</summary>
    AddReference = 4,

    /// <summary>The process has no handle any more, or was counted twice: object.</summary>
    ReleaseReference = 5,
}

/// <summary>Why a request failed. Numbers are part of the wire format.</summary>
internal enum HubFault : byte
{
    ObjectGone = 1,
    NameInUse = 2,
    LockRecursion = 3,
    LockNotHeld = 4,
    SemaphoreOverRelease = 5,
    BarrierBroken = 6,
    KeyNotFound = 7,
    IndexOutOfRange = 8,
    NotANumber = 9,
    InvalidArgument = 10,
    QueueClosed = 11,
    TooManyCompletions = 12,
    InUse = 13,
    PipeClosed = 14,

    /// <summary>Not of the hub, which never saw the request: a process between has taken it back for its caller.</summary>
    Withdrawn = 15,
}

/// <summary>Numbers that both ends of the hub's protocol share.</summary>
internal static class HubProtocol
{
    /// <summary>The message id of all notices to the hub.</summary>
    internal const uint NoticeId = 100;

    /// <summary>The object that each hub has, and no list shows: it lets children start by turns.</summary>
    internal const long StartGate = 0;

    /// <summary>The kind of <see cref="ForeignObject"/>, which nobody makes or sees.</summary>
    internal const HubObjectKind ForeignKind = (HubObjectKind)255;

    internal const int ClientSize = 8;
}
