using System.Diagnostics;
using System.Management.Automation;
using ProcConcurrency.Values;
using Xunit;

namespace ProcConcurrency.Units.Values;

/// <summary>Tells what values cost; asserts nothing. Run with <c>-explicit only -showliveoutput</c>.</summary>
public sealed class SpeedReport(ITestOutputHelper output)
{
    [Fact(Explicit = true)]
    public void Costs()
    {
        Measure("int", 12345);
        Measure("string", "hello world");
        Measure("custom object", Codec.Custom(("Name", "name"), ("Id", 4711), ("Size", 123456789L)));
        PSObject named = Codec.Custom(("Name", "name"), ("Id", 4711), ("Size", 123456789L));
        named.TypeNames.Insert(0, "My.Kind");
        Measure("custom object, own type name", named);
        Measure("wrapped int", new PSObject((object)12345));
    }

    private void Measure(string what, object value)
    {
        const int Batch = 1000;
        using var writer = new ValueWriter(ValueContext.Plain);
        double write = double.MaxValue;
        double read = double.MaxValue;
        for (int round = 0; round < 300; round++)
        {
            writer.Reset();
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < Batch; i++)
            {
                writer.Write(value);
            }

            write = Math.Min(write, Stopwatch.GetElapsedTime(start).TotalNanoseconds / Batch);
            var reader = new ValueReader(writer.Written, ValueContext.Plain);
            start = Stopwatch.GetTimestamp();
            while (!reader.AtEnd)
            {
                reader.Read();
            }

            read = Math.Min(read, Stopwatch.GetElapsedTime(start).TotalNanoseconds / Batch);
        }

        output.WriteLine($"{what}: write {write:F0} ns, read {read:F0} ns, {writer.Length / Batch} bytes");
    }
}
