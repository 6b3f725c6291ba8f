using ProcConcurrency.Runtime.Native;
using Xunit;

namespace ProcConcurrency.Units.Native;

/// <summary>Memory that two mappings share, and that leaves nothing behind.</summary>
public sealed class SharedMemoryTests
{
    [Fact]
    public void Two_mappings_see_the_same_bytes()
    {
        using var memory = SharedMemory.Create(10_000);
        using var one = SharedMemory.Map(memory.Address);
        using var two = SharedMemory.Map(memory.Address);
        using var writing = one.CreateViewAccessor(0, 10_000);
        using var reading = two.CreateViewAccessor(0, 10_000);
        Assert.Equal(0, reading.ReadByte(9_999));
        writing.Write(9_999, (byte)7);
        Assert.Equal(7, reading.ReadByte(9_999));
    }

    [Fact]
    public void A_mapping_outlives_its_maker()
    {
        using var memory = SharedMemory.Create(64);
        using var mapped = SharedMemory.Map(memory.Address);
        memory.Dispose();
        using var view = mapped.CreateViewAccessor(0, 64);
        view.Write(0, 42L);
        Assert.Equal(42L, view.ReadInt64(0));
    }
}
