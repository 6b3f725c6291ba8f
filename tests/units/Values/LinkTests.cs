using System.Collections;
using System.Collections.Specialized;
using System.Management.Automation;
using System.Reflection;
using CsCheck;
using ProcConcurrency.Values;
using Xunit;

namespace ProcConcurrency.Units.Values;

/// <summary>Values with more paths to their containers than can be written: each container is written once, and then its number.</summary>
public sealed class LinkTests
{
    private const int Kinds = 16;

    [Fact]
    public void WithoutCirclesTheyAreWhatTheyAreWithoutLinks() => Graphs.Sample(graph =>
    {
        object[] root = Make(graph, circles: false);
        return Codec.Same(Trip(root, ValueLimits.Copies), Trip(root, 0));
    }, iter: 2000);

    [Fact]
    public void WithCirclesTheyCanBeReadAndLinkWhatWasLinked() => Graphs.Sample(graph =>
    {
        object[] root = Make(graph, circles: true);
        Assert.True(AreAlike(root, Trip(root, 0), new(ReferenceEqualityComparer.Instance)));
    }, iter: 2000);

    [Theory]
    [InlineData(13)]
    [InlineData(60)]
    [InlineData(150)]
    public void ObjectsThatKnowAllOthersArriveAsTheyAre(int count)
    {
        PSObject[] nodes = [.. Enumerable.Range(0, count).Select(static i => Codec.Custom(("Name", i), ("Peers", new ArrayList())))];
        foreach (PSObject node in nodes)
        {
            ((ArrayList)Codec.Note(node, "Peers")!).AddRange(nodes.Where(it => it != node).ToArray());
        }

        object? back = Codec.Trip(nodes[0]);
        for (int i = 1; i < 50; i++)
        {
            back = ((ArrayList)Codec.Note(back, "Peers")!)[i % (count - 1)];
            Assert.Equal(count - 1, ((ArrayList)Codec.Note(back, "Peers")!).Count);
            Assert.False(((ArrayList)Codec.Note(back, "Peers")!).Contains(null));
        }
    }

    [Fact]
    public void OneOfManyPathsIsEnough()
    {
        object? value = Codec.Custom(("V", 1));
        for (int i = 0; i < 60; i++)
        {
            value = new Hashtable { ["L"] = value, ["R"] = value };
        }

        object? back = Codec.Trip(value);
        for (int i = 0; i < 60; i++)
        {
            var table = Assert.IsType<Hashtable>(back);
            Assert.Same(table["L"], table["R"]);
            back = table["R"];
        }

        Assert.Equal(1, Codec.Note(back, "V"));
        Assert.Equal(Encode(value, 100, isForKey: true), Encode(value, 100, isForKey: true));
    }

    [Fact]
    public void WhatWasCutForItsDepthIsWrittenAgainNearerToTheRoot()
    {
        var chain = new ArrayList();
        PSObject? next = null;
        for (int i = 0; i < 250; i++)
        {
            chain.Insert(0, next = Codec.Custom(("Next", next), ("Name", i)));
        }

        var back = (ArrayList)Trip(chain, 0)!;
        for (int i = 0; i < chain.Count; i++)
        {
            object? at = back[i];
            for (int n = 249 - i, left = 97; left > 0 && n >= 0; n--, left--)
            {
                Assert.Equal(n, Codec.Note(at, "Name"));
                at = Codec.Note(at, "Next");
            }
        }
    }

    [Fact]
    public void WithinAnotherObjectAndWithNotesItIsAnother()
    {
        var list = new ArrayList { new Unknown() };
        var noted = new PSObject(new List<object?> { 1 });
        noted.Properties.Add(new PSNoteProperty("Note", "n"));
        object? bare = noted.BaseObject;
        object[] back = (object[])Trip(new object?[] { new Holder(list), list, new Holder(list), list, noted, noted, "a", bare }, 0)!;
        Assert.IsType<string>(((ArrayList)Codec.Note(back[0], "Held")!)[0]);
        Assert.Equal(5, Codec.Note(((ArrayList)back[1])[0], "Number"));
        Assert.Same(Codec.Note(back[0], "Held"), Codec.Note(back[2], "Held"));
        Assert.Same(back[1], back[3]);
        Assert.Same(back[4], back[5]);
        Assert.Equal("n", Codec.Note(back[5], "Note"));
        Assert.Equal("n", Codec.Note(back[7], "Note"));
    }

    // The engine has wrappers that keep what is added to them for themselves.
    [Fact]
    public void NotesComeToNobodyElse()
    {
        var own = (PSObject)typeof(PSObject).GetMethod("AsPSObject", BindingFlags.Static | BindingFlags.NonPublic)!.Invoke(null, [new ArrayList { 1 }, true])!;
        own.Properties.Add(new PSNoteProperty("Note", "n"));
        Assert.Null(Codec.Note(own.BaseObject, "Note"));
        object[] back = (object[])Trip(new object?[] { own, own.BaseObject, own }, 0)!;
        Assert.Equal("n", Codec.Note(back[0], "Note"));
        Assert.Null(Codec.Note(back[1], "Note"));
        Assert.Same(back[0], back[2]);
    }

    [Fact]
    public void WhatIsWrittenAnewAsABagTakesItsLinksBack()
    {
        var shared = new ArrayList { 1 };
        var unknown = new PSObject(new Unknown());
        unknown.Properties.Add(new PSNoteProperty("Note", shared));
        object[] back = (object[])Trip(new object?[] { unknown, shared, unknown, new ArrayList { 2 }, shared }, 0)!;
        Assert.Equal(new ArrayList { 1 }, Codec.Note(back[0], "Note"));
        Assert.Same(back[0], back[2]);
        Assert.Same(back[1], back[4]);
    }

    [Theory]
    [InlineData(new byte[] { (byte)ValueTag.Link, 0 })]
    [InlineData(new byte[] { (byte)ValueTag.Linked, (byte)ValueTag.Link, 0 })]
    [InlineData(new byte[] { (byte)ValueTag.Linked, (byte)ValueTag.Linked, (byte)ValueTag.Null })]
    [InlineData(new byte[] { (byte)ValueTag.ArrayList, 1, (byte)ValueTag.Linked, (byte)ValueTag.Null })]
    [InlineData(new byte[] { (byte)ValueTag.Linked, (byte)ValueTag.ArrayList, 1, (byte)ValueTag.Link, 1 })]
    [InlineData(new byte[] { (byte)ValueTag.Linked, (byte)ValueTag.ArrayList, 1, (byte)ValueTag.Link, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F })]
    [InlineData(new byte[] { (byte)ValueTag.Linked, (byte)ValueTag.ArrayList, 1, (byte)ValueTag.Rectangle, 2, 1, 1, (byte)ValueTag.Link, 0 })]
    public void LinksToNothingAreRefused(byte[] bytes) => Assert.Throws<ValueFormatException>(() => ValueCodec.Decode(bytes, Codec.Keyed));

    [Fact]
    public void FlippedBitsAreRefusedOrDecoded() => Gen.Select(Graphs, Gen.Int[0, int.MaxValue].Array[1, 4]).Sample((graph, flips) =>
    {
        byte[] bytes = Encode(Make(graph, circles: true), 0);
        foreach (int flip in flips)
        {
            bytes[flip / 8 % bytes.Length] ^= (byte)(1 << (flip % 8));
        }

        ValueCodec.TryDecode(bytes, Codec.Keyed, out _, out _);
    }, iter: 5000);

    // For each node its kind and which others it links to.
    private static Gen<(int Kind, int[] To)[]> Graphs => Gen.Select(Gen.Int[0, Kinds - 1], Gen.Int[0, 100].Array[0, 3]).Array[1, 12];

    private static object[] Make((int Kind, int[] To)[] graph, bool circles)
    {
        var lists = graph.Select(static _ => new ArrayList()).ToArray();
        object[] nodes = new object[graph.Length];
        for (int i = 0; i < graph.Length; i++)
        {
            nodes[i] = MakeNode(graph[i].Kind, i, lists[i], [.. graph[i].To.Select(to => to % (i + 1)).Where(to => to < i).Select(to => nodes[to])]);
        }

        for (int i = 0; circles && i < graph.Length; i++)
        {
            lists[i].AddRange(graph[i].To.Select(to => nodes[to % graph.Length]).ToArray());
        }

        return nodes;
    }

    private static object MakeNode(int kind, int number, ArrayList list, object[] linked)
    {
        list.AddRange(linked);
        switch (kind)
        {
            case 0: return list;
            case 1: return new object?[] { number, list };
            case 2: return new List<object?> { list, number };
            case 3: return new Hashtable { ["n"] = number, ["l"] = list };
            case 4: return new OrderedDictionary { ["n"] = list, ["l"] = linked };
            case 5: return Codec.Custom(("A", list), ("B", number));
            case 6: return new Unknown { More = list };
            case 7: return new Holder(list);
            case 8: return new ErrorRecord(new InvalidOperationException("e"), "Id", ErrorCategory.InvalidData, list);
            case 9: return new InformationRecord(list, "here") { TimeGenerated = DateTime.UnixEpoch };
            case 10: return new object?[,] { { list, number }, { linked, list } };
            case 11: return new Dictionary<string, object?> { ["l"] = list, ["n"] = number };
            case 12: return new Queue<object?>([list, number]);
            case 13: return new Unknown[] { new() { More = linked } };
            case 14: return Hashtable.Synchronized(new Hashtable { ["l"] = linked });
            default:
                var noted = new PSObject(new object?[] { number, list });
                noted.Properties.Add(new PSNoteProperty("Note", list));
                return noted;
        }
    }

    /// <summary>Whether a decoded value has what the original has, where both sides can hold a circle; each pair is looked at once.</summary>
    private static bool AreAlike(object? one, object? other, HashSet<object> seen)
    {
        if (one is not (ArrayList or object[] or List<object> or Hashtable or PSObject { BaseObject: PSCustomObject }) || one is object[] and not { Length: > 0 } || !seen.Add(one))
        {
            return true;
        }

        return (one, other) switch
        {
            (Hashtable a, Hashtable b) => a.Count == b.Count && a.Keys.OfType<string>().All(key => AreAlike(a[key], b[key], seen)),
            (PSObject a, PSObject b) => a.Properties.All(it => AreAlike(it.Value, b.Properties[it.Name].Value, seen)),
            (Unknown[], _) => true,
            (IList a, IList b) => a.Count == b.Count && Enumerable.Range(0, a.Count).All(i => AreAlike(a[i], b[i], seen)),
            _ => false,
        };
    }

    private static byte[] Encode(object? value, int copies, bool isForKey = false)
    {
        using var writer = new ValueWriter(Codec.Keyed) { CopiesAtMost = copies, IsForKey = isForKey };
        writer.Write(value);
        return writer.Written.ToArray();
    }

    private static object? Trip(object? value, int copies) => ValueCodec.Decode(Encode(value, copies), Codec.Keyed);

    /// <summary>A class that arrives as a bag.</summary>
    public sealed class Unknown
    {
        public int Number { get; } = 5;

        public object? More { get; init; }
    }

    /// <summary>One more.</summary>
    public sealed class Holder(object held)
    {
        public object Held { get; } = held;
    }
}
