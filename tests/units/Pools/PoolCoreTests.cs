using ProcConcurrency.Pools;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Pools;
using ProcConcurrency.Values;
using ProcConcurrency.Worker;
using Xunit;

namespace ProcConcurrency.Units.Pools;

/// <summary>What a pool tells of its tasks' ends, come what may.</summary>
public sealed class PoolCoreTests
{
    [Fact]
    public void A_thread_that_could_not_be_started_is_asked_for_again()
    {
        var asked = 0;
        var core = Make((name, action) =>
        {
            if (++asked == 1)
            {
                throw new IOException("The system gives this process no more threads.");
            }

            Background.Start(name, action);
        });
        var pool = new ProcPool("of a test", core);
        Assert.Throws<IOException>(() => Submit(pool));
        Assert.Empty(core.Known);
        var task = Submit(pool);
        TaskNews.WaitTold(task);
        Assert.Equal(2, asked);
        Assert.Same(task, Assert.Single(core.Known));
        Assert.True(core.IsDone);
        core.End();
    }

    [Fact]
    public void A_task_that_is_refused_is_not_listed_and_keeps_nobody_waiting()
    {
        var threads = new List<Thread>();
        var core = Make((name, action) => threads.Add(Background.Start(name, action)));
        var pool = new ProcPool("of a test", core);
        core.End();
        var task = new ProcTask(pool, "1", null);
        Assert.Throws<InvalidOperationException>(() => Submit(task, core));
        Assert.Empty(core.Known);
        task.StopJob();
        Assert.Equal(PoolTaskState.Canceled, task.Status);
        Assert.True(core.IsDone);

        // Looks at the counts.
        core.End();
        threads.ForEach(static thread => thread.Join());
    }

    [Fact]
    public void A_task_whose_job_was_removed_is_told_of_and_not_remembered()
    {
        var gate = new ManualResetEventSlim();
        var core = Make(static (name, action) => Background.Start(name, action), gate);
        var pool = new ProcPool("of a test", core);
        var task = Submit(pool);
        task.Dispose();
        gate.Set();
        TaskNews.WaitTold(task);
        Assert.Empty(core.Known);
        Assert.True(core.IsDone);
        core.End();
    }

    [Fact]
    public void What_tasks_wrote_that_are_over_is_remembered_up_to_a_bound()
    {
        const int Length = 12 * 1024 * 1024;
        var writer = new ValueWriter(SessionValues.Context);
        RecordCodec.Write(writer, RecordStream.Output, new byte[Length]);
        var records = writer.Written.ToArray();
        var core = new PoolCore(new PoolSettings { Size = 1 }, new WorkerSource([], (handler, _, _) => new FakeWorker(handler, (worker, number, _) =>
        {
            worker.Result(number, records, 1);
            return true;
        })));
        var pool = new ProcPool("of a test", core);
        var tasks = new List<ProcTask>();
        for (var i = 0; i < 4; i++)
        {
            tasks.Add(Submit(pool));
            TaskNews.WaitTold(tasks[i]);
        }

        // Two are less than 32 MB. Who has a task in a variable still has all of it.
        Assert.Equal(tasks[2..], core.Known);
        Assert.All(tasks, static task => Assert.Equal(Length, Assert.IsType<byte[]>(Assert.Single(task.GetResult()).BaseObject).Length));

        // One that is removed makes room.
        tasks[3].Dispose();
        tasks.Add(Submit(pool));
        TaskNews.WaitTold(tasks[4]);
        Assert.Equal([tasks[2], tasks[4]], core.Known);
        core.End();
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0xff, 1, 2, 3 })]
    public void A_task_whose_worker_tells_nothing_readable_of_why_it_refuses_has_an_error_all_the_same(byte[] reason)
    {
        var core = new PoolCore(new PoolSettings { Size = 1 }, new WorkerSource([], (handler, _, _) => new FakeWorker(handler, (worker, _, _) =>
        {
            worker.Refuse(reason);
            return true;
        })));
        var task = Submit(new ProcPool("of a test", core));
        TaskNews.WaitTold(task);
        Assert.Equal(PoolTaskState.Failed, task.Status);
        Assert.Equal("ValueNotReadable", task.LastError?.FullyQualifiedErrorId);
        core.End();
    }

    /// <summary>A pool whose workers don't start, so that its tasks fail at once or when the gate opens.</summary>
    private static PoolCore Make(Action<string, Action> start, ManualResetEventSlim? gate = null) => new(
        new PoolSettings { Size = 1 },
        new WorkerSource([], (_, _, _) =>
        {
            gate?.Wait();
            throw new IOException("No worker starts.");
        }),
        start);

    private static ProcTask Submit(ProcPool pool)
    {
        var task = new ProcTask(pool, "1", null);
        Submit(task, pool.Core);
        return task;
    }

    private static void Submit(ProcTask task, PoolCore core) => core.Submit(task, new TaskDefinition([0]), [1], null, TaskOptions.Default);
}
