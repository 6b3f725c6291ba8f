using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace ProcConcurrency.Values;

// Strings: UTF-8 where it can carry them, else the UTF-16 units as they are.
internal sealed partial class ValueWriter
{
    // Three UTF-8 bytes a character at most: a length that fits one byte whatever the characters are.
    private const int ShortChars = 255 / 3;

    private void WriteText(string? text)
    {
        if (text is null)
        {
            WriteTag(ValueTag.Null);
        }
        else
        {
            WriteString(text);
        }
    }

    private void WriteString(string text)
    {
        int start = _length;
        bool isShort = text.Length <= ShortChars;
        int header = isShort ? 2 : 5;
        if (text.Length > (Array.MaxLength - header) / 3)
        {
            WriteRawString(text);
            return;
        }

        Span<byte> to = Take(header + (text.Length * 3));
        if (Utf8.FromUtf16(text, to[header..], out _, out int bytes, replaceInvalidSequences: false) != OperationStatus.Done)
        {
            _length = start;
            WriteRawString(text);
            return;
        }

        _length = start + header + bytes;
        if (isShort)
        {
            to[0] = (byte)ValueTag.ShortString;
            to[1] = (byte)bytes;
        }
        else
        {
            to[0] = (byte)ValueTag.LongString;
            BinaryPrimitives.WriteInt32LittleEndian(to[1..], bytes);
        }
    }

    private void WriteRawString(string text)
    {
        WriteTag(ValueTag.RawString);
        WriteVar((uint)text.Length);
        WriteRaw(MemoryMarshal.AsBytes(text.AsSpan()));
    }

    private void WriteRaw(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));
}

internal ref partial struct ValueReader
{
    private string? ReadText()
    {
        switch ((ValueTag)ReadByte())
        {
            case ValueTag.Null:
                return null;
            case ValueTag.ShortString:
                return ReadUtf8(ReadByte());
            case ValueTag.LongString:
                return ReadUtf8(BinaryPrimitives.ReadInt32LittleEndian(Take(4)));
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
}
