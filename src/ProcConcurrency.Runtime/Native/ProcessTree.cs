namespace ProcConcurrency.Runtime.Native;

/// <summary>Ends the processes below one.</summary>
internal static class ProcessTree
{
    /// <summary>Ends every process below <paramref name="processId"/>, with the groups that they lead.</summary>
    internal static void KillDescendants(int processId) => Kill(ProcessSnapshot.Take().Below([processId]));

    /// <summary>Ends those that are still there, with what is below them by now and the groups that they lead.</summary>
    internal static void KillLeftOf(HashSet<ProcessIdentity> remembered)
    {
        // Mostly none is, and a look at these few costs less than one at all processes of the machine.
        if (remembered.Any(ProcessSnapshot.MayBeThere))
        {
            var processes = ProcessSnapshot.Take();
            var left = processes.All.Where(process => remembered.Contains(process.Identity)).ToList();
            Kill([.. left, .. processes.Below(left.Select(static process => process.Identity.Id))]);
        }
    }

    // A child of a child leads a group. Killed, it can't end the group itself any more, as it would when its parent goes.
    private static void Kill(List<ProcessEntry> processes)
    {
        foreach (var (identity, _, group) in processes)
        {
            _ = LibC.kill(group == identity.Id ? -group : identity.Id, LibC.SigKill);
        }
    }
}
