using System.IO.MemoryMappedFiles;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Shared;

/// <summary>The array's memory in this process; the system takes it back when the handle has been collected.</summary>
internal sealed unsafe class ArrayMemory
{
    // Kept, for the view lives by it.
    private readonly MemoryMappedViewAccessor _view;

    internal ArrayMemory(PayloadReader state)
    {
        Element = (TypeCode)state.Byte();
        Length = (int)state.Int64();
        try
        {
            var address = state.Text()!;
            using var file = state.Descriptor() is DescriptorHandle descriptor ? SharedMemory.Map(descriptor) : SharedMemory.Map(address);
            _view = file.CreateViewAccessor(0, (long)Length * ArrayElements.Size(Element));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ObjectGoneException($"The array's memory can't be reached: {error.Message} Arrays are shared by the processes of one machine.");
        }

        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        Start = start + _view.PointerOffset;
    }

    // The view is not given back while somebody has its pointer.
    ~ArrayMemory()
    {
        if (Start is not null)
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }

    internal TypeCode Element { get; }

    internal int Length { get; }

    internal byte* Start { get; }
}
