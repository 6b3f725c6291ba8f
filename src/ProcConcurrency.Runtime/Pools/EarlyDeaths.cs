using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Pools;

/// <summary>
/// How many workers died in a row before they took a task, on each machine: one where workers do tasks says nothing of another. After
/// three it makes no sense to start one more there.
/// </summary>
/// <remarks>The scheduler's lock guards it.</remarks>
internal sealed class EarlyDeaths
{
    private const int Most = 3;

    // By the machine's name, which is empty for this one.
    private readonly Dictionary<string, Counts> _counts = [];

    /// <summary>
    /// A worker has done a task. Its first says that workers come up there; any says that nobody kills all of them, for one that has long been
    /// at work says nothing of how others come up.
    /// </summary>
    internal void Prove(string? hostName, bool isFirst)
    {
        if (_counts.Count > 0 && _counts.TryGetValue(hostName ?? string.Empty, out var counts))
        {
            counts.Killed = 0;
            counts.Failed = isFirst ? 0 : counts.Failed;
        }
    }

    /// <summary>A worker refused to come up; true where it is one of too many.</summary>
    internal bool CountRefusal(string? hostName) => ++On(hostName).Failed >= Most;

    /// <summary>A worker died; true where it is one of too many. One that was killed is no sign that the next won't come up.</summary>
    internal bool Count(string? hostName, ExitStatus status)
    {
        var counts = On(hostName);
        return (status.Signal is LibC.SigKill or LibC.SigTerm ? ++counts.Killed : ++counts.Failed) >= Most;
    }

    private Counts On(string? hostName)
    {
        var name = hostName ?? string.Empty;
        if (!_counts.TryGetValue(name, out var counts))
        {
            _counts.Add(name, counts = new Counts());
        }

        return counts;
    }

    private sealed class Counts
    {
        /// <summary>How many by themselves, or by a refusal.</summary>
        internal int Failed { get; set; }

        /// <summary>How many by a signal that somebody else may have sent.</summary>
        internal int Killed { get; set; }
    }
}
