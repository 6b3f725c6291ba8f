using System.Buffers;

namespace ProcConcurrency.Runtime.Channels;

/// <summary>
/// Arrays that are used again: large ones that are thrown away make the collector work, and the process grow. Very large
/// ones are not kept for the next that may never come.
/// </summary>
internal static class SpareArrays
{
    private const int MostKept = 4 << 20;

    /// <summary>An array of at least that length, with anything in it.</summary>
    internal static byte[] Rent(int length) => length > MostKept ? new byte[length] : ArrayPool<byte>.Shared.Rent(length);

    /// <summary>Takes one of <see cref="Rent"/>'s back. Nobody may look at it any more.</summary>
    internal static void Return(byte[] array)
    {
        if (array.Length <= MostKept)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }
}
