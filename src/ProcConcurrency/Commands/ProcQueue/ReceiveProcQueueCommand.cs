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

    private readonly Func<bool> _isStopping;
    private QueueReader? _reader;

    /// <summary>Made by the engine.</summary>
    public ReceiveProcQueueCommand() => _isStopping = () => Stopping;

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
        var isAny = false;
        var timeout = NoWait ? TimeSpan.Zero : Timeout?.Limit;
        var endsEarly = false;
        while (left > 0)
        {
            ReceiveOutcome outcome;
            try
            {
                outcome = reader.Read(left, timeout, Canceled, _isStopping);
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
                isAny = true;
                continue;
            }

            if (endsEarly)
            {
                return;
            }

            if (outcome == ReceiveOutcome.Stuck)
            {
                End(Errors.FullOfUnreadable(queue), isAny);
            }
            else if (outcome == ReceiveOutcome.Over && !All && !isAny)
            {
                throw new QueueClosedException($"{queue} was closed and is empty: nothing more will come.");
            }
            else if (outcome == ReceiveOutcome.Nothing && !(NoWait && (All || isAny)))
            {
                End(Errors.QueueEmpty(queue, timeout!.Value), isAny);
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

    /// <summary>Tells why no more comes. What was received is the caller's: an error that ends its statement would take it away.</summary>
    private void End(CallerException error, bool isAny)
    {
        if (!isAny)
        {
            throw error;
        }

        WriteError(error.Record);
    }

    private static PSObject? Marked(object? item)
    {
        if (item is null)
        {
            return null;
        }

        var marked = PSObject.AsPSObject(item);
        if (EngineInternals.Objects.IsShared(marked.BaseObject))
        {
            return marked;
        }

        marked.Properties.Remove(Mark);
        marked.Properties.Add(new PSNoteProperty(Mark, true));
        return marked;
    }
}
