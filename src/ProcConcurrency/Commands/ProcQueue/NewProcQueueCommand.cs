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
    [Takes<QueueKind>]
    public QueueKind Kind { get; set; }

    /// <summary>An item whose receiver dies before it completed it comes back.</summary>
    [Parameter]
    public SwitchParameter Acknowledge { get; set; }

    private protected override ProcObject Create() => ProcQueue.Create(Port, Kind, MaxSize, Acknowledge, Name);
}
