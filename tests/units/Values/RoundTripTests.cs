using System.Collections;
using System.Collections.ObjectModel;
using System.Collections.Specialized;
using System.Management.Automation;
using System.Net;
using System.Text.RegularExpressions;
using System.Xml;
using CsCheck;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Kinds;
using ProcConcurrency.Runtime.Sync;
using ProcConcurrency.Values;
using Xunit;

namespace ProcConcurrency.Units.Values;

public sealed class RoundTripTests
{
    [Fact]
    public void AnyValueSurvives() => ValueGen.Any.Sample(v => Codec.Same(v, Codec.Trip(v)), iter: 3000);

    [Fact]
    public void ABatchIsReadInOrder() => ValueGen.Any.Array[0, 20].Sample(values =>
    {
        using var writer = new ValueWriter(Codec.Keyed);
        foreach (object? value in values)
        {
            writer.Write(value);
        }

        var reader = new ValueReader(writer.Written, Codec.Keyed);
        foreach (object? value in values)
        {
            if (!Codec.Same(value, reader.Read()))
            {
                return false;
            }
        }

        return reader.AtEnd;
    }, iter: 300);

    public static TheoryData<object> Equal() =>
    [
        0, 127, 128, -1, int.MinValue, int.MaxValue, long.MinValue, ulong.MaxValue, "", "a\ud800b", "\udc00", new string('ä', 300),
        double.NaN, double.NegativeInfinity, float.Epsilon, decimal.MinValue, DateTime.MinValue, DateTime.MaxValue,
        new Version(1, 2), new Version(1, 2, 3), new Version(1, 2, 3, 4), new Uri("https://example.org/a?b#c"), new Uri("a/b", UriKind.Relative),
        IPAddress.Parse("10.1.2.3"), IPAddress.Parse("fe80::1%3"), new SwitchParameter(true), new SwitchParameter(false), DBNull.Value,
        ActionPreference.Stop, FileAttributes.ReadOnly | FileAttributes.Hidden, ErrorCategory.InvalidData,
    ];

    [Theory]
    [MemberData(nameof(Equal), DisableDiscoveryEnumeration = true)]
    public void EdgesSurvive(object value)
    {
        object? back = Codec.Trip(value);
        Assert.IsType(value.GetType(), back);
        Assert.Equal(value, back);
    }

    [Fact]
    public void LocalTimesKeepTheirKind()
    {
        DateTime now = DateTime.Now;
        var back = (DateTime)Codec.Trip(now)!;
        Assert.Equal(now, back);
        Assert.Equal(DateTimeKind.Local, back.Kind);
    }

    [Fact]
    public void ARegexKeepsItsOptions()
    {
        var back = (Regex)Codec.Trip(new Regex("a(b)", RegexOptions.IgnoreCase | RegexOptions.Multiline, TimeSpan.FromSeconds(2)))!;
        Assert.Equal("a(b)", back.ToString());
        Assert.Equal(RegexOptions.IgnoreCase | RegexOptions.Multiline, back.Options);
        Assert.Equal(TimeSpan.FromSeconds(2), back.MatchTimeout);
    }

    [Fact]
    public void TablesKeepCaseRuleAndOrder()
    {
        var table = (Hashtable)Codec.Trip(new Hashtable(StringComparer.CurrentCultureIgnoreCase) { ["Ab"] = 1, [5] = "five" })!;
        Assert.Equal(1, table["aB"]);
        Assert.Equal("five", table[5]);
        var exact = (Hashtable)Codec.Trip(new Hashtable { ["a"] = 1, ["A"] = 2 })!;
        Assert.Equal(2, exact.Count);

        var ordered = new OrderedDictionary(StringComparer.OrdinalIgnoreCase);
        foreach (int i in Enumerable.Range(0, 2000).OrderBy(i => i * 7919 % 2000))
        {
            ordered["k" + i] = i;
        }

        var back = (OrderedDictionary)Codec.Trip(ordered)!;
        Assert.Equal(ordered.Keys.Cast<string>(), back.Keys.Cast<string>());
        Assert.Equal(ordered["k7"], back["K7"]);
        Assert.IsType<Hashtable>(Codec.Trip(new Dictionary<string, DayOfWeek> { ["x"] = DayOfWeek.Friday }));
    }

    // What ConvertFrom-Json -AsHashtable gives: a Hashtable with an order.
    [Fact]
    public void AnOrderedHashtableKeepsOrderAndCase()
    {
        var table = (IDictionary)Activator.CreateInstance(EngineInternals.Types.OrderedHashtable!)!;
        foreach (string key in new[] { "zeta", "alpha", "Alpha", "beta", "5" })
        {
            table.Add(key, key.Length);
        }

        table.Add(5, "number");
        var back = (IDictionary)Codec.Trip(table)!;
        Assert.IsType(EngineInternals.Types.OrderedHashtable!, back);
        Assert.Equal(table.Keys.Cast<object>(), back.Keys.Cast<object>());
        Assert.Equal(table.Values.Cast<object>(), back.Values.Cast<object>());
    }

    [Fact]
    public void TextsByNameComeAsDictionaries()
    {
        var query = (OrderedDictionary)Codec.Trip(System.Web.HttpUtility.ParseQueryString("z=1&a=2&bare&a=3"))!;
        Assert.Equal(["z", "a", ""], query.Keys.Cast<string>());
        Assert.Equal("2,3", query["A"]);
        Assert.Equal("bare", query[(object)""]);
        Assert.Equal("1", ((OrderedDictionary)Codec.Trip(new WebHeaderCollection { ["X-A"] = "1" })!)["x-a"]);
        Assert.Equal(2, ((OrderedDictionary)Codec.Trip(new NameValueCollection(StringComparer.Ordinal) { ["a"] = "1", ["A"] = "2" })!).Count);
        Assert.Equal("1", ((Hashtable)Codec.Trip(new StringDictionary { ["Z"] = "1" })!)["Z"]);
    }

    [Fact]
    public void ADictionaryOfAnotherTypeKeepsCaseRule()
    {
        foreach (StringComparer comparer in new[] { StringComparer.OrdinalIgnoreCase, StringComparer.Ordinal })
        {
            bool ignoresCase = comparer == StringComparer.OrdinalIgnoreCase;
            var typed = new Dictionary<string, DayOfWeek>(comparer) { ["x"] = DayOfWeek.Friday };
            foreach (IDictionary table in new IDictionary[]
            {
                Hashtable.Synchronized(new Hashtable(comparer) { ["x"] = 1 }),
                Hashtable.Synchronized(Hashtable.Synchronized(new Hashtable(comparer) { ["x"] = 1 })),
                typed, new SortedDictionary<string, DayOfWeek>(typed, comparer), new ReadOnlyDictionary<string, DayOfWeek>(typed),
                new HybridDictionary(ignoresCase) { ["1"] = 1, ["x"] = 1 }, new ListDictionary(comparer) { ["x"] = 1 },
            })
            {
                Assert.Equal(ignoresCase, Assert.IsType<Hashtable>(Codec.Trip(table)).ContainsKey("X"));
            }

            Assert.Equal(!ignoresCase, DictionaryComparers.IsCaseSensitive(Hashtable.Synchronized(new Hashtable(comparer))));
        }

        Assert.Equal(2, ((Hashtable)Codec.Trip(new ListDictionary { ["a"] = 1, ["A"] = 2 })!).Count);
        Assert.Single((Hashtable)Codec.Trip(new Dictionary<int, DayOfWeek> { [5] = DayOfWeek.Friday })!);
        Assert.Equal(1, ((Hashtable)Codec.Trip(new Shy { ["a"] = 1 })!)["a"]);
    }

    private sealed class Shy : DictionaryBase, IDictionary
    {
        public object? this[object key] { get => InnerHashtable[key]; set => InnerHashtable[key] = value; }

        bool IDictionary.Contains(object key) => throw new InvalidOperationException("It is not to be asked.");
    }

    [Fact]
    public void OtherArraysComeAsObjectArrays()
    {
        var shifted = Array.CreateInstance(typeof(int), [2, 2], [1, 0]);
        Assert.Equal(new object[] { 0, 0, 0, 0 }, Codec.Trip(shifted));
        Assert.Equal(new object[] { DayOfWeek.Monday }, Codec.Trip(new[] { DayOfWeek.Monday }));
        var jagged = (object[])Codec.Trip(new int[][] { [1], [2, 3] })!;
        Assert.Equal(new[] { 2, 3 }, jagged[1]);
        Assert.Equal(new[] { "a", null }, Codec.Trip(new[] { "a", null }));
    }

    [Fact]
    public void ArraysKeepTheirDimensions()
    {
        var deep = new object?[2, 1, 2];
        deep[0, 0, 1] = "a";
        deep[1, 0, 0] = deep;
        var back = Assert.IsType<object?[,,]>(Codec.Trip(deep));
        Assert.Equal((2, 1, 2), (back.GetLength(0), back.GetLength(1), back.GetLength(2)));
        Assert.Equal(["a", null, null], new[] { back[0, 0, 1], back[1, 0, 0], back[1, 0, 1] });

        Assert.Equal(new[,] { { 1, 2, 3 }, { 4, 5, 6 } }, Assert.IsType<int[,]>(Codec.Trip(new[,] { { 1, 2, 3 }, { 4, 5, 6 } })));
        Assert.Equal(new[,] { { "a", null }, { "b", "c" } }, Assert.IsType<string?[,]>(Codec.Trip(new[,] { { "a", null }, { "b", "c" } })));
        Assert.Equal(new[,] { { 1.5m, 2m } }, Assert.IsType<decimal[,]>(Codec.Trip(new[,] { { 1.5m, 2m } })));
        Assert.Equal(new[,] { { new Version(1, 2) } }, Assert.IsType<Version[,]>(Codec.Trip(new[,] { { new Version(1, 2) } })));
        Assert.Equal(DayOfWeek.Friday, Assert.IsType<object[,]>(Codec.Trip(new[,] { { DayOfWeek.Friday } }))[0, 0]);
        Assert.Equal(3, Assert.IsType<bool[,]>(Codec.Trip(new bool[0, 3])).GetLength(1));
        Assert.Equal(32, ((Array)Codec.Trip(Array.CreateInstance(typeof(byte), Enumerable.Repeat(1, 32).ToArray()))!).Rank);

        object nested = new object[1, 1];
        for (int i = 0; i < ValueLimits.Depth; i++)
        {
            nested = new[,] { { nested } };
        }

        Assert.IsType<object[,]>(Codec.Trip(nested));
    }

    [Fact]
    public void XmlSurvives()
    {
        var document = new XmlDocument();
        document.LoadXml("<a b=\"1\"><c/></a>");
        Assert.Equal(document.OuterXml, ((XmlDocument)Codec.Trip(document)!).OuterXml);
    }

    [Fact]
    public void XmlKeepsItsWhitespace()
    {
        const string Text = "<a>\n  <b> </b>\n</a>";
        var document = new XmlDocument { PreserveWhitespace = true };
        document.LoadXml(Text);
        var back = (XmlDocument)Codec.Trip(document)!;
        Assert.True(back.PreserveWhitespace);
        Assert.Equal(Text, back.OuterXml);
        Assert.Equal(Text, ((XmlElement)Codec.Trip(document.DocumentElement)!).OuterXml);
    }

    [Fact]
    public void HandlesGoThroughTheResolver()
    {
        var port = new LocalHubPort(new Hub(HubKinds.Create), 1, "test");
        var handle = ProcLock.Create(port, name: "printer");
        byte[] bytes = ValueCodec.Encode(new object[] { handle }, ValueContext.Plain, strict: true);
        TravelingHandle? arrived = null;
        var resolving = new ValueContext(null, traveling =>
        {
            arrived = traveling;
            return HubKinds.Open(port, traveling.Kind, traveling.Id, traveling.Name);
        });
        var back = (object[])ValueCodec.Decode(bytes, resolving)!;
        Assert.Equal(handle, back[0]);
        Assert.Equal(new TravelingHandle(HubObjectKind.Lock, handle.Id, "printer", string.Empty, null), arrived);
        Assert.Throws<ValueNotReadableException>(() => ValueCodec.Decode(bytes, ValueContext.Plain));
    }
}
