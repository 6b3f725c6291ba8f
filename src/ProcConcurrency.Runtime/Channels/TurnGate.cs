namespace ProcConcurrency.Runtime.Channels;

/// <summary>
/// A lock whose waiters get it in the order they came. A Monitor lets the thread that just left take it again at
/// once, and a small message would wait behind every frame of a large one.
/// </summary>
internal sealed class TurnGate
{
    // Guards the two counters.
    private readonly object _gate = new();
    private long _nextTicket;
    private long _serving;

    internal void Enter()
    {
        lock (_gate)
        {
            var ticket = _nextTicket++;
            while (ticket != _serving)
            {
                Monitor.Wait(_gate);
            }
        }
    }

    internal void Exit()
    {
        lock (_gate)
        {
            _serving++;
            if (_serving != _nextTicket)
            {
                Monitor.PulseAll(_gate);
            }
        }
    }
}
