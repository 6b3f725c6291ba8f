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

    [Fact]
    public void A_number_that_is_another_file_s_by_now_is_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere memory is found by a name.");
        var memory = SharedMemory.Create(64);
        var (number, address) = (memory.Descriptor!.DangerousGetHandle(), memory.Address);
        memory.Dispose();

        // Where another test is quicker to take the number, there is another file as well, or none: that is refused, too.
        var others = new List<SharedMemory>();
        do
        {
            others.Add(SharedMemory.Create(64));
        }
        while (others[^1].Descriptor!.DangerousGetHandle() < number);
        Assert.ThrowsAny<IOException>(() => SharedMemory.Map(address));
        others.ForEach(static other => other.Dispose());
    }

    [Fact]
    public void Its_descriptor_is_all_that_is_needed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere memory is found by a name.");
        var memory = SharedMemory.Create(64);
        var descriptor = DescriptorHandle.CopyOf(memory.Descriptor!);
        memory.Dispose();
        using var mapped = SharedMemory.Map(descriptor);
        using var view = mapped.CreateViewAccessor(0, 64);
        view.Write(0, 42L);
        Assert.Equal(42L, view.ReadInt64(0));
    }
}
