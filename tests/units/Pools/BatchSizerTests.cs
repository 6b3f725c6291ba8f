using ProcConcurrency.Runtime.Pools;
using Xunit;

namespace ProcConcurrency.Units.Pools;

/// <summary>Batches fit what tasks take: quick ones travel together, long ones alone.</summary>
public sealed class BatchSizerTests
{
    [Fact]
    public void A_first_batch_is_one_task() => Assert.Equal(1, new BatchSizer().Next(1000, 2, inputEnded: false));

    [Fact]
    public void Quick_tasks_grow_it_step_by_step_to_the_most()
    {
        var sizer = new BatchSizer();
        for (var size = 1; size < BatchSizer.MaxItems; size *= 2)
        {
            Assert.Equal(size, sizer.Size);
            sizer.Learn(size, TimeSpan.FromTicks(size));
        }

        sizer.Learn(BatchSizer.MaxItems, TimeSpan.FromTicks(1));
        Assert.Equal(BatchSizer.MaxItems, sizer.Size);
    }

    [Fact]
    public void It_settles_where_a_batch_takes_its_time()
    {
        var sizer = new BatchSizer();
        for (var i = 0; i < 30; i++)
        {
            sizer.Learn(sizer.Size, TimeSpan.FromMilliseconds(0.5) * sizer.Size);
        }

        Assert.Equal(BatchSizer.s_target.TotalMilliseconds / 0.5, sizer.Size);
    }

    [Fact]
    public void Tasks_that_become_long_travel_alone_soon()
    {
        var sizer = new BatchSizer();
        for (var i = 0; i < 20; i++)
        {
            sizer.Learn(sizer.Size, TimeSpan.FromTicks(sizer.Size));
        }

        sizer.Learn(10, TimeSpan.FromSeconds(10));
        Assert.Equal(1, sizer.Size);
    }

    [Theory]
    [InlineData(100, 4, false, 25)]
    [InlineData(100, 4, true, 12)]
    [InlineData(3, 4, true, 1)]
    [InlineData(100_000, 4, false, BatchSizer.MaxItems)]
    public void Everybody_gets_a_share(int waiting, int workers, bool inputEnded, int share)
    {
        var sizer = new BatchSizer();
        for (var i = 0; i < 20; i++)
        {
            sizer.Learn(sizer.Size, TimeSpan.FromTicks(1));
        }

        Assert.Equal(share, sizer.Next(waiting, workers, inputEnded));
    }
}
