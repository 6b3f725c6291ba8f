using System.Management.Automation.Runspaces;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Sync;

namespace ProcConcurrency.Worker;

/// <summary>
/// The number that the task at hand has as an owner of locks. A pool's tasks share one runspace, but each is a caller of its
/// own, so that none inherits what another left held.
/// </summary>
/// <remarks>Begin and End belong to the pipeline's thread; the number is read by any.</remarks>
internal static class TaskCaller
{
    // Above the numbers that runspaces have.
    private const int Tasks = 1 << 30;

    private static volatile int s_number;
    private static int s_runspace;
    private static int s_last;
    private static int s_kind;

    /// <summary>The caller's number of a runspace.</summary>
    internal static int Of(Runspace runspace) => s_number is not 0 and var number && runspace.Id == s_runspace ? number : runspace.Id;

    /// <summary>A task begins in this thread's runspace.</summary>
    internal static void Begin()
    {
        s_runspace = Runspace.DefaultRunspace?.Id ?? 0;
        BarrierParties.Current = s_number = Next();
    }

    /// <summary>What the next tasks run is set up now; the handles that come with it are theirs.</summary>
    internal static void BeginKind() => BarrierParties.Current = s_kind = Next();

    /// <summary>No more tasks of that kind come.</summary>
    internal static void EndKind()
    {
        BarrierParties.End(s_kind);
        BarrierParties.Current = s_kind = 0;
    }

    /// <summary>The task has ended, if there was one: what it still holds is freed.</summary>
    /// <returns>A sentence for each thing that it held.</returns>
    internal static IReadOnlyList<string> End()
    {
        var number = s_number;
        s_number = 0;
        if (number == 0)
        {
            return [];
        }

        BarrierParties.End(number);
        BarrierParties.Current = s_kind;
        return CallerHoldings.End(number);
    }

    private static int Next()
    {
        s_last = (s_last + 1) % Tasks;
        return Tasks + s_last;
    }
}
