using System.Buffers;
using System.Runtime.InteropServices;

namespace ProcConcurrency.Runtime.Channels;

/// <summary>
/// Arrays that are used again: large ones that are thrown away make the collector work, and the process grow. Very large
/// ones are not kept for the next that may never come.
/// </summary>
internal static class SpareArrays
{
    private const int MostKept = 4 << 20;
    private const int LeastShared = 64 * 1024;

    /// <summary>An array of at least that length, with anything in it.</summary>
    internal static byte[] Rent(int length) => length > MostKept ? new byte[length] : ArrayPool<byte>.Shared.Rent(length);

    /// <summary>Takes one of <see cref="Rent"/>'s back. Nobody may look at it any more.</summary>
    internal static void Recycle(byte[] array)
    {
        if (array.Length <= MostKept)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }

    /// <summary>Whether so many bytes that are kept lie in a spare array: see <see cref="Keep"/>.</summary>
    internal static bool IsSpare(int length) => length > LeastShared;

    /// <summary>A copy of some bytes, in a spare array where they are many: see <see cref="Recycle(ReadOnlyMemory{byte})"/>.</summary>
    internal static ReadOnlyMemory<byte> Keep(ReadOnlySpan<byte> bytes)
    {
        if (!IsSpare(bytes.Length))
        {
            return bytes.ToArray();
        }

        var array = Rent(bytes.Length);
        bytes.CopyTo(array);
        return array.AsMemory(0, bytes.Length);
    }

    /// <summary>Takes a copy of <see cref="Keep"/>'s back, and nothing else. Nobody may look at it any more.</summary>
    internal static void Recycle(ReadOnlyMemory<byte> kept)
    {
        if (IsSpare(kept.Length) && MemoryMarshal.TryGetArray(kept, out var array))
        {
            Recycle(array.Array!);
        }
    }
}
