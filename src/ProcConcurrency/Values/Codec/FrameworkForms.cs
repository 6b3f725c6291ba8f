using System.Collections;
using System.Drawing;
using System.Globalization;
using System.Management.Automation;
using System.Net;
using System.Net.Mail;
using System.Net.NetworkInformation;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ProcConcurrency.Values;

/// <summary>
/// The small types of the base library and of PowerShell that travel as a few numbers and texts. A form takes a value apart and
/// makes it again; nothing is made by a name from the wire.
/// </summary>
internal static class FrameworkForms
{
    // A form's place is its number on the wire: append, never reorder.
    private static readonly FrameworkForm[] s_forms =
    [
        FrameworkForm.Of<DateOnly>(static it => [it.DayNumber], static p => DateOnly.FromDayNumber(p.Int32(0))),
        FrameworkForm.Of<TimeOnly>(static it => [it.Ticks], static p => new TimeOnly(p.Int64(0))),
        FrameworkForm.Of<Half>(static it => [(int)BitConverter.HalfToUInt16Bits(it)], static p => BitConverter.UInt16BitsToHalf((ushort)p.Int32(0))),
        FrameworkForm.Of<Int128>(static it => [(long)(ulong)(it >> 64), (long)(ulong)(it & ulong.MaxValue)], static p => new Int128((ulong)p.Int64(0), (ulong)p.Int64(1))),
        FrameworkForm.Of<UInt128>(static it => [(long)(ulong)(it >> 64), (long)(ulong)(it & ulong.MaxValue)], static p => new UInt128((ulong)p.Int64(0), (ulong)p.Int64(1))),
        FrameworkForm.Of<nint>(static it => [(long)it], static p => checked((nint)p.Int64(0))),
        FrameworkForm.Of<nuint>(static it => [(long)(ulong)it], static p => checked((nuint)unchecked((ulong)p.Int64(0)))),
        FrameworkForm.Of<Complex>(static it => [it.Real, it.Imaginary], static p => new Complex(p.Double(0), p.Double(1))),
        FrameworkForm.Of<Rune>(static it => [it.Value], static p => new Rune(p.Int32(0))),
        FrameworkForm.Of<Index>(static it => [it.Value, it.IsFromEnd], static p => new Index(p.Int32(0), p.Flag(1))),
        FrameworkForm.Of<Range>(
            static it => [it.Start.Value, it.Start.IsFromEnd, it.End.Value, it.End.IsFromEnd],
            static p => new Range(new Index(p.Int32(0), p.Flag(1)), new Index(p.Int32(2), p.Flag(3)))),
        FrameworkForm.Of<CultureInfo>(CultureForm.Apart, CultureForm.Make),

        // One that was made of a strange text has a name that none can be made of.
        FrameworkForm.Of<RegionInfo>(static it => [new RegionInfo(it.Name).Name], static p => new RegionInfo(p.Text(0))),
        FrameworkForm.Of<TimeZoneInfo>(static it => [it.Id, it.ToSerializedString()], static p => ToZone(p.Text(0), p.Text(1))),
        FrameworkForm.Of<MailAddress>(static it => [it.Address, it.DisplayName], static p => new MailAddress(p.Text(0), p.Text(1))),
        FrameworkForm.OfText(EngineInternals.Types.SemanticVersion),
        FrameworkForm.Of<PhysicalAddress>(static it => [it.GetAddressBytes()], static p => new PhysicalAddress(p.Bytes(0))),
        FrameworkForm.Of<IPEndPoint>(
            static it => [it.Address.GetAddressBytes(), ScopeOf(it.Address), it.Port], static p => new IPEndPoint(ToAddress(p.Bytes(0), p.Int64(1)), p.Int32(2))),
        FrameworkForm.Of<DnsEndPoint>(
            static it => [it.Host, it.Port, (int)it.AddressFamily],
            static p => new DnsEndPoint(p.Text(0), p.Int32(1), (System.Net.Sockets.AddressFamily)p.Int32(2))),
        FrameworkForm.Of<IPNetwork>(
            static it => [it.BaseAddress.GetAddressBytes(), ScopeOf(it.BaseAddress), it.PrefixLength],
            static p => new IPNetwork(ToAddress(p.Bytes(0), p.Int64(1)), p.Int32(2))),
        FrameworkForm.Of<BitArray>(static it => [ToBytes(it), it.Length], static p => new BitArray(p.Bytes(0)) { Length = p.Int32(1) }),
        FrameworkForm.Of<StringBuilder>(static it => [it.ToString()], static p => new StringBuilder(p.Text(0))),
        FrameworkForm.Of<WildcardPattern>(
            static it => EngineInternals.Wildcards.PatternOf(it) is { } pattern ? [pattern, (int)EngineInternals.Wildcards.OptionsOf(it)] : null,
            static p => WildcardPattern.Get(p.Text(0), (WildcardOptions)p.Int32(1))),
        FrameworkForm.Of<Encoding>(EncodingForm.Apart, EncodingForm.Make),
        FrameworkForm.Of<X500DistinguishedName>(static it => [it.RawData], static p => new X500DistinguishedName(p.Bytes(0))),

        // What everybody may see of it: a private key stays where it is.
        FrameworkForm.Of<X509Certificate>(static it => it.Handle == 0 ? null : [it.GetRawCertData()], static p => ToCertificate(p.Bytes(0))),
        FrameworkForm.Of<Color>(
            static it => it.IsNamedColor ? [it.Name] : it.IsEmpty ? [] : [string.Empty, it.ToArgb()],
            static p => p.Count == 0 ? Color.Empty : p.Count == 1 ? Color.FromName(p.Text(0)) : Color.FromArgb(p.Int32(1))),
        FrameworkForm.Of<Point>(static it => [it.X, it.Y], static p => new Point(p.Int32(0), p.Int32(1))),
        FrameworkForm.Of<Size>(static it => [it.Width, it.Height], static p => new Size(p.Int32(0), p.Int32(1))),
        FrameworkForm.Of<HttpMethod>(static it => [it.Method], static p => new HttpMethod(p.Text(0))),
    ];

    private static readonly Dictionary<Type, byte> s_byType = Enumerable.Range(0, s_forms.Length).ToDictionary(static i => s_forms[i].Type, static i => (byte)i);

    /// <summary>The form of a type, and its number.</summary>
    public static FrameworkForm? Find(object value, out byte number)
    {
        // The encodings are classes of many names, and only some of them are known everywhere.
        Type type = value is Encoding ? typeof(Encoding) : value is TimeZoneInfo ? typeof(TimeZoneInfo) : value.GetType();
        return s_byType.TryGetValue(type, out number) ? s_forms[number] : null;
    }

    /// <summary>The form with this number, or null.</summary>
    public static FrameworkForm? At(byte number) => number < s_forms.Length ? s_forms[number] : null;

    // Nothing else that the constructor would take: it would try passwords at a store of keys.
    private static X509Certificate ToCertificate(byte[] bytes) => X509Certificate2.GetCertContentType(bytes) == X509ContentType.Cert
        ? new X509Certificate(bytes)
        : throw new CryptographicException("The bytes are no certificate.");

    private static long ScopeOf(IPAddress address) => address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? address.ScopeId : 0;

    private static IPAddress ToAddress(byte[] bytes, long scope) => bytes.Length == 4 ? new IPAddress(bytes) : new IPAddress(bytes, scope);

    private static byte[] ToBytes(BitArray bits)
    {
        byte[] bytes = new byte[(bits.Length + 7) / 8];
        bits.CopyTo(bytes, 0);
        return bytes;
    }

    // This machine's own zone where it is the same: only then TimeZoneInfo.Local equals it.
    private static TimeZoneInfo ToZone(string id, string text)
    {
        TimeZoneInfo? own = id == TimeZoneInfo.Utc.Id ? TimeZoneInfo.Utc : id == TimeZoneInfo.Local.Id ? TimeZoneInfo.Local : null;
        if (own is null && !TimeZoneInfo.TryFindSystemTimeZoneById(id, out own))
        {
            return TimeZoneInfo.FromSerializedString(text);
        }

        return own.ToSerializedString() == text ? own : TimeZoneInfo.FromSerializedString(text);
    }
}
