using System.Management.Automation;

namespace ProcConcurrency.Jobs;

/// <summary>The session's child processes by name, in the order in which they were made, until they are removed.</summary>
/// <remarks>Thread-safe.</remarks>
internal static class ChildProcessTable
{
    private static readonly object s_gate = new(); // Guards the two below.
    private static readonly List<ChildProcess> s_processes = [];
    private static int s_lastNumber;

    internal static IReadOnlyList<ChildProcess> All
    {
        get
        {
            lock (s_gate)
            {
                return [.. s_processes];
            }
        }
    }

    /// <summary>The next default name: <c>ChildProcess-1</c> and so on, as Python names its own.</summary>
    internal static string NextName()
    {
        lock (s_gate)
        {
            string name;
            do
            {
                name = $"ChildProcess-{++s_lastNumber}";
            }
            while (Find(name) is not null);
            return name;
        }
    }

    /// <summary>Refuses a name that is taken, or that cmdlets could not find.</summary>
    /// <exception cref="CallerException">It is.</exception>
    internal static void CheckFree(string name)
    {
        if (string.IsNullOrEmpty(name) || WildcardPattern.ContainsWildcardCharacters(name))
        {
            throw Errors.InvalidName(name);
        }

        lock (s_gate)
        {
            if (Find(name) is not null)
            {
                throw Errors.NameInUse(name);
            }
        }
    }

    /// <summary>Adds a process under its name.</summary>
    /// <exception cref="CallerException">The name is taken.</exception>
    internal static void Add(ChildProcess process)
    {
        lock (s_gate)
        {
            CheckFree(process.Name);
            s_processes.Add(process);
        }
    }

    /// <summary>Gives a process another name.</summary>
    /// <exception cref="CallerException">The name can't be had.</exception>
    internal static void Rename(ChildProcess process, string name, Action rename)
    {
        lock (s_gate)
        {
            if (Find(name) != process)
            {
                CheckFree(name);
            }

            rename();
        }
    }

    internal static void Remove(ChildProcess process)
    {
        lock (s_gate)
        {
            s_processes.Remove(process);
        }
    }

    /// <summary>The processes whose name fits a pattern.</summary>
    internal static IReadOnlyList<ChildProcess> Matching(string pattern) => NamePattern.Meant(pattern, All, static process => process.Name);

    private static ChildProcess? Find(string name) =>
        s_processes.Find(process => process.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
