using System.Collections.Concurrent;
using System.Management.Automation;

namespace ProcConcurrency.Pools;

/// <summary>
/// The callbacks of one runspace, the one that submitted their tasks: they wait here until it is at a safe place, and run on its own
/// thread, one at a time. Another runspace doesn't take them: the engine would send each back, to wait for a thread that may itself wait.
/// </summary>
/// <remarks>Any thread adds; the runspace's own thread runs.</remarks>
/// <param name="events">Calls where the runspace is between two statements, or at the prompt.</param>
internal sealed class CallbackQueue(PSEventManager events)
{
    internal const string EventName = "ProcConcurrency.TaskCallback";
    private readonly ConcurrentQueue<ProcTask> _waiting = [];
    private volatile bool _isRunning;

    /// <summary>Whether all that there is to wait for has run. Within a callback nothing else can run, so that there is nothing to wait for.</summary>
    internal bool IsDone => _isRunning || _waiting.IsEmpty;

    /// <summary>A task is over: its callback waits from now on, where it has one for what came of it.</summary>
    internal void Add(ProcTask task)
    {
        if (BlockOf(task) is not null)
        {
            _waiting.Enqueue(task);
            TaskNews.Tell();
            events.GenerateEvent(EventName, null, [], null);
        }
    }

    /// <summary>Runs the next one. False where none waits, and within a callback.</summary>
    /// <param name="onError">Takes what it throws.</param>
    /// <exception cref="PipelineStoppedException">The pipeline is being stopped, and the callback with it.</exception>
    internal bool RunNext(Action<ErrorRecord> onError)
    {
        if (_isRunning || !_waiting.TryDequeue(out var task))
        {
            return false;
        }

        _isRunning = true;
        try
        {
            if (Run(task) is { } error)
            {
                onError(error);
            }
        }
        finally
        {
            _isRunning = false;
            TaskNews.Tell();
        }

        return true;
    }

    /// <summary>Runs all that wait.</summary>
    /// <inheritdoc cref="RunNext"/>
    internal void RunAll(Action<ErrorRecord> onError)
    {
        while (RunNext(onError))
        {
        }
    }

    /// <summary>Runs a task's callback; gives what it threw. A <c>break</c> or <c>continue</c> in it ends it, and nothing around it.</summary>
    private static ErrorRecord? Run(ProcTask task)
    {
        var results = task.Results.ToArray();
        var argument = task.IsSuccessful != true ? task.LastError : results.Length == 1 ? results[0] : results;
        try
        {
            BlockOf(task)!.InvokeWithContext(null, [new PSVariable("_", argument)], argument);
            return null;
        }
        catch (Exception error) when (error is not PipelineStoppedException)
        {
            return error is FlowControlException ? null : Errors.CallbackFailed(task, task.Name, error);
        }
    }

    private static ScriptBlock? BlockOf(ProcTask task) => task.IsSuccessful == true ? task.Callback : task.ErrorCallback;
}
