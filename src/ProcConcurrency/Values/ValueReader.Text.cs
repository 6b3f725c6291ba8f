using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace ProcConcurrency.Values;

// Strings and the number kinds that need a check.
internal ref partial struct ValueReader
{
    private string ReadUtf8(int length)
    {
        ReadOnlySpan<byte> bytes = Take(length);
        if (!Utf8.IsValid(bytes))
        {
            Fail("a string is not UTF-8.");
        }

        return Encoding.UTF8.GetString(bytes);
    }

    private string ReadRawString()
    {
        int length = ReadCount(sizeof(char));
        ReadOnlySpan<byte> bytes = Take(length * sizeof(char));
        return new string(MemoryMarshal.Cast<byte, char>(bytes));
    }

    private string? ReadText()
    {
        switch ((ValueTag)ReadByte())
        {
            case ValueTag.Null:
                return null;
            case ValueTag.ShortString:
                return ReadUtf8(ReadByte());
            case ValueTag.LongString:
                return ReadUtf8(System.Buffers.Binary.BinaryPrimitives.ReadInt32LittleEndian(Take(4)));
            case ValueTag.RawString:
                return ReadRawString();
            default:
                _position--;
                Fail("a text was expected.");
                return null;
        }
    }

    private string ReadRequiredText()
    {
        string? text = ReadText();
        if (text is null)
        {
            Fail("a text was expected.");
        }

        return text!;
    }

    private decimal ReadDecimal()
    {
        Span<int> words = stackalloc int[4];
        Take(16).CopyTo(MemoryMarshal.AsBytes(words));
        return new decimal(words);
    }
}
