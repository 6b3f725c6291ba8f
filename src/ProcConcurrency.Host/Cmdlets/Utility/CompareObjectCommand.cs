using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Compare-Object: what two sets of objects have in common and what not.</summary>
[Cmdlet(VerbsData.Compare, "Object")]
public sealed class CompareObjectCommand : PSCmdlet
{
    private readonly List<PSObject> _differences = [];

    [Parameter(Position = 0, Mandatory = true)]
    [AllowEmptyCollection]
    public PSObject[] ReferenceObject { get; set; } = [];

    [Parameter(Position = 1, Mandatory = true, ValueFromPipeline = true)]
    [AllowEmptyCollection]
    public PSObject[] DifferenceObject { get; set; } = [];

    [Parameter]
    public object[]? Property { get; set; }

    [Parameter]
    public SwitchParameter ExcludeDifferent { get; set; }

    [Parameter]
    public SwitchParameter IncludeEqual { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    [Parameter]
    public string? Culture { get; set; }

    [Parameter]
    public SwitchParameter CaseSensitive { get; set; }

    protected override void ProcessRecord() => _differences.AddRange(DifferenceObject.Where(item => item is not null));

    protected override void EndProcessing()
    {
        var terms = PropertyTerm.Parse(this, Property);
        var order = new KeyOrder(new ValueOrder(CaseSensitive, Culture), new bool[Math.Max(1, terms.Length)]);
        var left = ReferenceObject.Where(item => item is not null).Select(item => KeyedObject.Of(item, terms)).ToList();
        var right = new List<KeyedObject>();
        var wanted = IncludeEqual || ExcludeDifferent;
        foreach (var entry in _differences.Select(item => KeyedObject.Of(item, terms)))
        {
            var match = left.FindIndex(other => order.Compare(other, entry) == 0);
            if (match < 0)
            {
                right.Add(entry);
                continue;
            }

            if (wanted)
            {
                Emit(left[match], terms, "==");
            }

            left.RemoveAt(match);
        }

        if (ExcludeDifferent)
        {
            return;
        }

        right.ForEach(entry => Emit(entry, terms, "=>"));
        left.ForEach(entry => Emit(entry, terms, "<="));
    }

    private void Emit(KeyedObject entry, PropertyTerm[] terms, string side)
    {
        var output = PassThru ? entry.Item : new PSObject();
        if (!PassThru)
        {
            for (var i = 0; i < entry.Keys.Length; i++)
            {
                var name = terms.Length == 0 ? "InputObject" : terms[i].Label;
                output.Properties.Add(new PSNoteProperty(name, entry.Keys[i]));
            }
        }

        output.Properties.Remove("SideIndicator");
        output.Properties.Add(new PSNoteProperty("SideIndicator", side));
        WriteObject(output);
    }
}
