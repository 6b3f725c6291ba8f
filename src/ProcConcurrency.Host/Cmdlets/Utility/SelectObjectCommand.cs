using System.Management.Automation;
using System.Management.Automation.Internal;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Select-Object: some objects of a stream, or some properties of each.</summary>
[Cmdlet(VerbsCommon.Select, "Object", DefaultParameterSetName = "DefaultParameter")]
public sealed class SelectObjectCommand : PSCmdlet
{
    private readonly List<PSObject> _seen = [];
    private SelectionQueue _queue = null!;
    private PropertySelection _selection = null!;
    private ValueOrder _order = null!;
    private HashSet<int>? _indexes;
    private int _lastIndex;
    private int _position;

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; } = AutomationNull.Value;

    [Parameter(Position = 0, ParameterSetName = "DefaultParameter")]
    [Parameter(Position = 0, ParameterSetName = "SkipLastParameter")]
    public object[]? Property { get; set; }

    [Parameter(ParameterSetName = "DefaultParameter")]
    [Parameter(ParameterSetName = "SkipLastParameter")]
    public string[]? ExcludeProperty { get; set; }

    [Parameter(ParameterSetName = "DefaultParameter")]
    [Parameter(ParameterSetName = "SkipLastParameter")]
    public string? ExpandProperty { get; set; }

    [Parameter]
    public SwitchParameter Unique { get; set; }

    [Parameter]
    public SwitchParameter CaseInsensitive { get; set; }

    [Parameter(ParameterSetName = "DefaultParameter")]
    [ValidateRange(0, int.MaxValue)]
    public int Last { get; set; }

    [Parameter(ParameterSetName = "DefaultParameter")]
    [ValidateRange(0, int.MaxValue)]
    public int First { get; set; }

    [Parameter(ParameterSetName = "DefaultParameter")]
    [Parameter(ParameterSetName = "SkipLastParameter")]
    [ValidateRange(0, int.MaxValue)]
    public int Skip { get; set; }

    [Parameter(ParameterSetName = "SkipLastParameter")]
    [ValidateRange(0, int.MaxValue)]
    public int SkipLast { get; set; }

    [Parameter(ParameterSetName = "DefaultParameter")]
    [Parameter(ParameterSetName = "IndexParameter")]
    public SwitchParameter Wait { get; set; }

    [Parameter(ParameterSetName = "IndexParameter")]
    [ValidateRange(0, int.MaxValue)]
    public int[]? Index { get; set; }

    [Parameter(ParameterSetName = "SkipIndexParameter")]
    [ValidateRange(0, int.MaxValue)]
    public int[]? SkipIndex { get; set; }

    protected override void BeginProcessing()
    {
        var bound = MyInvocation.BoundParameters;
        var limited = bound.ContainsKey(nameof(First)) || bound.ContainsKey(nameof(Last));
        _queue = new SelectionQueue(First, Last, Skip, SkipLast, limited);
        _selection = new PropertySelection(this, Property, ExcludeProperty, ExpandProperty);
        _order = new ValueOrder(caseSensitive: !CaseInsensitive, culture: null);
        if ((Index ?? SkipIndex) is { Length: > 0 } indexes)
        {
            _indexes = [.. indexes];
            _lastIndex = indexes.Max();
        }
    }

    protected override void ProcessRecord()
    {
        if (InputObject is null || InputObject == AutomationNull.Value)
        {
            return;
        }

        if (_indexes is not null)
        {
            ProcessIndexed(InputObject);
            return;
        }

        if (_queue.Next(InputObject) is { } item)
        {
            Emit(item);
        }

        if (_queue.Complete && !Wait)
        {
            EndProcessing();
            throw EngineAccess.StopUpstream(this);
        }
    }

    protected override void EndProcessing()
    {
        foreach (var item in _queue.Rest())
        {
            Emit(item);
        }
    }

    private void ProcessIndexed(PSObject item)
    {
        var position = _position++;
        if (_indexes!.Contains(position) == Index is not null)
        {
            Emit(item);
        }

        if (Index is not null && position >= _lastIndex && !Wait)
        {
            throw EngineAccess.StopUpstream(this);
        }
    }

    private void Emit(PSObject item)
    {
        foreach (var selected in _selection.Of(item))
        {
            if (!Unique || IsNew(selected))
            {
                WriteObject(selected);
            }
        }
    }

    private bool IsNew(PSObject item)
    {
        if (_seen.Any(earlier => Same(earlier, item)))
        {
            return false;
        }

        _seen.Add(item);
        return true;
    }

    private bool Same(PSObject left, PSObject right)
    {
        if (left.BaseObject is not PSCustomObject || right.BaseObject is not PSCustomObject)
        {
            return _order.Same(left, right);
        }

        var names = left.Properties.Select(property => property.Name).ToArray();
        return names.Length == right.Properties.Count()
            && names.All(name => right.Properties[name] is { } other && _order.Same(left.Properties[name].Value, other.Value));
    }
}
