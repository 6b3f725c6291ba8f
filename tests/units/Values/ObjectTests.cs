using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using ProcConcurrency.Values;
using Xunit;

namespace ProcConcurrency.Units.Values;

public sealed class ObjectTests
{
    private sealed class Sick
    {
        public int Good => 5;
        public string Bad => throw new InvalidOperationException("sick");
        public Version Live => new(1, 2);
        public Sick2 Inner { get; } = new();
        public Sick2[] Many { get; } = [new()];
        public override string ToString() => "a sick one";
    }

    private sealed class Sick2
    {
        public int Value => 1;
        public override string ToString() => "inner";
    }

    [Fact]
    public void CustomObjectsKeepOrderAndTypeNames()
    {
        PSObject made = Codec.Custom(("Z", 1), ("A", "two"), ("M", Codec.Custom(("In", new[] { 1 }))));
        made.TypeNames.Insert(0, "My.Kind");
        var back = (PSObject)Codec.Trip(made)!;
        Assert.True(Codec.Same(made, back));
        Assert.Equal("My.Kind", back.TypeNames[0]);
        back.Properties["Z"].Value = 9;
        Assert.Equal(9, back.Properties["Z"].Value);
    }

    [Fact]
    public void WhatWroteNothingIsNull()
    {
        Assert.Null(Codec.Trip(AutomationNull.Value));
        Assert.Null(Codec.Note((PSObject)Codec.Trip(Codec.Custom(("Count", AutomationNull.Value)))!, "Count"));
        Assert.Equal([1, null], (object?[])Codec.Trip(new object?[] { 1, AutomationNull.Value })!);
        Assert.Null(((Hashtable)Codec.Trip(new Hashtable { ["Count"] = AutomationNull.Value })!)["Count"]);
    }

    [Fact]
    public void WrappedValuesKeepTheirNotes()
    {
        var plain = new PSObject("text");
        Assert.IsType<string>(Codec.Trip(plain));
        var noted = new PSObject("text");
        noted.Properties.Add(new PSNoteProperty("Line", 3));
        var back = Assert.IsType<PSObject>(Codec.Trip(noted));
        Assert.Equal("text", back.BaseObject);
        Assert.Equal(3, Codec.Note(back, "Line"));
        // Through object: PSObject(int) would be an empty object with room for five properties.
        var named = new PSObject((object)5);
        named.TypeNames.Insert(0, "My.Number");
        var number = (PSObject)Codec.Trip(named)!;
        Assert.Equal("My.Number", number.TypeNames[0]);
        Assert.Equal(5, number.BaseObject);
        Assert.Equal(5, Assert.IsType<int>(Codec.Trip(new PSObject((object)5))));
    }

    [Fact]
    public void FilesComeBackLiveWithTheirNotes()
    {
        var file = new PSObject(new FileInfo("/tmp/some file.txt"));
        file.Properties.Add(new PSNoteProperty("PSPath", "FileSystem::/tmp/some file.txt"));
        file.Properties.Add(new PSNoteProperty("PSIsContainer", false));
        var back = (PSObject)Codec.Trip(file)!;
        Assert.Equal("/tmp/some file.txt", Assert.IsType<FileInfo>(back.BaseObject).FullName);
        Assert.Equal(false, Codec.Note(back, "PSIsContainer"));
        Assert.Equal("/tmp", Assert.IsType<DirectoryInfo>(Codec.Trip(new DirectoryInfo("/tmp"))).FullName);
    }

    [Fact]
    public void OtherObjectsBecomePropertyBags()
    {
        var back = (PSObject)Codec.Trip(new Sick())!;
        Assert.Equal("Deserialized." + typeof(Sick).FullName, back.TypeNames[0]);
        Assert.Equal(5, Codec.Note(back, "Good"));
        Assert.Null(Codec.Note(back, "Bad"));
        Assert.NotNull(back.Properties["Bad"]);
        Assert.Equal(new Version(1, 2), Codec.Note(back, "Live"));
        Assert.Equal("inner", Codec.Note(back, "Inner"));
        Assert.Equal(new object[] { "inner" }, Codec.Note(back, "Many"));
        Assert.Equal("a sick one", back.ToString());

        // Once more over the wire: it stays what it is.
        var again = (PSObject)Codec.Trip(back)!;
        Assert.Equal(back.TypeNames, again.TypeNames);
        Assert.Equal(5, Codec.Note(again, "Good"));
        Assert.Equal("a sick one", again.ToString());
        Assert.Equal("a sick one", LanguagePrimitives.ConvertTo<string>(again));
    }

    [Fact]
    public void WhatAClassHidesComesToo()
    {
        Assert.Equal("secret", Codec.Note(Codec.Trip(new Hiding()), "Hidden"));
        PSObject replaced = new(new Hiding());
        replaced.Properties.Add(new PSNoteProperty("Hidden", "mine"));
        Assert.Equal("mine", Codec.Note(Codec.Trip(replaced), "Hidden"));
    }

    private sealed class Hiding
    {
        [Hidden]
        public string Hidden { get; } = "secret";
    }

    [Fact]
    public void OtherCollectionsBecomeDeserializedLists()
    {
        var back = (PSObject)Codec.Trip(new Queue<DayOfWeek>([DayOfWeek.Monday, DayOfWeek.Friday]))!;
        Assert.Equal(new ArrayList { DayOfWeek.Monday, DayOfWeek.Friday }, back.BaseObject);
        Assert.StartsWith("Deserialized.System.Collections.Generic.Queue", back.TypeNames[0], StringComparison.Ordinal);
    }

    [Fact]
    public void CyclesAreCut()
    {
        var list = new ArrayList { 1 };
        list.Add(list);
        Assert.Null(((ArrayList)Codec.Trip(list)!)[1]);

        PSObject self = Codec.Custom(("A", 1));
        self.Properties.Add(new PSNoteProperty("Self", new object[] { self }));
        Assert.Null(((object[])Codec.Note(Codec.Trip(self), "Self")!)[0]);

        var table = new Hashtable();
        table["me"] = new PSObject(table);
        Assert.Null(((Hashtable)Codec.Trip(table)!)["me"]);

        var shared = new[] { 1 };
        var twice = (object[])Codec.Trip(new object[] { shared, shared })!;
        Assert.Equal(shared, twice[1]);
    }

    [Theory]
    [InlineData(50, true)]
    [InlineData(100, true)]
    [InlineData(101, false)]
    [InlineData(5000, false)]
    public void DepthIsCutNotRefused(int depth, bool whole)
    {
        object nested = "core";
        for (int i = 0; i < depth; i++)
        {
            nested = i % 2 == 0 ? new object[] { nested } : Codec.Custom(("In", nested));
        }

        object? back = Codec.Trip(nested);
        while (back is not string)
        {
            back = back is object[] array ? array[0] : Codec.Note(back, "In");
        }

        Assert.Equal(whole, (string)back == "core");
    }

    [Fact]
    public void EveryKindFitsAtTheGreatestDepth()
    {
        foreach (object sample in Samples.All())
        {
            object nested = sample;
            for (int i = 0; i < 100; i++)
            {
                nested = new object[] { nested };
                Assert.IsType<object[]>(Codec.Trip(nested));
            }
        }
    }

    [Fact]
    public void WhatIsCutWithinATypedCollectionIsText()
    {
        foreach (object sample in new object[] { new Hashtable[] { new() }, new List<Hashtable> { new() }, new Dictionary<string, Hashtable> { ["a"] = new() } })
        {
            object? nested = sample;
            for (int i = 1; i < ValueLimits.Depth; i++)
            {
                nested = new[] { nested };
            }

            nested = Codec.Trip(nested);
            for (int i = 1; i < ValueLimits.Depth; i++)
            {
                nested = Assert.Single(Assert.IsType<object[]>(nested));
            }

            var items = (IEnumerable)PSObject.AsPSObject(nested).BaseObject;
            Assert.Equal("System.Collections.Hashtable", Assert.Single(items is IDictionary table ? table.Values : items));
        }
    }

    [Fact]
    public void ABagHasTheTextThatWasAddedToItsOriginal()
    {
        var sick = new Sick();
        PSObject.AsPSObject(sick).Methods.Add(new PSCodeMethod("ToString", typeof(ObjectTests).GetMethod(nameof(TextOf))!));
        Assert.Equal("added to a sick one", Codec.Trip(sick)?.ToString());
        Assert.Equal("added to a sick one", Codec.Note(Codec.Trip(Tuple.Create(sick)), "Item1"));
    }

    public static string TextOf(PSObject value) => $"added to {value?.BaseObject}";

    [Fact]
    public void NamesAreWrittenOnceABatch()
    {
        using var writer = new ValueWriter(Codec.Keyed);
        writer.Write(Codec.Custom(("ALongPropertyName", 1), ("AnotherLongName", 2)));
        int first = writer.Length;
        writer.Write(Codec.Custom(("ALongPropertyName", 1), ("AnotherLongName", 2)));
        Assert.Equal(4, writer.Length - first);
        writer.Reset();
        writer.Write(Codec.Custom(("ALongPropertyName", 1), ("AnotherLongName", 2)));
        Assert.Equal(first, writer.Length);
    }

    [Fact]
    public void AFailedWriteLeavesTheBatchWhole()
    {
        using var writer = new ValueWriter(Codec.Keyed) { Strict = true };
        writer.Write(Codec.Custom(("A", 1)));
        Assert.Throws<ValueNotSerializableException>(() => writer.Write(Codec.Custom(("B", 1), ("C", new MemoryStream()))));
        writer.Write(Codec.Custom(("B", 1), ("C", 2)));
        var reader = new ValueReader(writer.Written, Codec.Keyed);
        Assert.Equal(1, Codec.Note(reader.Read(), "A"));
        Assert.Equal(2, Codec.Note(reader.Read(), "C"));
        Assert.True(reader.AtEnd);
    }

    [Fact]
    public void StrictRefusesWithThePath()
    {
        object value = new object[] { 1, Codec.Custom(("Ok", 1), ("Stream", new MemoryStream())) };
        var refused = Assert.Throws<ValueNotSerializableException>(() => ValueCodec.Encode(value, Codec.Keyed, strict: true, "ArgumentList"));
        Assert.Equal("ArgumentList[1].Stream", refused.Path);
        Assert.Equal("System.IO.MemoryStream", refused.TypeName);
        Assert.Contains("ArgumentList[1].Stream is a [System.IO.MemoryStream]", refused.Message, StringComparison.Ordinal);
        var table = new Hashtable { ["Items"] = new object[] { 0, 1, 2, Task.CompletedTask } };
        Assert.Equal("$using:t.Items[3]", Assert.Throws<ValueNotSerializableException>(() => ValueCodec.Encode(table, Codec.Keyed, true, "$using:t")).Path);
        using var shell = PowerShell.Create();
        foreach (object bound in new object[] { (Action)StrictRefusesWithThePath, shell, new Mutex(), new PSObject(new MemoryStream()) })
        {
            Assert.Throws<ValueNotSerializableException>(() => ValueCodec.Encode(bound, Codec.Keyed, strict: true));
            Assert.IsType<PSObject>(Codec.Trip(bound));
        }

        // It would make its runspace if it were asked for it.
        Assert.Empty(((PSObject)Codec.Trip(shell)!).Properties);
    }

    [Fact]
    public void WhatSaysSomethingOfItselfIsNotRefused()
    {
        byte[] bytes = ValueCodec.Encode(Thread.CurrentThread, Codec.Keyed, strict: true);
        Assert.Equal(Environment.CurrentManagedThreadId, Codec.Note(ValueCodec.Decode(bytes, Codec.Keyed), "ManagedThreadId"));
    }

    [Fact]
    public void WhatIsBoundWithinAnotherObjectIsItsText()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        byte[] bytes = ValueCodec.Encode(new object[] { process, new Sick3() }, Codec.Keyed, strict: true);
        var back = (object[])ValueCodec.Decode(bytes, Codec.Keyed)!;
        Assert.Equal(Environment.ProcessId, Codec.Note(back[0], "Id"));
        Assert.Equal("System.IO.MemoryStream", Codec.Note(back[1], "Stream"));
        Assert.Contains("Send the path", Assert.Throws<ValueNotSerializableException>(() => ValueCodec.Encode(new MemoryStream(), Codec.Keyed, strict: true)).Message, StringComparison.Ordinal);
    }

    private sealed class Sick3
    {
        public MemoryStream Stream { get; } = new();
    }

    [Fact]
    public void WhatIsStoredIsItsContentAlone()
    {
        var codec = new HubCodec();
        foreach (object value in new object[] { "web1", 'c', 1.5m, DateTime.MaxValue, DayOfWeek.Friday, Guid.Empty, TimeSpan.Zero, true, 1 })
        {
            var noted = new PSObject(value);
            noted.Properties.Add(new PSNoteProperty("ReadCount", 1L));
            Assert.Equal(codec.Encode(value), codec.Encode(noted));
            Assert.Equal(1L, Codec.Note(codec.Decode(codec.EncodeMessage(noted)), "ReadCount"));
        }

        // These are more than a content.
        Assert.Equal("Two", Assert.IsType<PSObject>(codec.Decode(codec.Encode(Codec.Trip(Foreign.Two)))).ToString());
        var table = new PSObject(new Hashtable());
        table.Properties.Add(new PSNoteProperty("Note", 1));
        Assert.Equal(1, Codec.Note(codec.Decode(codec.Encode(table)), "Note"));
    }

    [Fact]
    public void NothingOfARecordWithNotesIsKept()
    {
        using var writer = new ValueWriter(Codec.Keyed);
        WeakReference note = WriteNoted(writer);
        writer.Reset();
        GC.Collect();
        Assert.False(note.IsAlive);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference WriteNoted(ValueWriter writer)
    {
        var record = new PSObject(new ErrorRecord(new InvalidOperationException(), "id", ErrorCategory.NotSpecified, null));
        var note = new PSNoteProperty("PSComputerName", "web1");
        record.Properties.Add(note);
        writer.Write(record);
        return new WeakReference(note);
    }

    [Fact]
    public void WhatWasAddedToAnObjectIsThereWithoutItsWrapper()
    {
        foreach (object value in new object[] { new Uri("http://x/"), new Hashtable { ["k"] = 1 }, new FileInfo("/etc/hosts"), new[] { 1, 2 }, new Version(1, 2) })
        {
            PSObject.AsPSObject(value).Properties.Add(new PSNoteProperty("Foo", "Bar"));
            Assert.Equal("Bar", Codec.Note(Codec.Trip(value), "Foo"));
            Assert.Equal("Bar", Codec.Note(Assert.IsType<object[]>(Codec.Trip(new[] { value }))[0], "Foo"));
        }

        var named = new Hashtable();
        PSObject.AsPSObject(named).TypeNames.Insert(0, "My.Table");
        Assert.Equal("My.Table", Assert.IsType<PSObject>(Codec.Trip(named)).TypeNames[0]);
    }

    [Fact]
    public void AnUnknownEnumArrivesAsItsNumberWithItsText()
    {
        object? back = Codec.Trip(Foreign.Two);
        for (int hop = 0; hop < 2; hop++)
        {
            var named = Assert.IsType<PSObject>(back);
            Assert.Equal(2, named.BaseObject);
            Assert.Equal("Two", named.ToString());
            Assert.Equal($"Deserialized.{typeof(Foreign).FullName}", named.TypeNames[0]);
            back = Codec.Trip(named);
        }

        ((PSObject)back!).Properties.Add(new PSNoteProperty("Note", 1));
        var noted = (PSObject)Codec.Trip(back)!;
        Assert.Equal(new object?[] { 2, "Two", 1 }, new[] { noted.BaseObject, noted.ToString(), Codec.Note(noted, "Note") });
        Assert.Equal("Two", Codec.Note(Codec.Trip(Tuple.Create(Foreign.Two)), "Item1")?.ToString());
        Assert.Equal("x", ((Hashtable)Codec.Trip(new Hashtable { [Foreign.Two] = "x" })!)[2]);
        Assert.Equal("Three", Codec.Trip(Small.Three)?.ToString());
        Assert.Equal((byte)3, ((PSObject)Codec.Trip(Small.Three)!).BaseObject);
        Assert.Equal("9", Codec.Trip((Foreign)9)?.ToString());
        Assert.Null(FrameworkEnums.Find("System.String"));
        Assert.Null(FrameworkEnums.Find("System.DayOfWeek, System.Private.CoreLib"));
        Assert.Null(FrameworkEnums.Find(typeof(Foreign).FullName!));
        Assert.Equal(typeof(ActionPreference), FrameworkEnums.Find("System.Management.Automation.ActionPreference"));
    }

    [Fact]
    public void AnEnumOfAScriptKeepsItsTextWhereItIsNotKnown()
    {
        AssemblyBuilder script = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Script"), AssemblyBuilderAccess.RunAndCollect);
        script.SetCustomAttribute(new CustomAttributeBuilder(typeof(DynamicClassImplementationAssemblyAttribute).GetConstructor(Type.EmptyTypes)!, []));
        EnumBuilder made = script.DefineDynamicModule("Script").DefineEnum("ToneOfAScript", TypeAttributes.Public, typeof(int));
        made.DefineLiteral("Green", 5);
        object green = Enum.ToObject(made.CreateType(), 5);
        Assert.Equal(green, Codec.Trip(green));

        // Where there is none of that name, or it calls the number otherwise.
        byte[] Named(string type, string text) => [(byte)ValueTag.NamedNumber, .. Codec.Encode(type), .. Codec.Encode(text), .. Codec.Encode(5)];
        Assert.Equal(Named("ToneOfAScript", "Green"), Codec.Encode(green));
        foreach ((string type, string text) in new[] { ("NoneOfAScript", "Green"), ("ToneOfAScript", "Blue") })
        {
            var named = Assert.IsType<PSObject>(ValueCodec.Decode(Named(type, text), Codec.Keyed));
            Assert.Equal(new object[] { 5, text, $"Deserialized.{type}" }, [named.BaseObject, named.ToString(), named.TypeNames[0]]);
            Assert.Equal(Named(type, text), Codec.Encode(named));
        }
    }

    public enum Foreign
    {
        Two = 2,
    }

    private enum Small : byte
    {
        Three = 3,
    }
}
