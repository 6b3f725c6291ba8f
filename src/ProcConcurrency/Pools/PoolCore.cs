using System.Collections.Concurrent;
using System.Management.Automation;
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
    private const long MaxRememberedBytes = 32 * 1024 * 1024;

    [ThreadStatic]
    private static bool t_isTelling;

    private readonly BlockingCollection<ProcTask> _over = [];

    private readonly Action<string, Action> _start;

    // Guards what follows.
    private readonly object _gate = new();
    private readonly LinkedList<ProcTask> _unfinished = new();
    private readonly LinkedList<ProcTask> _finished = new();
    private long _finishedBytes;
    private bool _isTelling;

    /// <param name="settings">Its size and its rules.</param>
    /// <param name="source">Where its workers come from.</param>
    /// <param name="start">How the thread is started that tells of tasks' ends; null for as usual.</param>
    internal PoolCore(PoolSettings settings, WorkerSource source, Action<string, Action>? start = null)
    {
        _start = start ?? (static (name, action) => Background.Start(name, action));
        Hosts = source.Needed as HostSet;
        Values = SessionValues.For(Hosts);
        Blocks = new KnownBlocks(Values);
        Engine = new WorkerPool(settings with { OnAttempt = History.Add, OnLastTasks = TaskNews.Tell }, source);
        Tasks = Engine.Open(new TaskGroupSettings { Order = ResultOrder.Kept, OnOver = OnOver });
    }

    /// <summary>Whether this thread is telling of a task's end now: what it calls must not wait for another's.</summary>
    internal static bool IsTellingHere => t_isTelling;

    /// <summary>The pool's workers and their scheduler.</summary>
    internal WorkerPool Engine { get; }

    /// <summary>Where its workers run; null for this machine alone.</summary>
    internal HostSet? Hosts { get; }

    /// <summary>What is encoded with, for its workers.</summary>
    internal ValueContext Values { get; }

    /// <summary>See <see cref="PoolSetup.MayLoad"/>.</summary>
    internal bool MayLoad { get; init; }

    /// <summary>Whether it has no folder of its own: tasks run where their caller is.</summary>
    internal bool FollowsCaller { get; init; }

    /// <summary>What its workers were told to run.</summary>
    internal KnownBlocks Blocks { get; }

    /// <summary>What ran where and when.</summary>
    internal PoolHistory History { get; } = new();

    /// <summary>The last of the tasks that are over, then those that are not; without those whose jobs were removed.</summary>
    internal IReadOnlyList<ProcTask> Known
    {
        get
        {
            lock (_gate)
            {
                return [.. _finished, .. _unfinished.Where(static task => !task.IsRemoved)];
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

    /// <summary>Where the tasks of a call run; null where its workers have a folder of their own.</summary>
    /// <exception cref="CallerException">The caller's folder is gone.</exception>
    internal TaskPlace? PlaceFor(PSCmdlet cmdlet) => FollowsCaller ? TaskPlace.Of(cmdlet) : null;

    /// <summary>Puts a task in.</summary>
    /// <exception cref="InvalidOperationException">The pool is closed.</exception>
    /// <exception cref="IOException">The system gives this process no more threads.</exception>
    internal void Submit(ProcTask task, TaskDefinition definition, byte[] payload, object? kept, TaskOptions options)
    {
        LinkedListNode<ProcTask> place;
        lock (_gate)
        {
            if (!_isTelling)
            {
                // In this order: where there is no thread to be had now, the next task asks for it again.
                _start("pool results", Tell);
                _isTelling = true;
            }

            place = _unfinished.AddLast(task);
            task.Place = place;
        }

        try
        {
            Tasks.Add(definition, payload, task, kept, options, onMade: task.Bind);
        }
        catch
        {
            lock (_gate)
            {
                if (place.List == _unfinished)
                {
                    _unfinished.Remove(place);
                }
            }

            // Who found it there meanwhile waits for nothing.
            task.IsTold = true;
            TaskNews.Tell();
            throw;
        }
    }

    /// <summary>Takes a task off the list: one that is not over when it is, for who waits for the pool waits for that, too.</summary>
    internal void Forget(ProcTask task)
    {
        lock (_gate)
        {
            task.IsRemoved = true;
            Drop(task);
        }
    }

    /// <summary>Ends it: nothing is left of it when this returns.</summary>
    internal void End()
    {
        Engine.Close();
        Engine.Dispose();

        // The last of what is over is told before the thread ends; one that starts by now, for a task that is refused, ends at once.
        _over.CompleteAdding();
    }

    /// <summary>A task is over: takes what it wrote, wakes who waits for it, and has its callback queued.</summary>
    internal void TellOf(ProcTask task) => Background.Run("results of a task", () => Take(task));

    private void OnOver(PoolTask task)
    {
        var over = (ProcTask)task.Tag!;
        if (over.TryLeaveToAttendant())
        {
            TaskNews.Tell();
            return;
        }

        try
        {
            _over.Add(over);
        }
        catch (InvalidOperationException)
        {
            // It was ended meanwhile; the task says so by itself.
            TellOf(over);
        }
    }

    private void Tell()
    {
        foreach (var task in _over.GetConsumingEnumerable())
        {
            TellOf(task);
        }
    }

    private void Take(ProcTask task)
    {
        var around = t_isTelling;
        t_isTelling = true;
        try
        {
            task.Complete();
        }
        finally
        {
            try
            {
                // Before the task is off the list: who waits for the pool waits for its callbacks, too.
                task.Callbacks?.Add(task);
                task.Callbacks = null;
            }
            finally
            {
                // Whatever has been thrown, for somebody may wait for this task or its pool.
                t_isTelling = around;
                Settle(task);
            }
        }
    }

    /// <summary>A task is over, and all that follows from that has begun.</summary>
    private void Settle(ProcTask task)
    {
        lock (_gate)
        {
            if (task.Place is { } place && place.List == _unfinished)
            {
                _unfinished.Remove(place);
                if (!task.IsRemoved)
                {
                    Remember(task);
                }
            }

            // Who is told looks there, and who sees that it is off the list takes it for told.
            task.IsTold = true;
        }

        TaskNews.Tell();
    }

    /// <summary>
    /// Lists a task that is over, and forgets the oldest where there are too many, or where what they wrote is too much: that would stay
    /// in memory though nobody refers to them. The last one always stays.
    /// </summary>
    private void Remember(ProcTask task)
    {
        task.Place = _finished.AddLast(task);
        _finishedBytes += task.RecordBytes;
        while (_finished.Count > MaxRemembered || (_finished.Count > 1 && _finishedBytes > MaxRememberedBytes))
        {
            Drop(_finished.First!.Value);
        }
    }

    /// <summary>Takes a task off those that are over, where it is among them.</summary>
    private void Drop(ProcTask task)
    {
        if (task.Place is { } place && place.List == _finished)
        {
            _finished.Remove(place);
            _finishedBytes -= task.RecordBytes;
        }
    }
}
