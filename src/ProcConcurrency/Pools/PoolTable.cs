using System.Management.Automation;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Pools;

namespace ProcConcurrency.Pools;

/// <summary>
/// The session's pools by name, in the order in which they were made. A pool that was given a name lives until it is ended, for somebody
/// may ask for it; another as long as somebody refers to it.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal static class PoolTable
{
    private const string DefaultName = "Default";
    private static readonly object s_gate = new(); // Guards what follows.
    private static readonly List<(string Name, WeakReference<ProcPool> Pool, ProcPool? Named)> s_pools = [];
    private static int s_lastNumber;

    static PoolTable() => Session.Current.Farewell = static () =>
        All.Sum(static pool => pool.Core.Known.Count(static task => task.Status < PoolTaskState.Done)) switch
        {
            0 => null,
            1 => "A task that was not over has been dropped with this session. Wait-ProcTask waits for it.",
            var count => $"{count} tasks that were not over have been dropped with this session. Wait-ProcTask waits for them.",
        };

    internal static IReadOnlyList<ProcPool> All
    {
        get
        {
            lock (s_gate)
            {
                s_pools.RemoveAll(static entry => !entry.Pool.TryGetTarget(out _));
                return [.. s_pools.Select(static entry => entry.Pool.TryGetTarget(out var pool) ? pool : null).OfType<ProcPool>()];
            }
        }
    }

    /// <summary>Makes a pool and keeps it under its name, or under the next number.</summary>
    /// <exception cref="CallerException">The name is taken, or can't be one.</exception>
    internal static ProcPool Make(string? name, Func<string, ProcPool> make)
    {
        lock (s_gate)
        {
            if (name is not null)
            {
                CheckFree(name);
            }

            var pool = make(name ?? NextName());
            s_pools.Add((pool.Name, pool.Weak, name is null ? null : pool));
            return pool;
        }
    }

    /// <summary>
    /// The pool that is used where none is named; made when it is first asked for, and again where it was closed or its workers could not
    /// be started.
    /// </summary>
    internal static ProcPool Default(Func<string, ProcPool> make)
    {
        lock (s_gate)
        {
            var former = Find(DefaultName);
            if (former?.Core.Engine is { IsOpen: true, Failure: null })
            {
                return former;
            }

            var pool = make(DefaultName);
            s_pools.RemoveAll(entry => entry.Pool == former?.Weak);
            s_pools.Add((pool.Name, pool.Weak, pool));
            if (former is not null)
            {
                // It does what it has. Its tasks are found as long as somebody refers to it, or to one that is not over.
                s_pools.Add((former.Name, former.Weak, null));
                if (former.Core.IsDone)
                {
                    _ = former.End();
                }
            }

            return pool;
        }
    }

    internal static void Remove(ProcPool pool)
    {
        lock (s_gate)
        {
            s_pools.RemoveAll(entry => !entry.Pool.TryGetTarget(out var other) || other == pool);
        }
    }

    /// <summary>The pools whose name fits a pattern.</summary>
    internal static IReadOnlyList<ProcPool> Matching(string pattern) => NamePattern.Meant(pattern, All, static pool => pool.Name);

    private static void CheckFree(string name)
    {
        if (name.Length == 0 || WildcardPattern.ContainsWildcardCharacters(name))
        {
            throw Errors.InvalidPoolName(name);
        }

        if (Find(name) is not null)
        {
            throw Errors.PoolNameInUse(name);
        }
    }

    private static string NextName()
    {
        string name;
        do
        {
            name = $"ProcPool-{++s_lastNumber}";
        }
        while (Find(name) is not null);
        return name;
    }

    private static ProcPool? Find(string name) => All.FirstOrDefault(pool => pool.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
