using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Messaging;
using ProcConcurrency.Values;

namespace ProcConcurrency.Commands;

/// <summary>Receives items from a queue: Python's <c>get()</c>; with -All a whole consumer.</summary>
[Cmdlet(VerbsCommunications.Receive, "ProcQueue", DefaultParameterSetName = CountSet)]
[OutputType(typeof(object))]
public sealed class ReceiveProcQueueCommand : QueueCommand
{
    private const string CountSet = "Count";
    private const string AllSet = "All";
    private const string Mark = "Redelivered";

    private QueueReader? _reader;

    /// <summary>How many items.</summary>
    [Parameter(ParameterSetName = CountSet)]
    [ValidateRange(1, int.MaxValue)]
    public int Count { get; set; } = 1;

    /// <summary>All items, until the queue is closed and empty.</summary>
    [Parameter(Mandatory = true, ParameterSetName = AllSet)]
    public SwitchParameter All { get; set; }

    /// <summary>The longest to wait for an item, for each.</summary>
    [Parameter]
    [ValidateNotNull]
    [Takes<WaitTime>]
    public WaitTime? Timeout { get; set; }

    /// <summary>Take what is there, and don't wait for more.</summary>
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    private protected override TimeSpan? LookUpLimit => Timeout?.Limit;

    private protected override void Use(ProcQueue queue)
    {
        using var reader = _reader = new QueueReader(queue);
        var left = All ? int.MaxValue : Count;
        var timeout = NoWait ? TimeSpan.Zero : Timeout?.Limit;
        var endsEarly = false;
        while (left > 0)
        {
            ReceiveOutcome outcome;
            try
            {
                outcome = reader.Read(left, timeout, Canceled);
            }
            catch (ValueFormatException error)
            {
                // That item's alone: it stays, for a receiver that can read it.
                WriteError(Errors.NotReadable(error, queue));

                if (!All)
                {
                    // Who wants a number of items has its answer for this one: it takes what else is there, and doesn't wait for another instead.
                    endsEarly = true;
                    timeout = TimeSpan.Zero;
                }

                continue;
            }

            if (outcome == ReceiveOutcome.Items)
            {
                WriteObject(reader.IsRedelivered ? Marked(reader.Item) : reader.Item, enumerateCollection: false);
                left = All ? left : left - 1;
                continue;
            }

            if (endsEarly)
            {
                return;
            }

            if (outcome == ReceiveOutcome.Stuck)
            {
                throw new ValueNotReadableException($"{queue} is full of items that can't be read in this process: nothing more can come until another process receives one of them.");
            }

            // Some of a count is better than an error; what none at all means, the caller has to know.
            var hasSome = All || left < Count;
            if (outcome == ReceiveOutcome.Over && !hasSome)
            {
                throw new QueueClosedException($"{queue} was closed and is empty: nothing more will come.");
            }

            if (outcome == ReceiveOutcome.Nothing && !(NoWait && hasSome))
            {
                throw Errors.QueueEmpty(queue, timeout!.Value);
            }

            return;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _reader?.Dispose();
        base.Dispose(disposing);
    }

    private static PSObject? Marked(object? item)
    {
        if (item is null)
        {
            return null;
        }

        var marked = PSObject.AsPSObject(item);
        marked.Properties.Remove(Mark);
        marked.Properties.Add(new PSNoteProperty(Mark, true));
        return marked;
    }
}
