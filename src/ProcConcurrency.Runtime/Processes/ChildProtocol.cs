using ProcConcurrency.Runtime.Channels;

namespace ProcConcurrency.Runtime.Processes;

/// <summary>The message ids that parent and child share. What their payloads hold, only the two ends know.</summary>
public static class ChildProtocol
{
    /// <summary>Request: run one block to its end. The answer is its exit code; records come as notices with the same id.</summary>
    public const uint Run = 1;

    /// <summary>Request: become a pool's worker. Answered when its initialization has run.</summary>
    public const uint OpenWorker = 2;

    /// <summary>Notice to a worker: a batch of tasks, behind the number of what they run (4 bytes).</summary>
    public const uint Tasks = 3;

    /// <summary>Notice of a worker: it has begun on the first task of the batch.</summary>
    public const uint Begun = 4;

    /// <summary>Notice of a worker: records of the task it is at, and perhaps the task's end.</summary>
    public const uint Results = 5;

    /// <summary>Notice to a worker: give back what you have not begun.</summary>
    public const uint Recall = 6;

    /// <summary>Notice of a worker: how many tasks, from the end of its batch, it gives back.</summary>
    public const uint Returned = 7;

    /// <summary>Notice to a worker: the pool is done, end yourself.</summary>
    public const uint End = 8;

    /// <summary>Request: listen as a manager. The answer is the address; a fault says why not.</summary>
    public const uint OpenManager = 9;

    /// <summary>Notice of a manager: a line for its log.</summary>
    public const uint ManagerLog = 10;

    /// <summary>Notice of a child: its engine is open, and no user code has run yet.</summary>
    public const uint Opened = 11;

    /// <summary>Notice to a worker: so many bytes of its results were taken, and it may send as many more.</summary>
    public const uint Credit = 12;

    /// <summary>Notice to a worker: what later tasks run, behind its number (4 bytes). It keeps the last <see cref="MaxDefinitions"/>.</summary>
    public const uint Define = 13;

    /// <summary>Notice of a worker: it can't set up what its batch is to run, by number (4 bytes), and has dropped the batch; why.</summary>
    public const uint Refused = 14;

    /// <summary>Notice to a worker: forget what you were told to run, and write this line, in ASCII, to your standard output.</summary>
    public const uint Rest = 15;

    /// <summary>
    /// Request to a process that was started ahead: take on a call's environment and folder. Answered when it has; a fault says that it
    /// can't.
    /// </summary>
    public const uint Become = 16;

    /// <summary>
    /// Request to a process that was started ahead: run a small block of your own, so that a call's begins quickly. Answered when it
    /// has; what it writes is for nobody.
    /// </summary>
    public const uint Rehearse = 17;

    /// <summary>Notice of a worker: as <see cref="Returned"/>, but nobody asked: a task failed, and what was behind it may be not wanted any more.</summary>
    public const uint Declined = 18;

    /// <summary>The parent's first bytes: the key, the child's number as a client of the hub (8 bytes), what it has to know of the hub (1).</summary>
    internal const int GreetingSize = Handshake.KeySize + sizeof(long) + 1;

    /// <summary>The hub is on another machine: descriptors don't reach it, and its clock is another.</summary>
    internal const byte HubIsElsewhere = 1;

    /// <summary>How many definitions a worker knows at a time; the oldest goes first.</summary>
    public const int MaxDefinitions = 16;
}
