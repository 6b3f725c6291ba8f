using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Runtime.Messaging;
using ProcConcurrency.Values;

namespace ProcConcurrency.Commands;

/// <summary>Sends items to a queue: Python's <c>put()</c>. When it has returned, they are in the queue.</summary>
[Cmdlet(VerbsCommunications.Send, "ProcQueue", DefaultParameterSetName = WaitSet)]
[OutputType(typeof(object))]
public sealed class SendProcQueueCommand : PassingCommand
{
    private const string WaitSet = "Wait";
    private const string NoWaitSet = "NoWait";

    private ProcQueue _queue = null!;
    private QueueWriter? _writer;
    private TimeSpan? _timeout;

    /// <summary>The queue, or its name.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(ProcObjectNameCompleter))]
    [ValidateNotNull]
    [Takes<ProcObjectReference>]
    public ProcObjectReference Queue { get; set; } = null!;

    /// <summary>What to send.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public object? InputObject { get; set; }

    /// <summary>The lower, the sooner, in a priority queue.</summary>
    [Parameter]
    public double Priority { get; set; }

    /// <summary>The longest to wait for room, for each item.</summary>
    [Parameter(ParameterSetName = WaitSet)]
    [ValidateNotNull]
    [Takes<WaitTime>]
    public WaitTime? Timeout { get; set; }

    /// <summary>Don't wait for room.</summary>
    [Parameter(Mandatory = true, ParameterSetName = NoWaitSet)]
    public SwitchParameter NoWait { get; set; }

    private protected override void Begin()
    {
        _queue = Queue.Resolve<ProcQueue>(QueueCommand.KindName, Timeout?.Limit);

        _timeout = NoWait ? TimeSpan.Zero : Timeout?.Limit;

        // A caller that wants to know of each item whether there was room, or to have it when it is in the queue, has each sent by itself.
        if (_timeout is null && !PassThru)
        {
            _writer = new QueueWriter(_queue, Canceled);
        }
    }

    private protected override void Process()
    {
        try
        {
            Send();
            Pass(InputObject);
        }
        catch (ValueNotSerializableException error)
        {
            // This item's error alone, as in a pool.
            WriteError(Errors.NotSerializable(error, InputObject).Record);
        }
    }

    private void Send()
    {
        if (_writer is not null)
        {
            _writer.Add(InputObject, Priority);
        }
        else if (!_queue.TrySend(InputObject, Priority, _timeout, Canceled))
        {
            throw Errors.QueueFull(_queue, _timeout!.Value, InputObject);
        }
    }

    private protected override void End() => _writer?.Flush();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _writer?.Dispose();
        base.Dispose(disposing);
    }
}
