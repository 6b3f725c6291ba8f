using System.Buffers.Binary;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Pools;
using Xunit;

namespace ProcConcurrency.Units.Pools;

/// <summary>
/// A worker process without a process: what it is told lies in an inbox, what it says in an outbox, and the model moves each on when it
/// likes. So everything may cross on the way, as it does with a real one.
/// </summary>
internal sealed class ModelWorker(SchedulerModel model, WorkerSlot slot, int processId) : ITaskWorker
{
    private readonly Queue<Action> _inbox = new();
    private readonly Queue<(bool IsVital, Action Deliver)> _outbox = new();
    private readonly LinkedList<ModelTask> _waiting = new();
    private int _used;
    private bool _isEnding;

    public int ProcessId => processId;

    internal WorkerSlot Slot => slot;

    internal IWorkerOwner Owner => slot;

    internal bool HasOpened { get; private set; }

    internal bool WasKilled { get; private set; }

    /// <summary>Whether the process is gone. What it said before may still be on its way.</summary>
    internal bool IsDead { get; private set; }

    /// <summary>Whether the scheduler has heard the last of it.</summary>
    internal bool IsGone { get; private set; }

    internal ModelTask? Current { get; private set; }

    internal int DoneCount { get; private set; }

    internal bool HasInbox => _inbox.Count > 0;

    internal bool HasOutbox => _outbox.Count > 0;

    private TaskDefinition NextDefinition => _waiting.First!.Value.Task.Definition;

    internal bool CanBegin => !IsDead && HasOpened && Current is null && _waiting.Count > 0;

    public void Send(TaskDefinition definition, IReadOnlyList<PoolTask> batch)
    {
        AssertTakesOrders();
        Assert.NotEmpty(batch);
        var tasks = batch.Select(task => (ModelTask)task.Tag!).ToArray();
        Assert.All(tasks, task => Assert.Same(definition, task.Task.Definition));
        _inbox.Enqueue(() =>
        {
            Post(Owner.OnBegun, isVital: false);
            foreach (var task in tasks)
            {
                _waiting.AddLast(task);
            }
        });
    }

    public void Recall()
    {
        AssertTakesOrders();
        _inbox.Enqueue(() =>
        {
            var count = _waiting.Count;
            _waiting.Clear();
            Post(() => Owner.OnReturned(count), isVital: false);
        });
    }

    public void GiveCredit(int amount)
    {
        AssertTakesOrders();
        Assert.True(amount > 0);
        _inbox.Enqueue(() =>
        {
            _used -= amount;
            Assert.True(_used >= 0, "more credit came back than was lent");
        });
    }

    public void End()
    {
        Assert.False(_isEnding, "told to end twice");
        _isEnding = true;
        _inbox.Enqueue(() =>
        {
            Assert.Null(Current);
            Assert.Empty(_waiting);
            Die(0, loses: false);
        });
    }

    public void Kill()
    {
        Assert.False(_isEnding, "killed though it is ending");
        Assert.True(slot.IsAtCondemned || slot.IsLate, "killed for a task that it is not at");
        _isEnding = WasKilled = true;
    }

    internal void Open()
    {
        HasOpened = true;
        Post(Owner.OnOpened, isVital: true);
    }

    internal void Refuse()
    {
        Post(() => Owner.OnRefused([1]), isVital: true);
        Die(1, loses: false);
    }

    internal void ReadOne() => _inbox.Dequeue()();

    /// <summary>What it said is heard.</summary>
    internal void DeliverOne() => _outbox.Dequeue().Deliver();

    private void Begin()
    {
        Current = _waiting.First!.Value;
        _waiting.RemoveFirst();
        Assert.True(Current.RunsAt is null, "a task runs with two workers at once");
        Assert.False(Current.OverCount > 0, "a task is begun that is over");
        Current.RunsAt = this;
        Current.Begun++;
        Current.Written = 0;
    }

    /// <summary>It can't set up what the next tasks run.</summary>
    private void RefuseDefinition()
    {
        var definition = _waiting.First!.Value.Task.Definition;
        while (_waiting.First is { } node && node.Value.Task.Definition == definition)
        {
            _waiting.RemoveFirst();
        }

        Post(() => Owner.OnDefinitionRefused(definition.Id, [1]), isVital: false);
    }

    internal void BeginOrRefuse()
    {
        if (NextDefinition == model.BadDefinition)
        {
            RefuseDefinition();
        }
        else
        {
            Begin();
        }
    }

    /// <summary>It does what there is to do, without a fault.</summary>
    internal void GoOn()
    {
        while (HasInbox && !IsDead)
        {
            ReadOne();
        }

        if (!IsDead && !HasOpened)
        {
            Open();
        }
        else if (!IsDead && (WasKilled || (model.WasEnded && Current is not null)))
        {
            Die(-9, loses: true);
        }

        if (CanBegin)
        {
            BeginOrRefuse();
        }

        if (this is { IsDead: false, Current: not null })
        {
            Write(0, isLast: true, failed: false);
        }

        while (HasOutbox)
        {
            DeliverOne();
        }
    }

    /// <summary>Its task writes, or ends. False where it has to wait for credit.</summary>
    internal bool Write(int length, bool isLast, bool failed, long? memory = null)
    {
        var cost = ResultCredit.CostOf(length, isLast);
        if (_used + cost > ResultCredit.Window)
        {
            return false;
        }

        _used += cost;
        var task = Current!;
        var records = new byte[length];
        if (length > 0)
        {
            BinaryPrimitives.WriteInt32LittleEndian(records, task.Written++);
        }

        if (isLast)
        {
            Current = null;
            task.RunsAt = null;
            DoneCount++;
        }

        // Where a call may halt, the others of a batch come back behind one that failed.
        var declined = isLast && failed && model.EndsBatchByError ? _waiting.Count : 0;
        if (declined > 0)
        {
            _waiting.Clear();
        }

        var written = task.Written;
        Post(
            () =>
            {
                if (isLast)
                {
                    task.Told(failed, written);
                }

                Owner.OnResults(task.Task.Number, records, isLast, failed, null, memory);
            },
            isVital: false);
        if (declined > 0)
        {
            Post(() => Owner.OnReturned(declined, wasAsked: false), isVital: false);
        }

        return true;
    }

    /// <summary>The process is gone. Where it was killed, or crashes, the last that it said may never have gone out.</summary>
    internal void Die(int code, bool loses)
    {
        IsDead = true;
        if (loses)
        {
            while (_outbox.Count > 0 && model.Random.Next(2) == 0 && !_outbox.Last().IsVital)
            {
                LoseLast();
            }
        }

        Post(
            () =>
            {
                IsGone = true;
                if (Current is { } current)
                {
                    current.RunsAt = null;
                }

                foreach (var task in slot.Batch.Skip(slot.Next))
                {
                    ((ModelTask)task.Tag!).Died(this, task.State == PoolTaskState.Running);
                }

                Owner.OnExited(new WorkerCrash(processId, new ExitStatus(code), string.Empty));
            },
            isVital: true);
    }

    /// <summary>All that was lent has come back, once all that it was told is read.</summary>
    internal void AssertOwesNothing(int most)
    {
        while (HasInbox && !IsDead)
        {
            ReadOne();
        }

        Assert.True(IsDead || _used <= most, $"credit was lost: {_used} bytes");
    }

    private void LoseLast()
    {
        var kept = _outbox.Take(_outbox.Count - 1).ToArray();
        _outbox.Clear();
        foreach (var item in kept)
        {
            _outbox.Enqueue(item);
        }
    }

    private void Post(Action deliver, bool isVital) => _outbox.Enqueue((isVital, deliver));

    private void AssertTakesOrders()
    {
        Assert.False(_isEnding || slot.IsEnding, "a worker that is ending is told something");
        Assert.False(IsGone, "a worker that is gone is told something");
    }
}
