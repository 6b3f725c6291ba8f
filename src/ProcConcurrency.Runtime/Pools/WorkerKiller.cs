using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Processes;

namespace ProcConcurrency.Runtime.Pools;

/// <summary>
/// Ends processes at once, with all below them, on a thread of its own. To find what is below takes a look at every process of the
/// machine, for which nobody has the time who holds a scheduler's lock, or has to read what other workers say. Those that come during one
/// look are ended together by the next.
/// </summary>
/// <remarks>Thread-safe.</remarks>
/// <param name="end">Ends some together; may wait.</param>
internal sealed class WorkerKiller(Action<IReadOnlyList<IChildLink>> end)
{
    // Guards what follows.
    private readonly object _gate = new();
    private List<IChildLink> _waiting = [];
    private bool _isRunning;

    /// <summary>That of all pools.</summary>
    internal static WorkerKiller Shared { get; } = new(static links => ChildLink.End(links, force: true));

    /// <summary>It is to be ended. Never waits.</summary>
    internal void Add(IChildLink link)
    {
        lock (_gate)
        {
            _waiting.Add(link);
            if (_isRunning)
            {
                return;
            }

            _isRunning = true;
        }

        Background.StartOrQueue("end of workers", Run);
    }

    private void Run()
    {
        while (Take() is { Count: > 0 } links)
        {
            Background.Run("end of workers", () => end(links));
        }
    }

    private List<IChildLink> Take()
    {
        lock (_gate)
        {
            var links = _waiting;
            _waiting = [];
            _isRunning = links.Count > 0;
            return links;
        }
    }
}
