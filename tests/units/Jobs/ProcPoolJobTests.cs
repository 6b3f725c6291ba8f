using System.Management.Automation;
using ProcConcurrency.Jobs;
using ProcConcurrency.Pools;
using Xunit;

namespace ProcConcurrency.Units.Jobs;

/// <summary>How a job of a pool's run ends.</summary>
public sealed class ProcPoolJobTests
{
    [Fact]
    public void What_nobody_foresaw_is_an_error_that_can_be_received()
    {
        using var job = new ProcPoolJob("1", "localhost");
        job.Follow(new BrokenRun(), null);
        job.EndInput();
        Assert.True(job.Finished.WaitOne(TimeSpan.FromMinutes(1)));
        Assert.Equal(JobState.Failed, job.JobStateInfo.State);
        var error = Assert.Single(job.ChildJobs[0].Error);
        Assert.IsType<NotImplementedException>(error.Exception);
        Assert.Equal("System.NotImplementedException", error.FullyQualifiedErrorId);
    }

    private sealed class BrokenRun : IPoolRun
    {
        public long Skipped => 0;

        public void Complete()
        {
        }

        public void Follow(CancellationToken canceled) => throw new NotImplementedException();

        public void HideProgress()
        {
        }

        public void Abort()
        {
        }

        public void Dispose()
        {
        }
    }
}
