using System.Management.Automation;
using ProcConcurrency.Units.Values;
using ProcConcurrency.Values;
using ProcConcurrency.Worker;
using Xunit;

namespace ProcConcurrency.Units.Worker;

public sealed class RecordBatchTests
{
    [Fact]
    public void What_a_getter_writes_comes_whole_after_the_object_that_it_belongs_to()
    {
        using var batch = new RecordBatch(Codec.Keyed);
        batch.Add(RecordStream.Output, "before");
        batch.Add(RecordStream.Output, new Probe(() =>
        {
            batch.Add(RecordStream.Verbose, "in between");
            Assert.Null(batch.Take(isLast: false));
            return 42;
        }).Wrap());
        batch.Add(RecordStream.Output, "behind");
        var records = TakeAll(batch);
        Assert.Equal([RecordStream.Output, RecordStream.Output, RecordStream.Output, RecordStream.Verbose], records.Select(static record => record.Stream));
        Assert.Equal(["before", "behind", "in between"], records.Select(static record => record.Record).OfType<string>());
        Assert.Equal(42, ((PSObject)records[1].Record!).Properties["Value"].Value);
        Assert.Equal(3, ((PSObject)records[1].Record!).Properties["Last"].Value);
    }

    [Fact]
    public void A_getter_that_waits_for_another_thread_that_writes_does_not_hang()
    {
        using var batch = new RecordBatch(Codec.Keyed);
        batch.Add(RecordStream.Output, new Probe(() =>
        {
            var other = new Thread(() => batch.Add(RecordStream.Output, "other"));
            other.Start();
            return other.Join(TimeSpan.FromSeconds(60)) ? 1 : 0;
        }).Wrap());
        var records = TakeAll(batch);
        Assert.Equal(1, ((PSObject)records[0].Record!).Properties["Value"].Value);
        Assert.Equal("other", records[1].Record);
    }

    [Fact]
    public void What_others_still_encode_is_waited_for_at_the_end()
    {
        using var batch = new RecordBatch(Codec.Keyed);
        using var isAtIt = new ManualResetEventSlim();
        using var mayEnd = new ManualResetEventSlim();
        Thread? other = null;
        batch.Add(RecordStream.Output, new Probe(() =>
        {
            other = new Thread(() => batch.Add(RecordStream.Output, new Probe(() =>
            {
                isAtIt.Set();
                mayEnd.Wait();
                return 2;
            }).Wrap()));
            other.Start();
            isAtIt.Wait();
            return 1;
        }).Wrap());
        var first = batch.Take(isLast: true);
        batch.Recycle(first!);
        var taking = Task.Factory.StartNew(() => batch.Take(isLast: true), TaskCreationOptions.LongRunning);
        Assert.False(taking.Wait(TimeSpan.FromMilliseconds(20)));
        mayEnd.Set();
        Assert.NotNull(taking.Result);
        Assert.Null(batch.Take(isLast: true));
        other!.Join();
    }

    [Fact]
    public void Of_a_record_whose_encoding_is_stopped_nothing_is_left()
    {
        using var batch = new RecordBatch(Codec.Keyed);
        batch.Add(RecordStream.Output, "before");
        Assert.Throws<PipelineStoppedException>(() => batch.Add(RecordStream.Output, Stopped()));
        batch.Add(RecordStream.Warning, "behind");
        Assert.Equal([(RecordStream.Output, "before"), (RecordStream.Warning, "behind")], TakeAll(batch).Select(static record => (record.Stream, (string)record.Record!)));
    }

    private static IEnumerable<int> Stopped()
    {
        yield return 1;
        throw new PipelineStoppedException();
    }

    private static List<StreamRecord> TakeAll(RecordBatch batch)
    {
        var records = new List<StreamRecord>();
        while (batch.Take(isLast: true) is { } writer)
        {
            var reader = new ValueReader(writer.Written, Codec.Keyed);
            var isOver = false;
            while (RecordCodec.TryRead(ref reader, null, ref isOver, out var read))
            {
                records.Add(read);
            }

            batch.Recycle(writer);
        }

        return records;
    }

    /// <summary>An object with a property whose getter does something.</summary>
    private sealed class Probe(Func<int> get)
    {
        public int Value => get();

        internal PSObject Wrap()
        {
            var wrapped = new PSObject();
            wrapped.Properties.Add(new PSCodeProperty("Value", typeof(Probe).GetMethod(nameof(Get))!));
            wrapped.Properties.Add(new PSNoteProperty("Last", 3));
            wrapped.Properties.Add(new PSNoteProperty("Probe", null));
            s_probes.Add(wrapped, this);
            return wrapped;
        }

        private static readonly System.Runtime.CompilerServices.ConditionalWeakTable<PSObject, Probe> s_probes = [];

        public static int Get(PSObject instance) => s_probes.TryGetValue(instance, out var probe) ? probe.Value : -1;
    }
}
