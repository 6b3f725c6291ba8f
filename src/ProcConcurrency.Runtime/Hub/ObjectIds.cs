using System.Buffers.Binary;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>A list of objects in a message: how many (4 bytes), and the id of each (8).</summary>
internal static class ObjectIds
{
    /// <summary>How many bytes so many ids take.</summary>
    internal static int Size(int count) => sizeof(int) + (count * sizeof(long));

    /// <summary>Writes a list; gives what is behind it.</summary>
    internal static Span<byte> Write(Span<byte> target, ReadOnlySpan<long> ids)
    {
        BinaryPrimitives.WriteInt32LittleEndian(target, ids.Length);
        target = target[sizeof(int)..];
        foreach (var id in ids)
        {
            BinaryPrimitives.WriteInt64LittleEndian(target, id);
            target = target[sizeof(long)..];
        }

        return target;
    }

    /// <summary>Reads a list, behind which the source begins then; false where it has no room for what it says.</summary>
    internal static bool TryRead(ref ReadOnlySpan<byte> source, out long[] ids)
    {
        var count = source.Length < sizeof(int) ? -1 : BinaryPrimitives.ReadInt32LittleEndian(source);
        if (count < 0 || count > (source.Length - sizeof(int)) / sizeof(long))
        {
            ids = [];
            return false;
        }

        ids = Read(source.Slice(sizeof(int), count * sizeof(long)));
        source = source[Size(count)..];
        return true;
    }

    /// <summary>Reads ids, of which there are as many as there is room for.</summary>
    internal static long[] Read(ReadOnlySpan<byte> source)
    {
        var ids = source.IsEmpty ? [] : new long[source.Length / sizeof(long)];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = BinaryPrimitives.ReadInt64LittleEndian(source[(i * sizeof(long))..]);
        }

        return ids;
    }
}
