using System.Collections.Concurrent;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Pools;
using ProcConcurrency.Runtime.Remote;
using ProcConcurrency.Values;

namespace ProcConcurrency.Pools;

/// <summary>
/// What a pool's threads know of it: all but the pool itself, so that one that nobody refers to can be collected.
/// <code>
/// Submit -> Engine -> [worker] -> OnOver -> a thread of its own: results decoded, waiters woken, callbacks queued
/// </code>
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class PoolCore
{
    private const int MaxRemembered = 1000;

    private readonly BlockingCollection<ProcTask> _over = [];

    // Guards what follows.
    private readonly object _gate = new();
    private readonly LinkedList<ProcTask> _unfinished = new();
    private readonly LinkedList<ProcTask> _finished = new();
    private bool _isTelling;

    internal PoolCore(PoolSettings settings, WorkerSource source)
    {
        Hosts = source.Needed as HostSet;
        Blocks = new KnownBlocks(Values);
        Engine = new WorkerPool(settings with { OnAttempt = History.Add }, source);
        Tasks = Engine.Open(new TaskGroupSettings { Order = ResultOrder.Kept, OnOver = OnOver });
    }

    /// <summary>The pool's workers and their scheduler.</summary>
    internal WorkerPool Engine { get; }

    /// <summary>Where its workers run; null for this machine alone.</summary>
    internal HostSet? Hosts { get; }

    /// <summary>What is encoded with, for its workers.</summary>
    internal ValueContext Values => Hosts is null ? SessionValues.Context : SessionValues.Remote;

    /// <summary>See <see cref="PoolSetup.MayLoad"/>.</summary>
    internal bool MayLoad { get; init; }

    /// <summary>What its workers were told to run.</summary>
    internal KnownBlocks Blocks { get; }

    /// <summary>What ran where and when.</summary>
    internal PoolHistory History { get; } = new();

    /// <summary>The tasks that are not over, then the last of those that are.</summary>
    internal IReadOnlyList<ProcTask> Known
    {
        get
        {
            lock (_gate)
            {
                return [.. _finished, .. _unfinished];
            }
        }
    }

    private TaskGroup Tasks { get; }

    /// <summary>Whether everything that was submitted is over, and has been told.</summary>
    internal bool IsDone
    {
        get
        {
            lock (_gate)
            {
                return _unfinished.Count == 0 && Engine.IsIdle;
            }
        }
    }

    /// <summary>Changes the most workers at a time; with hosts, on each of them.</summary>
    internal void Resize(int size)
    {
        if (Hosts is { } hosts)
        {
            hosts.PerHost = size;
            size = hosts.Size;
        }

        Engine.Size = size;
    }

    /// <summary>Puts a task in.</summary>
    /// <exception cref="InvalidOperationException">The pool is closed.</exception>
    internal void Submit(ProcTask task, TaskDefinition definition, byte[] payload, object? kept, TaskOptions options)
    {
        LinkedListNode<ProcTask> place;
        lock (_gate)
        {
            if (!_isTelling)
            {
                _isTelling = true;
                Background.Start("pool results", Tell);
            }

            place = _unfinished.AddLast(task);
            task.Place = place;
        }

        try
        {
            Tasks.Add(definition, payload, task, kept, options, onMade: task.Bind);
        }
        catch (InvalidOperationException)
        {
            lock (_gate)
            {
                _unfinished.Remove(place);
            }

            throw;
        }
    }

    /// <summary>Takes a task that is over off the list.</summary>
    internal void Forget(ProcTask task)
    {
        lock (_gate)
        {
            if (task.Place is { } place && place.List == _finished)
            {
                _finished.Remove(place);
            }
        }
    }

    /// <summary>Ends it: nothing is left of it when this returns.</summary>
    internal void End()
    {
        Engine.Close();
        Engine.Dispose();
        lock (_gate)
        {
            if (!_isTelling)
            {
                return;
            }
        }

        // The last of what is over is told before the thread ends.
        _over.CompleteAdding();
    }

    private void OnOver(PoolTask task)
    {
        try
        {
            _over.Add((ProcTask)task.Tag!);
        }
        catch (InvalidOperationException)
        {
            // It was ended meanwhile; the task says so by itself.
            Take((ProcTask)task.Tag!);
        }
    }

    private void Tell()
    {
        foreach (var task in _over.GetConsumingEnumerable())
        {
            Background.Run("pool results", () => Take(task));
        }
    }

    private void Take(ProcTask task)
    {
        task.Complete();

        // Before the task is off the list: who waits for the pool waits for its callbacks, too.
        task.Callbacks?.Add(task);
        task.IsTold = true;
        lock (_gate)
        {
            if (task.Place is { } place && place.List == _unfinished)
            {
                _unfinished.Remove(place);
                task.Place = _finished.AddLast(task);
                if (_finished.Count > MaxRemembered)
                {
                    _finished.RemoveFirst();
                }
            }
        }

        TaskNews.Tell();
    }
}
