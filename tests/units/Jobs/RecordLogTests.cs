using System.Management.Automation;
using ProcConcurrency.Jobs;
using ProcConcurrency.Worker;
using Xunit;

namespace ProcConcurrency.Units.Jobs;

public sealed class RecordLogTests
{
    [Fact]
    public async Task Progress_is_taken_as_Receive_Job_takes_it_while_it_comes()
    {
        using var job = new SomeJob();
        var log = new RecordLog(job);
        var isDone = false;
        var receiving = Task.Factory.StartNew(
            () =>
            {
                while (!Volatile.Read(ref isDone))
                {
                    job.Progress.ReadAll();
                }
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        try
        {
            for (var i = 0; i < 100_000; i++)
            {
                log.Add([new(RecordStream.Progress, new ProgressRecord(i % 30, "activity", "status"))]);
            }
        }
        finally
        {
            Volatile.Write(ref isDone, true);
        }

        await receiving;
    }

    [Fact]
    public void Records_of_several_logs_are_taken_in_the_order_in_which_they_came()
    {
        using var job = new SomeJob();
        using var other = new SomeJob();
        var (log, otherLog) = (new RecordLog(job, isStamped: true), new RecordLog(other, isStamped: true));
        log.Add([new(RecordStream.Output, 1), new(RecordStream.Output, 2)]);
        log.Add([new(RecordStream.Output, 3)]);
        otherLog.Add([new(RecordStream.Output, 4)]);
        log.Add([new(RecordStream.Output, 5)]);

        var records = RecordLog.TakeAll([otherLog, log]);

        Assert.Equal([1, 2, 3, 4, 5], records.Select(static record => ((PSObject)record.Record!).BaseObject));
        Assert.Equal([log, log, log, otherLog, log], records.Select(static record => record.Log));
        Assert.Empty(RecordLog.TakeAll([log, otherLog]));
    }

    [Fact]
    public void Records_that_are_put_back_come_before_what_has_come_since()
    {
        using var job = new SomeJob();
        using var other = new SomeJob();
        var (log, otherLog) = (new RecordLog(job, isStamped: true), new RecordLog(other, isStamped: true));
        log.Add([new(RecordStream.Output, 1), new(RecordStream.Output, 2)]);
        otherLog.Add([new(RecordStream.Output, 3)]);
        log.Add([new(RecordStream.Output, 4)]);
        var taken = RecordLog.TakeAll([log, otherLog]);
        log.Add([new(RecordStream.Output, 5)]);

        RecordLog.PutBack(taken.Skip(1));

        Assert.Equal([2, 3, 4, 5], RecordLog.TakeAll([log, otherLog]).Select(static record => ((PSObject)record.Record!).BaseObject));
        log.Add([new(RecordStream.Output, 6)]);
        Assert.Equal([6], RecordLog.TakeAll([log, otherLog]).Select(static record => ((PSObject)record.Record!).BaseObject));
    }

    private sealed class SomeJob : Job
    {
        public override bool HasMoreData => false;

        public override string Location => string.Empty;

        public override string StatusMessage => string.Empty;

        public override void StopJob()
        {
        }
    }
}
