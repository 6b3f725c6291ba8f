using System.Collections;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Kinds;
using ProcConcurrency.Runtime.Messaging;
using ProcConcurrency.Runtime.Shared;
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
        queue.Send([new(new StoredValue(1), 0), new(new StoredValue(2), 0)], null, CancellationToken.None);
        using (var reader = new QueueReader(queue))
        {
            Assert.Equal(ReceiveOutcome.Items, reader.Read(2, null, CancellationToken.None, static () => false));
            Assert.Throws<OperationCanceledException>(() => reader.Read(1, null, new CancellationToken(isCanceled), () => !isCanceled));
        }

        Assert.Equal(1, queue.Count);
        Assert.Equal(2, queue.Receive());
    }

    [Fact]
    public void Keys_decode_no_values_and_one_value_spoils_no_other()
    {
        var shared = ProcDictionary.Create(_port);
        shared.Update(new Dictionary<int, int> { [1] = 10, [2] = Numbers.Unreadable, [3] = 30 });
        Assert.Equal(new object[] { 1, 2, 3 }, shared.Keys);
        var values = shared.Values;
        Assert.Equal(3, values.Count);
        Assert.Equal([10, null, 30], ReadAll(values.GetEnumerator()));
        var entries = shared.GetEnumerator();
        Assert.Equal([(1, 10), null, (3, 30)], ReadAll(entries, static entry => ((int)entry.Key, (int)entry.Value!)));
        Assert.Throws<FormatException>(() => shared.ToHashtable());
    }

    [Fact]
    public void One_item_of_a_list_spoils_no_other()
    {
        var shared = ProcList.Create(_port);
        shared.AddRange((int[])[1, Numbers.Unreadable, 3]);
        Assert.Equal([1, null, 3], ReadAll(shared.GetEnumerator()));
        Assert.Throws<FormatException>(() => shared.ToArray());
    }

    [Fact]
    public void What_is_reached_twice_is_decoded_once()
    {
        var shared = ProcDictionary.Create(_port);
        shared[1] = 10;
        var values = shared.Values;
        Numbers.Count = 0;
        Assert.Equal([10], ReadAll(values.GetEnumerator()));
        Assert.Equal([10], ReadAll(values.GetEnumerator()));
        Assert.Equal(1, Numbers.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(-3)]
    public void An_item_that_can_t_be_read_keeps_its_place(int index)
    {
        var shared = ProcList.Create(_port);
        shared.AddRange((int[])[1, 2, 3]);
        shared[index < 0 ? 3 + index : index] = Numbers.Unreadable;
        Assert.Throws<FormatException>(() => shared.RemoveAt(index));
        Assert.Equal(3, shared.Count);
        Assert.Equal(index < 0 ? 3 + index : index, shared.IndexOf(Numbers.Unreadable));
    }

    [Fact]
    public void An_entry_that_can_t_be_read_is_removed_where_nobody_wants_its_value()
    {
        var shared = ProcDictionary.Create(_port);
        shared.Update(new Dictionary<int, int> { [1] = Numbers.Unreadable, [2] = 20 });
        Assert.Throws<FormatException>(() => shared.TryRemove(1, out _));
        Assert.Equal(new object[] { 1, 2 }, shared.Keys);
        shared.Remove(1);
        Assert.False(shared.ContainsKey(1));
        Assert.True(shared.TryRemove(2, out var value));
        Assert.Equal(20, value);
    }

    /// <summary>What a loop gets that goes on after an error; null for each of those.</summary>
    private static List<object?> ReadAll(IEnumerator reader) => ReadAll(reader, static value => value);

    private static List<object?> ReadAll(IDictionaryEnumerator reader, Func<DictionaryEntry, object> read) => ReadAll((IEnumerator)reader, value => read((DictionaryEntry)value!));

    private static List<object?> ReadAll(IEnumerator reader, Func<object?, object?> read)
    {
        var all = new List<object?>();
        while (reader.MoveNext())
        {
            try
            {
                all.Add(read(reader.Current));
            }
            catch (FormatException)
            {
                all.Add(null);
            }
        }

        return all;
    }

    private sealed class Numbers : IValueCodec
    {
        internal const int Unreadable = 13;

        internal static int Count { get; set; }

        public StoredValue Encode(object? value) => new((int)value!);

        public object? Decode(StoredValue value)
        {
            Count++;
            return value.Number is Unreadable ? throw new FormatException() : value.Number;
        }
    }
}
