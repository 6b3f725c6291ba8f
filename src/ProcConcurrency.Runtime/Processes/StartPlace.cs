using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Processes;

/// <summary>
/// A place among the children that come up at this moment: there are no more of them than the processors can bring up, in the whole
/// session, for a hundred at once take more than twice as long as a hundred by turns.
/// <code>
/// Take -> spawn -> the child's engine is open, or the child is gone -> Dispose -> the next one's Take returns
/// </code>
/// </summary>
/// <remarks>
/// The hub counts the places (<see cref="StartGate"/>), so children's children and pools share them. Places of a process that dies
/// come back by themselves, and one that is held for long counts no more.
/// </remarks>
public sealed class StartPlace : IDisposable
{
    private readonly HubPort _port;
    private int _disposed;

    private StartPlace(HubPort port) => _port = port;

    /// <summary>Waits for a place; the first to ask is the first to get one.</summary>
    /// <param name="canceled">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    /// <exception cref="ObjectGoneException">The session above this process has ended.</exception>
    public static StartPlace Take(CancellationToken canceled)
    {
        var (place, reply) = Ask(new WaitLimit(null, canceled));
        if (reply.IsStopped)
        {
            place.GiveBack(reply);
            throw HubEnvironment.StopError();
        }

        return place;
    }

    /// <summary>Takes a place that is free at this moment; null where none is. Not for a process whose hub is another's: it would wait.</summary>
    public static StartPlace? TryTake()
    {
        var (place, reply) = Ask(new WaitLimit(TimeSpan.Zero, CancellationToken.None));
        return reply.Read().Flag() ? place : null;
    }

    /// <summary>Gives the place to the next. Never waits; a second call does nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _port.Post(_port.Request(HubOperation.Exit, HubProtocol.StartGate));
        }
    }

    private static (StartPlace Place, HubReply Reply) Ask(WaitLimit limit)
    {
        var port = Session.Current.Hub;
        var place = new StartPlace(port);
        var late = new LateAnswer(static answer => answer.Flag(false), place.GiveBack);
        return (place, port.Call(port.Request(HubOperation.Enter, HubProtocol.StartGate), limit, late));
    }

    /// <summary>It was granted, perhaps, to one that had left.</summary>
    private void GiveBack(HubReply reply)
    {
        if (reply.Read().Flag())
        {
            Dispose();
        }
    }
}
