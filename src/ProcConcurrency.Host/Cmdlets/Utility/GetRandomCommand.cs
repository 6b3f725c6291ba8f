using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>Get-Random: random numbers, or items picked at random.</summary>
[Cmdlet(VerbsCommon.Get, "Random", DefaultParameterSetName = "RandomNumberParameterSet")]
[System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5394", Justification = "This is what the command is for; secrets come from elsewhere.")]
public sealed class GetRandomCommand : PSCmdlet
{
    private static readonly ConditionalWeakTable<Runspace, StrongBox<Random>> Seeded = [];
    private readonly List<object?> _items = [];
    private Random _random = Random.Shared;

    [Parameter]
    public int SetSeed { get; set; }

    [Parameter(ParameterSetName = "RandomNumberParameterSet", Position = 0)]
    public object? Maximum { get; set; }

    [Parameter(ParameterSetName = "RandomNumberParameterSet")]
    public object? Minimum { get; set; }

    [Parameter(ParameterSetName = "RandomListItemParameterSet", ValueFromPipeline = true, Position = 0, Mandatory = true)]
    [AllowNull]
    public object?[]? InputObject { get; set; }

    [Parameter(ParameterSetName = "RandomNumberParameterSet")]
    [Parameter(ParameterSetName = "RandomListItemParameterSet")]
    [ValidateRange(1, int.MaxValue)]
    public int Count { get; set; } = 1;

    protected override void BeginProcessing()
    {
        var runspace = Runspace.DefaultRunspace;
        if (MyInvocation.BoundParameters.ContainsKey(nameof(SetSeed)))
        {
            Seeded.AddOrUpdate(runspace, new StrongBox<Random>(new Random(SetSeed)));
        }

        if (Seeded.TryGetValue(runspace, out var own))
        {
            _random = own.Value!;
        }

        if (ParameterSetName == "RandomNumberParameterSet")
        {
            for (var i = 0; i < Count; i++)
            {
                WriteNext();
            }
        }
    }

    protected override void ProcessRecord()
    {
        if (ParameterSetName == "RandomListItemParameterSet")
        {
            _items.AddRange(InputObject ?? [null]);
        }
    }

    protected override void EndProcessing()
    {
        // The first of a shuffle, as far as they are asked for.
        for (var i = 0; i < Math.Min(Count, _items.Count); i++)
        {
            var other = _random.Next(i, _items.Count);
            (_items[i], _items[other]) = (_items[other], _items[i]);
            WriteObject(_items[i]);
        }
    }

    private void WriteNext()
    {
        var least = Number(Minimum, 0);
        var greatest = Number(Maximum, int.MaxValue);
        if (least is double or float || greatest is double or float)
        {
            var (low, high) = (Convert.ToDouble(least, null), Convert.ToDouble(greatest, null));
            Check(low < high);
            WriteObject(low + (_random.NextDouble() * (high - low)));
            return;
        }

        var (from, to) = (LanguagePrimitives.ConvertTo<long>(least), LanguagePrimitives.ConvertTo<long>(greatest));
        Check(from < to);
        var drawn = _random.NextInt64(from, to);
        WriteObject(least is long || greatest is long ? (object)drawn : (int)drawn);
    }

    private static object Number(object? given, int otherwise)
    {
        var bare = ValueOrder.Bare(given) ?? otherwise;
        if (bare is string text)
        {
            bare = LanguagePrimitives.ConvertTo<double>(text);
            return bare is double number && number == Math.Floor(number) && Math.Abs(number) <= int.MaxValue ? (int)number : bare;
        }

        return bare is int or long or double or float ? bare : LanguagePrimitives.ConvertTo<int>(bare);
    }

    private void Check(bool valid)
    {
        if (!valid)
        {
            ThrowTerminatingError(new ErrorRecord(
                new ArgumentException($"The Minimum value ({Minimum ?? 0}) cannot be greater than or equal to the Maximum value ({Maximum})."),
                "MinGreaterThanOrEqualMax", ErrorCategory.InvalidArgument, null));
        }
    }
}
