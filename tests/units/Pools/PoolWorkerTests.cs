using ProcConcurrency.Pools;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Pools;
using ProcConcurrency.Runtime.Processes;
using Xunit;

namespace ProcConcurrency.Units.Pools;

/// <summary>What a worker's process is told, and in which order.</summary>
public sealed class PoolWorkerTests
{
    [Fact]
    public void RecallDoesNotOvertakeTheBatchThatItIsFor()
    {
        using var link = new FakeLink();
        var worker = new PoolWorker([], null!);
        worker.Start((_, _, _) => link, null);
        worker.Send(PoolRun.Definition, [new PoolTask(null!, PoolRun.Definition, TaskOptions.Default, null, new byte[100], null)]);
        worker.Recall();
        link.Arrive();
        Assert.Equal([ChildProtocol.Define, ChildProtocol.Tasks, ChildProtocol.Recall], link.Arrived);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WhoWritesMoreLinesThanAreTakenWaits(bool isKilled)
    {
        const int All = 20_000;
        var shown = 0;
        var output = new PoolOutput((_, _) => shown++, "a worker");
        var settings = new SchedulerSettings { Size = 1, OnWanted = static () => { }, OnAlarm = static _ => { } };
        using var spill = new SpillFile(Path.GetTempPath());
        using var link = new FakeLink();
        var scheduler = new Scheduler(settings with { MinSize = 1 }, spill);
        var worker = new PoolWorker([], scheduler.NextSlot()!) { Output = output.Take };
        Action<string>? take = null;
        worker.Start(
            (_, _, onOutput) =>
            {
                take = onOutput;
                return link;
            },
            null);
        var written = 0;
        var writing = new Thread(() =>
        {
            var line = new string('x', 1000);
            for (; written < All; Volatile.Write(ref written, written + 1))
            {
                take!(line);
            }
        });
        writing.Start();
        SpinWait.SpinUntil(() => Volatile.Read(ref written) == All || (Volatile.Read(ref written) > 1000 && writing.ThreadState.HasFlag(ThreadState.WaitSleepJoin)));
        Assert.InRange(Volatile.Read(ref written), 1000, 5000);
        if (isKilled)
        {
            // Its last words are taken, and nobody waits for them.
            link.Kill();
        }

        while (!writing.Join(isKilled ? Timeout.InfiniteTimeSpan : TimeSpan.Zero))
        {
            output.Write();
        }

        output.Write();
        Assert.Equal(All, shown);
    }

    [Fact]
    public void ItsPlaceIsFreeWhenItsOwnerHearsOfItsEnd()
    {
        using var place = new CancellationTokenSource();
        var wasFree = false;
        var settings = new SchedulerSettings { Size = 1, OnWanted = () => wasFree = IsDisposed(place), OnAlarm = static _ => { } };
        using var spill = new SpillFile(Path.GetTempPath());
        using var link = new FakeLink();
        var scheduler = new Scheduler(settings with { MinSize = 1 }, spill);
        var worker = new PoolWorker([], scheduler.NextSlot()!);
        worker.Start((_, _, _) => link, place);
        Assert.False(IsDisposed(place));
        ((IChildHandler)worker).OnExited(link, new ExitStatus(-9));
        Assert.True(wasFree);

        static bool IsDisposed(CancellationTokenSource place)
        {
            try
            {
                return place.Token.IsCancellationRequested;
            }
            catch (ObjectDisposedException)
            {
                return true;
            }
        }
    }

    [Fact]
    public void CallThatEndsWaitsForNoRoom()
    {
        var output = new PoolOutput(static (_, _) => { }, "a worker");
        var line = new string('x', 1_000_000);
        var waits = new List<Task?>();
        for (var i = 0; i < 4; i++)
        {
            waits.Add(output.Take(line));
        }

        Assert.Null(waits[0]);
        Assert.False(waits[3]!.IsCompleted);
        output.End();
        Assert.True(waits[3]!.IsCompleted);
        Assert.Null(output.Take(line));
    }
}
