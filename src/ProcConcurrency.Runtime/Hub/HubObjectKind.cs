namespace ProcConcurrency.Runtime.Hub;

/// <summary>The kinds of objects that a hub owns. The number is a byte on the wire.</summary>
public enum HubObjectKind : byte
{
    /// <summary>A lock, plain or recursive.</summary>
    Lock = 1,

    /// <summary>A semaphore.</summary>
    Semaphore = 2,

    /// <summary>An event that is set or not.</summary>
    Event = 3,

    /// <summary>A condition over a lock.</summary>
    Condition = 4,

    /// <summary>A barrier.</summary>
    Barrier = 5,

    /// <summary>A dictionary.</summary>
    Dictionary = 6,

    /// <summary>A list.</summary>
    List = 7,

    /// <summary>A single value.</summary>
    Value = 8,

    /// <summary>An array of numbers in shared memory.</summary>
    Array = 9,

    /// <summary>A queue.</summary>
    Queue = 10,

    /// <summary>A socket on its way to another process.</summary>
    Socket = 11,

    /// <summary>An end of a pipe.</summary>
    Pipe = 12,
}
