using System.Buffers.Binary;
using ProcConcurrency.Runtime.Pools;
using Xunit;

namespace ProcConcurrency.Units.Pools;

/// <summary>A task as the model sees it: what really happened to it, and so how it may end.</summary>
internal sealed class ModelTask(SchedulerModel model, ModelGroup group)
{
    private int _received;
    private int _lastWritten;
    private bool _lastFailed;
    private bool _wasTold;
    private bool _diedLast;
    private int _excused;

    internal PoolTask Task { get; set; } = null!;

    internal ModelGroup Group => group;

    /// <summary>The process that is at it in truth.</summary>
    internal ModelWorker? RunsAt { get; set; }

    /// <summary>How often a process began with it in truth.</summary>
    internal int Begun { get; set; }

    /// <summary>How much the attempt at hand has written.</summary>
    internal int Written { get; set; }

    internal int OverCount { get; private set; }

    /// <summary>Whether somebody called it off.</summary>
    internal bool WasCanceled { get; set; }

    internal bool MayTimeOut { get; set; }

    /// <summary>The scheduler hears of an attempt's end.</summary>
    internal void Told(bool failed, int written)
    {
        _wasTold = true;
        _diedLast = false;
        _lastFailed = failed;
        _lastWritten = written;
    }

    /// <summary>The scheduler hears that a worker died that had it next.</summary>
    internal void Died(ModelWorker worker, bool isKnownToRun)
    {
        _wasTold = false;
        _diedLast = true;
        if (!isKnownToRun || (worker.WasKilled && Task.Condemned == PoolTaskCause.None) || worker.Current != this)
        {
            // The process had begun, perhaps, and nobody could know.
            _excused++;
        }
    }

    internal void Over()
    {
        OverCount++;
        Assert.Equal(1, OverCount);
        Assert.True(Task.IsOver);
        var most = Task.Options.RetryCount + 1;
        Assert.InRange(Task.Attempts, 0, most);
        Assert.InRange(Begun, 0, most + _excused);
        Assert.InRange(Task.Crashes.Count, 0, 3);
        var isCalledOff = WasCanceled || group.IsCalledOff || model.WasEnded;
        var isSpent = Task.Attempts == most || Task.Crashes.Count == 3 || isCalledOff || model.Scheduler.Failure is not null || group.Group.IsHalted;
        var isRight = (Task.State, Task.Cause) switch
        {
            (PoolTaskState.Done, PoolTaskCause.None) => _wasTold && !_lastFailed && Task.Attempts > 0,
            (PoolTaskState.Failed, PoolTaskCause.Error) => _wasTold && _lastFailed && isSpent,
            (PoolTaskState.Failed, PoolTaskCause.Timeout) => MayTimeOut && _diedLast && isSpent,
            (PoolTaskState.Lost, PoolTaskCause.Crash) => _diedLast && isSpent && Task.Crashes.Count > 0,
            (PoolTaskState.Canceled, PoolTaskCause.Canceled) => isCalledOff || group.Group.IsHalted,
            (PoolTaskState.Failed, PoolTaskCause.Definition) => Task.Definition == model.BadDefinition,
            (PoolTaskState.Failed, PoolTaskCause.Pool) => model.Scheduler.Failure is not null,
            _ => false,
        };
        Assert.True(isRight, $"task {Task.Number} is {Task.State}/{Task.Cause} after {Task.Attempts} attempts, which can't be");
    }

    /// <summary>Records come out of the pool: in their order, and none twice.</summary>
    internal void Receive(byte[]? records, bool isLast)
    {
        if (records is not null)
        {
            Assert.Equal(_received++, BinaryPrimitives.ReadInt32LittleEndian(records));
        }

        if (isLast && Task.State is PoolTaskState.Done)
        {
            Assert.Equal(_lastWritten, _received);
        }
    }

    internal void ReadKept(byte[][] chunks)
    {
        for (var i = 0; i < chunks.Length; i++)
        {
            Assert.Equal(i, BinaryPrimitives.ReadInt32LittleEndian(chunks[i]));
        }

        if (Task.State == PoolTaskState.Done)
        {
            Assert.Equal(_lastWritten, chunks.Length);
        }
    }
}

/// <summary>A group as the model sees it.</summary>
internal sealed class ModelGroup(ResultOrder order, bool isTaken)
{
    private long _nextIndex;

    internal TaskGroup Group { get; set; } = null!;

    internal ResultOrder Order => order;

    /// <summary>Whether anybody takes its results while others work.</summary>
    internal bool IsTaken => isTaken;

    internal List<ModelTask> Tasks { get; } = [];

    internal int OverCount { get; set; }

    internal bool IsCalledOff { get; set; }

    internal bool IsAbandoned { get; set; }

    /// <summary>Whether its tasks are over, and everything of them was taken.</summary>
    internal bool IsAtEnd => OverCount == Tasks.Count && (IsAbandoned || order == ResultOrder.Kept || Group.IsDrained);

    internal bool TakeOne()
    {
        if (!Group.TryTake(out var result))
        {
            return false;
        }

        if (order == ResultOrder.Input)
        {
            Assert.Equal(_nextIndex, result.Task.Index);
            _nextIndex += result.IsLast ? 1 : 0;
        }

        ((ModelTask)result.Task.Tag!).Receive(result.Records, result.IsLast);
        return true;
    }
}
