using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Specialized;
using System.Drawing;
using System.Globalization;
using System.Management.Automation;
using System.Net;
using System.Net.Mail;
using System.Net.NetworkInformation;
using System.Numerics;
using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Xml;
using ProcConcurrency.Values;
using Xunit;

namespace ProcConcurrency.Units.Values;

/// <summary>What the base library's types arrive as.</summary>
public sealed class FrameworkTests
{
    public static TheoryData<object> Same() =>
    [
        new DateOnly(2024, 5, 6), DateOnly.MaxValue, new TimeOnly(12, 34, 56), TimeOnly.MaxValue, (Half)1.5, Half.NaN, Int128.MinValue, Int128.NegativeOne,
        UInt128.MaxValue, (UInt128)9, (nint)(-5), (nuint)7, new Complex(1, -2), new Rune('x'), new Index(2, true), new Range(1, new Index(2, true)),
        CultureInfo.GetCultureInfo("de-DE"), CultureInfo.InvariantCulture, new RegionInfo("FR"), TimeZoneInfo.Utc, TimeZoneInfo.Local,
        TimeZoneInfo.CreateCustomTimeZone("mine", TimeSpan.FromHours(3), "mine", "mine"), new MailAddress("a@b.c", "An Other"), PhysicalAddress.Parse("00-11-22-33-44-55"),
        new IPEndPoint(IPAddress.Parse("fe80::1%3"), 80), new IPEndPoint(IPAddress.Loopback, 0), new DnsEndPoint("a.example", 53), IPNetwork.Parse("10.0.0.0/30"),
        new UTF8Encoding(false), Encoding.UTF8, Encoding.Unicode, Encoding.ASCII, Encoding.Latin1, new UTF32Encoding(true, true, true),
        LanguagePrimitives.ConvertTo("1.2.3-a+b", EngineInternals.Types.SemanticVersion, CultureInfo.InvariantCulture),
        Color.Red, Color.FromArgb(1, 2, 3, 4), Color.Empty, Color.FromName("none such"), SystemColors.Window, new Point(1, -2), new Size(3, 4),
        HttpMethod.Get, new HttpMethod("QUERY"),
        typeof(int), typeof(PSObject), typeof(List<>), typeof(List<int>), typeof(Dictionary<string, int[][]>), typeof(Dictionary<string, int>.KeyCollection),
        typeof(XmlDocument), typeof(DayOfWeek?), typeof(Array), typeof(void),
    ];

    [Theory]
    [MemberData(nameof(Same), DisableDiscoveryEnumeration = true)]
    public void ArrivesAsWhatItWas(object value)
    {
        object? back = Codec.Trip(value);
        Assert.IsType(value.GetType(), back);
        Assert.Equal(value, back);
        Assert.Equal(value.ToString(), back.ToString());
    }

    [Fact]
    public void ArrivesAsWhatItWasThoughItEqualsNothing()
    {
        Assert.Equal(new BitArray(new[] { true, false, true }), Assert.IsType<BitArray>(Codec.Trip(new BitArray(new[] { true, false, true }))));
        Assert.Equal("text", Assert.IsType<StringBuilder>(Codec.Trip(new StringBuilder("text"))).ToString());
        var pattern = Assert.IsType<WildcardPattern>(Codec.Trip(new WildcardPattern("A*", WildcardOptions.IgnoreCase)));
        Assert.True(pattern.IsMatch("abc"));
        Assert.False(pattern.IsMatch("bcd"));
        Assert.Equal("CN=x, O=y", Assert.IsType<X500DistinguishedName>(Codec.Trip(new X500DistinguishedName("CN=x, O=y"))).Name);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var made = new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UtcNow);
        using var certificate = new X509Certificate(made);
        Assert.Equal(certificate, Assert.IsType<X509Certificate>(Codec.Trip(certificate)));
        Assert.IsType<PSObject>(Codec.Trip(made));
        var document = new XmlDocument();
        document.LoadXml("<a><b x='1'>t</b></a>");
        Assert.Equal("<b x=\"1\">t</b>", Assert.IsType<XmlElement>(Codec.Trip(document.DocumentElement!.FirstChild)).OuterXml);
    }

    [Fact]
    public void AChangedCultureKeepsItsChanges()
    {
        var culture = new CultureInfo("de-DE");
        Assert.False(((CultureInfo)Codec.Trip(culture)!).IsReadOnly);
        culture.NumberFormat.NumberDecimalSeparator = ".";
        culture.NumberFormat.NumberGroupSizes = [3, 2];
        culture.NumberFormat.NumberDecimalDigits = 1;
        culture.DateTimeFormat.ShortDatePattern = "yyyy-MM-dd";
        culture.DateTimeFormat.FirstDayOfWeek = DayOfWeek.Sunday;
        var back = (CultureInfo)Codec.Trip(culture)!;
        Assert.Equal("1.5", 1.5.ToString(back));
        foreach (string format in new[] { "N", "C", "P" })
        {
            Assert.Equal(1234567.5.ToString(format, culture), 1234567.5.ToString(format, back));
        }

        Assert.Equal("2024-05-06", new DateOnly(2024, 5, 6).ToString(back));
        Assert.Equal(DayOfWeek.Sunday, back.DateTimeFormat.FirstDayOfWeek);
        Assert.False(back.IsReadOnly);
    }

    public static TheoryData<IEnumerable> Collections() =>
    [
        new HashSet<string> { "b", "a" }, new SortedSet<int> { 3, 1 }, new Queue<int>([1, 2, 3]), new Stack<int>([1, 2, 3]), new LinkedList<DateOnly>([DateOnly.MinValue]),
        new ConcurrentQueue<string>(["a"]), new ConcurrentStack<string>(["a", "b"]), new ConcurrentBag<Guid> { Guid.Empty }, new Queue(new object[] { 1, "a" }),
        new Stack(new object[] { 1, "a" }), new Dictionary<string, int> { ["x"] = 1, ["X"] = 2 }, new SortedDictionary<int, string> { [2] = "b", [1] = "a" },
        new SortedList<string, object> { ["b"] = 1, ["a"] = "x" }, new ConcurrentDictionary<string, bool> { ["a"] = true }, new List<Version> { new(1, 2) },
        new[] { new Version(1, 2), null }, new[] { DateTimeOffset.MaxValue }, new Hashtable[] { new(StringComparer.OrdinalIgnoreCase) { ["a"] = 1 } }, new[] { new Uri("https://a.example/") },
        new List<Hashtable>(), Array.Empty<Complex>(), new List<short> { 1 },
    ];

    [Theory]
    [MemberData(nameof(Collections), DisableDiscoveryEnumeration = true)]
    public void ACollectionArrivesAsWhatItWas(IEnumerable value)
    {
        object? back = Codec.Trip(value);
        Assert.IsType(value.GetType(), back);
        Assert.Equal(value.Cast<object>(), ((IEnumerable)back).Cast<object>());
    }

    [Fact]
    public void KeysAreComparedAsBefore()
    {
        var set = (HashSet<string>)Codec.Trip(new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "A" })!;
        Assert.Contains("a", set);
        Assert.Equal(1, ((Dictionary<string, int>)Codec.Trip(new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase) { ["A"] = 1 })!)["a"]);
        Assert.DoesNotContain("a", (HashSet<string>)Codec.Trip(new HashSet<string> { "A" })!);

        // An order of its author's own can't be made elsewhere.
        var own = new SortedSet<int>(Comparer<int>.Create((a, b) => b - a)) { 1, 2 };
        Assert.Equal(new ArrayList { 2, 1 }, Assert.IsType<PSObject>(Codec.Trip(own)).BaseObject);
    }

    [Fact]
    public void TextsAreInTheOrderAsBefore()
    {
        StringComparer[] orders =
        [
            StringComparer.Ordinal, StringComparer.OrdinalIgnoreCase, StringComparer.InvariantCulture, StringComparer.InvariantCultureIgnoreCase,
            StringComparer.CurrentCulture, StringComparer.CurrentCultureIgnoreCase,
        ];
        foreach (StringComparer order in orders)
        {
            // To a culture a soft hyphen is nothing.
            var set = new SortedSet<string>(order) { "b", "B", "a", "a\u00ad", "_" };
            var back = (SortedSet<string>)Codec.Trip(set)!;
            Assert.Equal(order, back.Comparer);
            Assert.Equal(set.ToArray(), back.ToArray());
            Assert.Equal(order, ((SortedDictionary<string, int>)Codec.Trip(new SortedDictionary<string, int>(order) { ["a"] = 1 })!).Comparer);
            Assert.Equal(order, ((HashSet<string>)Codec.Trip(new HashSet<string>(order) { "a" })!).Comparer);
        }

        byte[] bytes = Codec.Encode(new SortedSet<string>());
        bytes[3] = 99;
        Assert.Throws<ValueNotReadableException>(() => ValueCodec.Decode(bytes, Codec.Keyed));
    }

    [Fact]
    public void WhatHasNoFormIsAPropertyBagWithItsText()
    {
        var back = Assert.IsType<PSObject>(Codec.Trip(Tuple.Create(1, "a")));
        Assert.Equal(1, Codec.Note(back, "Item1"));
        Assert.Equal("(1, a)", back.ToString());
        Assert.Equal("(1, a)", LanguagePrimitives.ConvertTo<string>(back));
        Assert.Equal("(1, a)", LanguagePrimitives.ConvertTo<string>(Codec.Trip(back)));
        Assert.StartsWith("Deserialized.System.Collections.Generic.KeyValuePair", ((PSObject)Codec.Trip(KeyValuePair.Create("a", 1))!).TypeNames[0], StringComparison.Ordinal);
    }

    [Fact]
    public void AnEnumOfDotNetThatIsNotLoadedArrives()
    {
        // Where no other test has loaded these, the first is found by its namespace, the second is forwarded.
        Assert.Equal("System.Formats.Tar.TarEntryType", FrameworkEnums.Find("System.Formats.Tar.TarEntryType")?.FullName);
        Assert.Equal("System.Data.SqlDbType", FrameworkEnums.Find("System.Data.SqlDbType")?.FullName);
        Assert.Null(FrameworkEnums.Find("System.Formats.Tar.None"));
        Assert.Null(FrameworkEnums.Find("Xunit.Assert"));
    }

    [Fact]
    public void ATypeThatIsNotKnownEverywhereIsWhatItIsCalled()
    {
        foreach (Type type in new[] { typeof(FrameworkTests), typeof(List<FrameworkTests>), typeof(int[,]) })
        {
            object? back = Codec.Trip(type);
            for (int hop = 0; hop < 2; hop++)
            {
                Assert.Equal("Deserialized.System.RuntimeType", Assert.IsType<PSObject>(back).TypeNames[0]);
                Assert.Equal([type.Name, type.FullName], new[] { Codec.Note(back, "Name"), Codec.Note(back, "FullName") });
                Assert.Equal(LanguagePrimitives.ConvertTo<string>(type), back.ToString());
                back = Codec.Trip(back);
            }
        }

        Assert.Equal(LanguagePrimitives.ConvertTo<string>(typeof(FrameworkTests)), Codec.Note(Codec.Trip(Tuple.Create(typeof(FrameworkTests))), "Item1"));
        Assert.Equal(typeof(int), Codec.Note(Codec.Trip(Tuple.Create(typeof(int))), "Item1"));
        Assert.Equal(typeof(string), FrameworkEnums.FindType("System.String"));
        Assert.Null(FrameworkEnums.FindType("Xunit.Assert"));
        Assert.Null(FrameworkEnums.FindType("System.Collections.Generic.List`1[System.Int32]"));
    }

    [Fact]
    public void NothingIsAddedToATypeThatArrives()
    {
        PSObject type = PSObject.AsPSObject(typeof(Cookie));
        type.Properties.Add(new PSNoteProperty("Note", 1));
        byte[] bytes = Codec.Encode(type);
        type.Properties.Remove("Note");
        Assert.Equal(typeof(Cookie), ValueCodec.Decode(bytes, Codec.Keyed));
        Assert.Null(PSObject.AsPSObject(typeof(Cookie)).Properties["Note"]);
    }

    [Fact]
    public void AFileKeepsThePathThatItWasMadeOf()
    {
        foreach (FileSystemInfo file in new FileSystemInfo[] { new FileInfo("a.txt"), new DirectoryInfo("logs"), new FileInfo("/tmp/../a.txt"), new DirectoryInfo("/tmp") })
        {
            var back = (FileSystemInfo)Codec.Trip(Codec.Trip(file))!;
            Assert.IsType(file.GetType(), back);
            Assert.Equal([file.ToString(), file.FullName, file.Name], [back.ToString(), back.FullName, back.Name]);
        }
    }

    [Fact]
    public void TheEmptyCredentialArrives()
    {
        Assert.Same(PSCredential.Empty, Codec.Trip(PSCredential.Empty));
        Assert.Equal(0, Assert.IsType<SecureString>(Codec.Trip(new SecureString())).Length);
    }

    [Theory]
    [InlineData("<!DOCTYPE p [<!ELEMENT p ANY>]><p>2</p>", "2")]
    [InlineData("<!DOCTYPE p [<!ENTITY e 'x'>]><p>&e;</p>", "x")]
    [InlineData("<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Strict//EN\" \"http://localhost:9/none.dtd\"><html>t</html>", "t")]
    public void ADocumentTypeArrives(string text, string inner)
    {
        var document = new XmlDocument { XmlResolver = null };
        document.LoadXml(text);
        var back = Assert.IsType<XmlDocument>(Codec.Trip(document));
        Assert.Equal(inner, back.DocumentElement!.InnerText);
        Assert.NotNull(back.DocumentType);
    }

    [Fact]
    public void NothingOutsideADocumentIsRead()
    {
        string secret = Path.GetTempFileName();
        try
        {
            File.WriteAllText(secret, "a secret");
            var document = SafeXml.ToDocument($"<!DOCTYPE p [<!ENTITY e SYSTEM \"file://{secret}\">]><p>&e;</p>");
            Assert.DoesNotContain("secret", document.DocumentElement!.InnerText, StringComparison.Ordinal);
        }
        catch (XmlException)
        {
            // To refuse is as good as to leave it out.
        }
        finally
        {
            File.Delete(secret);
        }

        string laughs = string.Concat(Enumerable.Range(1, 9).Select(i => $"<!ENTITY e{i} \"{string.Concat(Enumerable.Repeat($"&e{i - 1};", 10))}\">"));
        Assert.Throws<XmlException>(() => SafeXml.ToDocument($"<!DOCTYPE p [<!ENTITY e0 'ha'>{laughs}]><p>&e9;</p>"));
    }

    [Fact]
    public void WhatCantBeMadeIsItsOwnErrorAlone()
    {
        using var writer = new ValueWriter(Codec.Keyed);
        writer.Write(1);
        writer.Write(new OrderedDictionary { ["a"] = Samples.Secret("x"), ["b"] = Codec.Custom(("Shape", 1)) });
        writer.Write(Codec.Custom(("Shape", 2)));

        // The key that the reader lacks, while the rest of the value is read on, its shape included.
        var reader = new ValueReader(writer.Written, ValueContext.Plain);
        Assert.Equal(1, reader.Read());
        ValueNotReadableException? error = null;
        try
        {
            reader.Read();
        }
        catch (ValueNotReadableException caught)
        {
            error = caught;
        }

        Assert.Equal("System.Security.SecureString", error?.TypeName);
        Assert.Equal(2, Codec.Note(reader.Read(), "Shape"));
        Assert.True(reader.AtEnd);
    }
}
