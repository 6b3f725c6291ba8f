using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Messaging;

namespace ProcConcurrency.Commands;

/// <summary>Makes a queue: Python's <c>Queue</c>, <c>JoinableQueue</c>, <c>LifoQueue</c> and <c>PriorityQueue</c>.</summary>
[Cmdlet(VerbsCommon.New, "ProcQueue")]
[OutputType(typeof(ProcQueue))]
public sealed class NewProcQueueCommand : NewObjectCommand
{
    /// <summary>The most items at a time; 0 for any number.</summary>
    [Parameter(Position = 0)]
    [ValidateRange(0, int.MaxValue)]
    public int MaxSize { get; set; }

    /// <summary>Its order.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(ChoiceCompleter<QueueKind>))]
    [ValidateNotNullOrEmpty]
    [Takes<QueueKind>]
    public string Kind { get; set; } = nameof(QueueKind.Fifo);

    /// <summary>An item whose receiver dies before it completed it comes back.</summary>
    [Parameter]
    public SwitchParameter Acknowledge { get; set; }

    private protected override ProcObject Create() => ProcQueue.Create(Port, Enum.Parse<QueueKind>(Kind), MaxSize, Acknowledge, Name);
}
