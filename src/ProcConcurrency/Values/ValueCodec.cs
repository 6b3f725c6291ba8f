using System.Diagnostics.CodeAnalysis;

namespace ProcConcurrency.Values;

/// <summary>One value to its bytes and back, for callers without a batch.</summary>
internal static class ValueCodec
{
    [ThreadStatic]
    private static ValueWriter? t_spare;

    /// <summary>Encodes one value.</summary>
    /// <param name="value">Any value.</param>
    /// <param name="context">Key and handles.</param>
    /// <param name="strict">Refuse process-bound objects.</param>
    /// <param name="rootName">What a refusal calls the value.</param>
    public static byte[] Encode(object? value, ValueContext context, bool strict = false, string rootName = "Value") =>
        Write(value, context, strict, rootName, static writer => writer.Written.ToArray());

    /// <summary>Writes one value, and gives what the caller takes of the writer, which is used again.</summary>
    internal static T Write<T>(object? value, ValueContext context, bool strict, string rootName, Func<ValueWriter, T> take)
    {
        // Taken while in use: a property getter may come back here on the same thread.
        ValueWriter writer = t_spare is { } spare && ReferenceEquals(spare.Context, context) ? spare : new ValueWriter(context);
        t_spare = null;
        writer.Strict = strict;
        writer.RootName = rootName;
        try
        {
            writer.Write(value);
            return take(writer);
        }
        finally
        {
            writer.Reset();
            t_spare = writer;
        }
    }

    /// <summary>Decodes one value, which must fill the bytes exactly.</summary>
    /// <exception cref="ValueFormatException">The bytes are not an encoded value.</exception>
    public static object? Decode(ReadOnlySpan<byte> bytes, ValueContext context)
    {
        var reader = new ValueReader(bytes, context);
        object? value = reader.Read();
        return reader.AtEnd ? value : throw new ValueFormatException(reader.Position, "bytes follow the value.");
    }

    /// <summary>As <see cref="Decode"/>, with the reason instead of an exception.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, ValueContext context, out object? value, [NotNullWhen(false)] out string? reason)
    {
        try
        {
            value = Decode(bytes, context);
            reason = null;
            return true;
        }
        catch (ValueFormatException malformed)
        {
            value = null;
            reason = malformed.Message;
            return false;
        }
    }
}
