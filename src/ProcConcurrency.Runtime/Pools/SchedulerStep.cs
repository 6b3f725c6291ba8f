namespace ProcConcurrency.Runtime.Pools;

/// <summary>
/// One step of the scheduler, under its lock: from one state in which all is in order to the next. When it is left, tasks that it ended
/// are told of, with nothing locked.
/// </summary>
internal readonly ref struct SchedulerStep
{
    /// <summary>Whether each step asserts that all is in order. The tests ask for it, in debug builds; it costs a trivial task a twentieth.</summary>
    internal static readonly bool ChecksInvariants = Environment.GetEnvironmentVariable("PROCCONCURRENCY_ASSERT") == "1";

    private readonly object _gate;
    private readonly TaskEnds _ends;

    internal SchedulerStep(object gate, WorkGiver work, TaskEnds ends)
    {
        _gate = gate;
        _ends = ends;
        Monitor.Enter(gate);
        if (ChecksInvariants)
        {
            work.AssertInvariants();
        }
    }

    public void Dispose()
    {
        Monitor.Exit(_gate);
        _ends.TellOver();
    }
}
