using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Processes;

namespace ProcConcurrency.Runtime.Pools;

/// <summary>
/// Starts a pool's workers, one after the other, on a thread of its own that lives while any are wanted: a start waits for its turn,
/// and no thread of a link, nor the pipeline's, may. A start that may take long has a thread of its own.
/// </summary>
/// <remarks>Thread-safe.</remarks>
/// <param name="source">Where workers come from.</param>
/// <param name="maxTasks">How many tasks each does at most.</param>
/// <param name="onOutput">See <see cref="PoolSettings.OnOutput"/>.</param>
internal sealed class WorkerStarter(WorkerSource source, int maxTasks, Func<string, Task?>? onOutput) : IDisposable
{
    private readonly CancellationTokenSource _closing = new();

    // Guards what follows.
    private readonly object _gate = new();
    private Thread? _thread;
    private bool _isWanted;
    private int _apart; // How many starts have a thread of their own.

    /// <summary>Whose workers it starts.</summary>
    internal Scheduler Scheduler { get; set; } = null!;

    /// <summary>More workers are wanted. Never waits.</summary>
    internal void Rouse()
    {
        lock (_gate)
        {
            _isWanted = true;
            if (_thread is null && !_closing.IsCancellationRequested)
            {
                try
                {
                    _thread = Background.Start("pool starts", Run);
                }
                catch (IOException error)
                {
                    Background.Queue("pool starts", () => FailStart(null, error));
                }
            }
        }
    }

    /// <summary>Starts no more; returns when none is being started.</summary>
    public void Dispose()
    {
        Thread? thread;
        lock (_gate)
        {
            _closing.Cancel();
            thread = _thread;
        }

        thread?.Join();
        lock (_gate)
        {
            while (_apart > 0)
            {
                Monitor.Wait(_gate);
            }
        }
    }

    private void Run()
    {
        WorkerSlot? slot = null;
        try
        {
            while (IsWanted())
            {
                while (source.HasWarm(maxTasks) && Scheduler.NextSlot() is { } next)
                {
                    slot = next;
                    if (source.TakeWarm(maxTasks, slot) is { } spare)
                    {
                        spare.Output = onOutput;
                        slot.Adopt(spare);
                        ((IWorkerOwner)slot).OnOpened();
                    }
                    else
                    {
                        Begin(slot, source.TakePlace(_closing.Token));
                    }
                }

                while (Scheduler.WantsMore)
                {
                    slot = null;
                    var place = source.TakePlace(_closing.Token);
                    slot = Scheduler.NextSlot();
                    if (slot is null)
                    {
                        place?.Dispose();
                        break;
                    }

                    Begin(slot, place);
                }
            }
        }
        catch (Exception error)
        {
            // Nobody above would catch it: the pool tells it. A session that is ending starts none, a closed pool neither.
            lock (_gate)
            {
                _thread = null;
            }

            FailStart(slot, error);
        }
    }

    /// <summary>Starts one, on this thread where it won't be long.</summary>
    private void Begin(WorkerSlot slot, IDisposable? place)
    {
        if (!source.MayTakeLong)
        {
            Start(slot, place);
            return;
        }

        lock (_gate)
        {
            _apart++;
        }

        try
        {
            Background.Start("pool start", () => StartApart(slot, place));
        }
        catch (IOException)
        {
            // No thread is to be had: the others have to wait.
            StartApart(slot, place);
        }
    }

    private void StartApart(WorkerSlot slot, IDisposable? place)
    {
        try
        {
            Start(slot, place);
        }
        catch (Exception error)
        {
            FailStart(slot, error);
        }
        finally
        {
            lock (_gate)
            {
                _apart--;
                Monitor.PulseAll(_gate);
            }
        }
    }

    private void Start(WorkerSlot slot, IDisposable? place)
    {
        var worker = new PoolWorker(source.Opening, slot) { Output = onOutput };
        slot.Worker = worker;
        try
        {
            worker.Start(source.Start, place);
        }
        catch (RemoteHostException error) when (!ShortageException.IsBehind(error))
        {
            // The machine was lost since it gave the place; who gives places knows, or soon will.
            slot.OnNotStarted();
        }
    }

    private void FailStart(WorkerSlot? slot, Exception error) => Scheduler.FailStart(slot, error, ShortageException.IsBehind(error));

    private bool IsWanted()
    {
        lock (_gate)
        {
            if (!_isWanted || _closing.IsCancellationRequested)
            {
                _thread = null;
                return false;
            }

            _isWanted = false;
            return true;
        }
    }
}
