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
                log.Add([(RecordStream.Progress, new ProgressRecord(i % 30, "activity", "status"))]);
            }
        }
        finally
        {
            Volatile.Write(ref isDone, true);
        }

        await receiving;
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
