using System.Management.Automation;
using System.Xml;
using ProcConcurrency.Jobs;
using Xunit;

namespace ProcConcurrency.Units.Jobs;

/// <summary>What a record says of the machine that it comes from is what this session knows of it.</summary>
public sealed class OriginTests
{
    [Fact]
    public void What_an_object_says_itself_counts_for_nothing()
    {
        var record = new PSObject();
        record.Properties.Add(new PSNoteProperty("Before", 1));
        record.Properties.Add(new PSNoteProperty(Origin.ComputerProperty, "bank"));
        record.Properties.Add(new PSNoteProperty("After", 2));

        Assert.Same(record, Origin.MarkHost(record, "web1", isOutput: true));
        Assert.Equal("web1", record.Properties[Origin.ComputerProperty].Value);
        Assert.Equal(["Before", Origin.ComputerProperty, "After"], record.Properties.Select(static property => property.Name));

        // By way of another machine.
        Origin.MarkHost(record, "gate", isOutput: true);
        Assert.Equal("gate", record.Properties[Origin.ComputerProperty].Value);
    }

    [Theory]
    [MemberData(nameof(Odd))]
    public void A_property_of_any_kind_gives_way(PSMemberInfo own)
    {
        var record = new PSObject();
        record.Members.Add(own);
        Origin.MarkHost(record, "web1", isOutput: true);
        Assert.Equal("web1", record.Properties[Origin.ComputerProperty].Value);
    }

    public static TheoryData<PSMemberInfo> Odd() =>
    [
        new PSNoteProperty(Origin.ComputerProperty, null),
        new PSVariableProperty(new PSVariable(Origin.ComputerProperty, "bank", ScopedItemOptions.ReadOnly)),
        new PSAliasProperty(Origin.ComputerProperty, "Nothing"),
    ];

    [Fact]
    public void So_does_one_of_its_type_that_nobody_can_write()
    {
        var own = PSObject.AsPSObject(new Named());
        Origin.MarkHost(own, "web1", isOutput: true);
        Assert.Equal("web1", own.Properties[Origin.ComputerProperty].Value);

        var document = new XmlDocument();
        document.LoadXml("<row><PSComputerName>bank</PSComputerName></row>");
        var row = PSObject.AsPSObject(document.DocumentElement!);
        Origin.MarkHost(row, "web1", isOutput: true);
        Assert.Equal("web1", row.Properties[Origin.ComputerProperty].Value);
    }

    [Fact]
    public void An_error_is_marked_too()
    {
        var error = new ErrorRecord(new InvalidOperationException(), "Id", ErrorCategory.NotSpecified, null);
        PSObject.AsPSObject(error).Properties.Add(new PSNoteProperty(Origin.ComputerProperty, "bank"));
        Assert.Same(error, Origin.MarkHost(error, "web1", isOutput: false));
        Assert.Equal("web1", PSObject.AsPSObject(error).Properties[Origin.ComputerProperty].Value);
    }

    private sealed class Named
    {
        private readonly string? _name;

        internal Named(string? name = null) => _name = name;

        public string PSComputerName => _name ?? throw new InvalidOperationException("It can't be read, either.");
    }
}
