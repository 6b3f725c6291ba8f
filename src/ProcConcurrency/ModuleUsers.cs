using System.Management.Automation.Runspaces;

namespace ProcConcurrency;

/// <summary>The runspaces of this process that have the module. What it keeps running is for all of them.</summary>
/// <remarks>Thread-safe.</remarks>
internal static class ModuleUsers
{
    // Guards itself. A runspace that is closed, or that nobody refers to, has nothing any more, and PowerShell doesn't say so.
    private static readonly List<WeakReference<Runspace>> s_runspaces = [];

    /// <summary>The current runspace imports the module.</summary>
    internal static void Add()
    {
        var current = Runspace.DefaultRunspace;
        lock (s_runspaces)
        {
            Remove(current);
            s_runspaces.Add(new WeakReference<Runspace>(current));
        }
    }

    /// <summary>The current runspace removes the module.</summary>
    /// <returns>Whether it was the last that had it.</returns>
    internal static bool RemoveLast()
    {
        lock (s_runspaces)
        {
            Remove(Runspace.DefaultRunspace);
            return s_runspaces.Count == 0;
        }
    }

    private static void Remove(Runspace current) => s_runspaces.RemoveAll(entry =>
        !entry.TryGetTarget(out var runspace) || runspace == current
        || runspace.RunspaceStateInfo.State is RunspaceState.Closing or RunspaceState.Closed or RunspaceState.Broken);
}
