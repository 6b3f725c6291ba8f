using System.Management.Automation;
using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Pools;

namespace ProcConcurrency.Commands;

/// <summary>Gives tasks to a pool and returns at once: Python's <c>apply_async</c>, and with input <c>map_async</c>.</summary>
[Cmdlet(VerbsLifecycle.Submit, "ProcTask")]
[OutputType(typeof(ProcTask))]
public sealed class SubmitProcTaskCommand : SubmitCommand
{
    /// <summary>A block that the session runs when the task has ended well: its output is <c>$_</c> and first argument.</summary>
    [Parameter]
    [Takes<ScriptBlock>]
    public ScriptBlock? Callback { get; set; }

    /// <summary>A block that the session runs when the task has failed: its error is <c>$_</c> and first argument.</summary>
    [Parameter]
    [Takes<ScriptBlock>]
    public ScriptBlock? ErrorCallback { get; set; }

    private Callbacks? _callbacks;

    private protected override void Begin()
    {
        base.Begin();
        if (Callback is not null || ErrorCallback is not null)
        {
            _callbacks = new Callbacks(TaskCallbacks.Subscribe(this), Callback, ErrorCallback);
        }
    }

    private protected override void Process()
    {
        if (Submit(_callbacks) is { } task)
        {
            WriteObject(task);
        }
    }
}
