using ProcConcurrency.Runtime.Channels;
using Xunit;

namespace ProcConcurrency.Units.Channels;

public sealed class LullFlusherTests
{
    [Fact]
    public void What_one_flush_runs_into_does_not_end_the_next()
    {
        using var flushed = new SemaphoreSlim(0);
        var count = 0;
        using var flusher = new LullFlusher(() =>
        {
            flushed.Release();
            if (++count == 1)
            {
                throw new InvalidOperationException("The first flush fails on purpose.");
            }
        });
        for (var i = 0; i < 2; i++)
        {
            flusher.Rouse();
            Assert.True(flushed.Wait(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
        }
    }
}
