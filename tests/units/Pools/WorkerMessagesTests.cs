using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Pools;
using Xunit;

namespace ProcConcurrency.Units.Pools;

/// <summary>What a pool and its workers write to each other, as the other side reads it.</summary>
public sealed class WorkerMessagesTests
{
    private const long Number = 3_000_000_000;

    [Theory]
    [InlineData(false, false, null, new long[0], new byte[0])]
    [InlineData(false, false, null, new long[0], new byte[] { 1, 2, 3 })]
    [InlineData(true, false, 1L << 40, new long[0], new byte[] { 1, 2, 3 })]
    [InlineData(true, true, null, new long[] { 7 }, new byte[] { 1 })]
    [InlineData(true, true, 0L, new[] { 1, -1, long.MaxValue }, new byte[] { 1, 2, 3 })]
    public void Results_come_back_as_they_were_and_no_part_of_their_head_is_missing_unnoticed(bool isLast, bool hasFailed, long? memory, long[] mentioned, byte[] records)
    {
        var written = new WorkerResults { Number = Number, IsLast = isLast, HasFailed = hasFailed, Memory = memory, Mentioned = mentioned, Records = records };
        var message = new byte[written.Size];
        written.Write(message);
        var read = WorkerResults.Read(message);
        Assert.Equal((Number, isLast, hasFailed, memory), (read.Number, read.IsLast, read.HasFailed, read.Memory));
        Assert.Equal(mentioned, read.Mentioned.ToArray());
        Assert.Equal(records, read.Records.ToArray());
        for (var length = 0; length < message.Length - records.Length; length++)
        {
            var cut = message[..length];
            Assert.Throws<ProtocolException>(() => _ = WorkerResults.Read(cut).Size);
        }
    }

    [Fact]
    public void Tasks_are_read_one_after_the_other()
    {
        var message = new byte[(2 * WorkerTask.HeaderSize) + 3];
        Assert.True(WorkerTask.Write(WorkerTask.Write(message, 5, []), 6, [1, 2, 3]).IsEmpty);
        ReadOnlySpan<byte> rest = message;
        Assert.Empty(WorkerTask.Read(ref rest, out var first).ToArray());
        Assert.Equal([1, 2, 3], WorkerTask.Read(ref rest, out var second).ToArray());
        Assert.Equal((5L, 6L), (first, second));
        Assert.True(rest.IsEmpty);
    }
}
