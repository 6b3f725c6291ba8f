using System.Text;

namespace ProcConcurrency.Values;

/// <summary>The encodings that every process has. One of a code page that has to be registered first travels as a property bag.</summary>
internal static class EncodingForm
{
    private const int Utf8 = 65001;
    private const int Utf16 = 1200;
    private const int Utf16BigEndian = 1201;
    private const int Utf32 = 12000;
    private const int Utf32BigEndian = 12001;
    private const int Ascii = 20127;
    private const int Latin1 = 28591;

    public static object[]? Apart(Encoding encoding) =>
        encoding.CodePage is Utf8 or Utf16 or Utf16BigEndian or Utf32 or Utf32BigEndian or Ascii or Latin1
            ? [encoding.CodePage, encoding.Preamble.Length > 0, encoding.DecoderFallback is DecoderExceptionFallback]
            : null;

    public static Encoding Make(FrameworkParts parts)
    {
        bool hasMark = parts.Flag(1);
        bool throws = parts.Flag(2);
        return parts.Int32(0) switch
        {
            Utf8 when hasMark && !throws => Encoding.UTF8,
            Utf8 => new UTF8Encoding(hasMark, throws),
            Utf16 => new UnicodeEncoding(bigEndian: false, hasMark, throws),
            Utf16BigEndian => new UnicodeEncoding(bigEndian: true, hasMark, throws),
            Utf32 => new UTF32Encoding(bigEndian: false, hasMark, throws),
            Utf32BigEndian => new UTF32Encoding(bigEndian: true, hasMark, throws),
            Ascii => Encoding.ASCII,
            Latin1 => Encoding.Latin1,
            int page => throw new NotSupportedException($"the code page {page} is not known in every process."),
        };
    }
}
