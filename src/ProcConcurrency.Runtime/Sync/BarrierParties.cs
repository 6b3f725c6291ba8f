using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Sync;

/// <summary>
/// Which barriers the tasks of this process use. A process that has a handle to a barrier and dies breaks it, for it may have been on
/// its way there. A worker may still have the handle of a task that ended long ago; so it tells the hub which of its tasks use one.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public static class BarrierParties
{
    // Guards s_joined.
    private static readonly object s_gate = new();
    private static readonly HashSet<Joined> s_joined = [];
    private static volatile int s_current;

    /// <summary>The number of the task at hand, or of what is set up for the next ones; 0 in a process that runs no tasks.</summary>
    public static int Current
    {
        get => s_current;
        set => s_current = value;
    }

    /// <summary>A task has ended, or what was set up for some: it uses no barrier any more. Waits for no hub.</summary>
    /// <param name="party">Its number.</param>
    public static void End(int party)
    {
        Joined[] left;
        lock (s_gate)
        {
            if (s_joined.Count == 0)
            {
                return;
            }

            left = [.. s_joined.Where(joined => joined.Party == party)];
            s_joined.ExceptWith(left);
        }

        foreach (var (_, port, id) in left)
        {
            port.Post(port.Request(HubOperation.Part, id).Int32(party));
        }
    }

    /// <summary>The task at hand, where there is one, has a handle to a barrier. Waits for no hub.</summary>
    internal static void Join(ProcBarrier barrier)
    {
        var party = Current;
        if (party == 0)
        {
            return;
        }

        lock (s_gate)
        {
            if (!s_joined.Add(new Joined(party, barrier.Port, barrier.Id)))
            {
                return;
            }
        }

        barrier.Port.Post(barrier.Port.Request(HubOperation.Join, barrier.Id).Int32(party));
    }

    private sealed record Joined(int Party, HubPort Port, long Id);
}
