using System.Management.Automation;
using ProcConcurrency.Worker;

namespace ProcConcurrency.Values;

/// <summary>
/// Keeps one script's formatted output together until it is whole: a formatter takes it only from its start to its end, with nothing
/// of anybody else's within, and otherwise ends the caller's script. What is cut off gets the end that its script could not write.
/// </summary>
/// <remarks>For one thread.</remarks>
internal sealed class FormatSequence
{
    private const string Prefix = "Deserialized.Microsoft.PowerShell.Commands.Internal.Format.";
    private const string ClassProperty = "ClassId2e4f51ef21dd47e99d3c952918aff9cd";

    private readonly List<object?> _held = [];
    private bool _isOpen;
    private bool _isGroupOpen;

    /// <summary>Whether something is held.</summary>
    public bool IsHolding => _held.Count > 0;

    /// <summary>Whether an output object is an instruction for a formatter.</summary>
    public static bool Concerns(object? record) => KindOf(record) is not null;

    /// <summary>Takes an output object, if it is formatted output or comes amid it; false for all other.</summary>
    /// <param name="record">The object.</param>
    /// <param name="whole">What is whole with it, to be written now; else null.</param>
    public bool TryTake(object? record, out List<object?>? whole)
    {
        whole = null;
        string? kind = KindOf(record);
        if (kind is null && !_isOpen)
        {
            return false;
        }

        _held.Add(record);
        _isOpen = kind == "FormatStartData" || (_isOpen && kind != "FormatEndData");
        _isGroupOpen = kind == "GroupStartData" || (_isGroupOpen && kind != "GroupEndData");
        if (!_isOpen)
        {
            whole = End();
        }

        return true;
    }

    /// <summary>Adds a record to others, but formatted output when it is whole.</summary>
    public void Add(StreamRecord record, List<StreamRecord> to)
    {
        if (record.Stream != RecordStream.Output || !TryTake(record.Record, out var whole))
        {
            to.Add(record);
        }
        else
        {
            AddOutput(whole, to);
        }
    }

    /// <summary>Adds what is held, with the end that it lacks.</summary>
    public void AddEnd(List<StreamRecord> to) => AddOutput(End(), to);

    /// <summary>What is held, with the end that it lacks.</summary>
    public List<object?> End()
    {
        List<object?> whole = [.. _held];
        if (_isOpen && _isGroupOpen)
        {
            whole.Add(Make("GroupEndData", "4ec4f0187cb04f4cb6973460dfe252df"));
        }

        if (_isOpen)
        {
            whole.Add(Make("FormatEndData", "cf522b78d86c486691226b40aa69e95c"));
        }

        _held.Clear();
        _isOpen = _isGroupOpen = false;
        return whole;
    }

    private static void AddOutput(List<object?>? records, List<StreamRecord> to) => records?.ForEach(record => to.Add(new StreamRecord(RecordStream.Output, record)));

    // Only what came as a property bag has a text of its own: quickly no for all else.
    private static string? KindOf(object? record) =>
        record is PSObject bag && EngineInternals.Objects.Text(bag) is not null && EngineInternals.Objects.TypeNames(bag) is { Count: > 0 } names
            && names[0].StartsWith(Prefix, StringComparison.Ordinal)
            ? names[0][Prefix.Length..]
            : null;

    private static PSObject Make(string kind, string id)
    {
        var made = new PSObject();
        made.TypeNames.Insert(0, Prefix + "FormatInfoData");
        made.TypeNames.Insert(0, Prefix + kind);
        made.Properties.Add(new PSNoteProperty(ClassProperty, id));
        made.Properties.Add(new PSNoteProperty("groupingEntry", null));
        return made;
    }
}
