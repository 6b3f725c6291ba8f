namespace ProcConcurrency.Values;

// Arrays of two and more dimensions, such as int[,]: their lengths, then their elements as those of a plain array.
internal sealed partial class ValueWriter
{
    private void WriteRectangle(Array array)
    {
        // Two levels, so that the plain array within is never cut by itself: the reader could not make anything of what stands there then.
        if (_depth + 2 > ValueLimits.Depth)
        {
            WriteCut(array);
            return;
        }

        if (!TryEnter(array))
        {
            return;
        }

        WriteTagged(ValueTag.Rectangle, (byte)array.Rank);
        for (int i = 0; i < array.Rank; i++)
        {
            WriteVar((uint)array.GetLength(i));
        }

        WriteArray(Rectangle.Flatten(array));
        Leave();
    }
}

internal ref partial struct ValueReader
{
    private Array? ReadRectangle()
    {
        int number = Enter();
        byte rank = ReadByte();
        if (rank is < 2 or > Rectangle.MaxRank)
        {
            Fail($"there is no array of {rank} dimensions.");
        }

        int[] lengths = new int[rank];
        for (int i = 0; i < rank; i++)
        {
            uint length = ReadVar32();
            if (length > Array.MaxLength)
            {
                Fail($"an array's dimension can't have {length} elements.");
            }

            lengths[i] = (int)length;
        }

        object? items = ReadValue();
        Leave();
        if (items is null && _unreadable is not null)
        {
            return null;
        }

        // Only now is memory taken by the lengths: as many elements have come.
        if (items is not Array flat || !Rectangle.Holds(lengths, flat.Length))
        {
            Fail("an array's lengths are not those of its elements.");
            return null;
        }

        Array made = Rectangle.Make(flat, lengths);
        Know(number, made);
        return made;
    }
}

/// <summary>An array of several dimensions and the plain one with the same elements, the last index changing fastest.</summary>
internal static class Rectangle
{
    /// <summary>The most dimensions that the runtime makes.</summary>
    internal const int MaxRank = 32;

    /// <summary>Whether it begins at 0 in each dimension, as the arrays do that the reader makes.</summary>
    internal static bool IsPlain(Array array)
    {
        for (int i = 0; i < array.Rank; i++)
        {
            if (array.GetLowerBound(i) != 0)
            {
                return false;
            }
        }

        return array.Rank > 1;
    }

    internal static Array Flatten(Array array)
    {
        Array flat = Array.CreateInstance(array.GetType().GetElementType()!, array.Length);
        if (IsBlock(array))
        {
            Buffer.BlockCopy(array, 0, flat, 0, Buffer.ByteLength(array));
            return flat;
        }

        int i = 0;
        foreach (object? item in array)
        {
            flat.SetValue(item, i++);
        }

        return flat;
    }

    /// <summary>Whether that many elements fill an array of these lengths.</summary>
    internal static bool Holds(ReadOnlySpan<int> lengths, int count)
    {
        // Where one is 0 there are no elements, but the runtime multiplies the others, too, and takes none that are too many.
        bool isEmpty = lengths.Contains(0);
        int most = isEmpty ? Array.MaxLength : count;
        long product = 1;
        foreach (int length in lengths)
        {
            product *= Math.Max(length, isEmpty ? 1 : 0);
            if (product > most)
            {
                return false;
            }
        }

        return isEmpty ? count == 0 : product == count;
    }

    internal static Array Make(Array flat, int[] lengths)
    {
        Array array = Array.CreateInstance(flat.GetType().GetElementType()!, lengths);
        if (IsBlock(flat))
        {
            Buffer.BlockCopy(flat, 0, array, 0, Buffer.ByteLength(flat));
            return array;
        }

        int[] at = new int[lengths.Length];
        foreach (object? item in flat)
        {
            array.SetValue(item, at);
            for (int i = at.Length - 1; i >= 0 && ++at[i] == lengths[i]; i--)
            {
                at[i] = 0;
            }
        }

        return array;
    }

    private static bool IsBlock(Array array) => array.GetType().GetElementType()!.IsPrimitive;
}
