using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Sync;

namespace ProcConcurrency.Runtime.Processes;

/// <summary>
/// A place among the children that come up at this moment: there are no more of them than the processors can bring up, in the whole
/// session, for a hundred at once take more than twice as long as a hundred by turns.
/// <code>
/// Take -> spawn -> the child's engine is open, or the child is gone -> Dispose -> the next one's Take returns
/// </code>
/// </summary>
/// <remarks>
/// The hub counts the places, so children's children and pools share them. An engine is open before it runs any user code:
/// nothing that waits here can be what a child waits for. Places of a process that dies come back by themselves.
/// </remarks>
public sealed class StartPlace : IDisposable
{
    private static readonly Lazy<ProcSemaphore> s_gate = new(static () => ProcSemaphore.StartGate(Session.Current.Hub));
    private int _disposed;

    private StartPlace()
    {
    }

    /// <summary>Waits for a place; the first to ask is the first to get one.</summary>
    /// <param name="canceled">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    /// <exception cref="ObjectGoneException">The session above this process has ended.</exception>
    public static StartPlace Take(CancellationToken canceled)
    {
        s_gate.Value.TryEnter(null, held: true, canceled);
        return new StartPlace();
    }

    /// <summary>Gives the place to the next. Never waits; a second call does nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            s_gate.Value.PostExit();
        }
    }
}
