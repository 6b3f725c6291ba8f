using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Kinds;
using ProcConcurrency.Runtime.Messaging;
using Xunit;

namespace ProcConcurrency.Units.Hubs;

/// <summary>What a process did not read, or can't, is as it was for others.</summary>
[Collection("codec")]
public sealed class UnreadTests : IDisposable
{
    private readonly IValueCodec _codec = HubEnvironment.Codec;
    private readonly LocalHubPort _port = new(new Hub(HubKinds.Create), 1, "a");

    public UnreadTests() => HubEnvironment.Codec = new Numbers();

    public void Dispose() => HubEnvironment.Codec = _codec;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_reader_that_is_stopped_when_its_item_comes_has_not_received_it(bool isCanceled)
    {
        var queue = ProcQueue.Create(_port);
        queue.Send([(new StoredValue(1), 0), (new StoredValue(2), 0)], null, CancellationToken.None);
        using (var reader = new QueueReader(queue))
        {
            Assert.Equal(ReceiveOutcome.Items, reader.Read(2, null, CancellationToken.None, static () => false));
            Assert.Throws<OperationCanceledException>(() => reader.Read(1, null, new CancellationToken(isCanceled), () => !isCanceled));
        }

        Assert.Equal(1, queue.Count);
        Assert.Equal(2, queue.Receive());
    }

    private sealed class Numbers : IValueCodec
    {
        public StoredValue Encode(object? value) => new((int)value!);

        public object? Decode(StoredValue value) => value.Number;
    }
}
