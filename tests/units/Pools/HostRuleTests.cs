using ProcConcurrency.Runtime.Pools;
using Xunit;

namespace ProcConcurrency.Units.Pools;

/// <summary>What workers that die on one machine say of it, and of others.</summary>
public sealed class HostRuleTests
{
    [Theory]
    [InlineData(7)]
    [InlineData(-9)]
    public void HostWhereThreeWorkersDoNotComeUpIsDoneWithoutWhateverOthersDo(int code)
    {
        var sick = new List<WorkerCrash>();
        using var bench = new SchedulerBench(2, settings => settings with { OnSick = crash => { sick.Add(crash); return crash.HostName == "sick"; } });
        var tasks = bench.AddBatch(bench.Open(), size: 1, count: 8);
        var first = bench.Start(opens: false);
        var (sound, dying) = (first[0], first[1]);
        sound.HostName = "sound";
        sound.Owner.OnOpened();
        for (var i = 0; i < 3; i++)
        {
            Assert.Empty(sick);
            sound.Do();
            dying.HostName = "sick";
            dying.Die(code);
            dying = Assert.Single(bench.Start(opens: false));
        }

        Assert.Equal("sick", Assert.Single(sick).HostName);
        Assert.Null(bench.Scheduler.Failure);
        Assert.Equal(PoolTaskState.Done, tasks[2].State);

        // The other's own count begins at 0; where it is the last, the pool fails.
        sound.HostName = "sound";
        sound.Begin();
        for (var i = 0; i < 3; i++)
        {
            Assert.Null(bench.Scheduler.Failure);
            dying.HostName = "sound";
            dying.Die(code);
            dying = bench.Start(opens: false).FirstOrDefault() ?? dying;
        }

        Assert.Equal("sound", bench.Scheduler.Failure!.Crash!.HostName);
    }
}
