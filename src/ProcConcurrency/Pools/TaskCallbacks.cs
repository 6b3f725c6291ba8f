using System.Collections.Concurrent;
using System.Management.Automation;

namespace ProcConcurrency.Pools;

/// <summary>
/// Blocks that are to run in the session when tasks are over: one at a time, on the session's own thread, when it is at a safe place.
/// That is between two statements and at the prompt, where PowerShell's event manager calls; and in a cmdlet of ours that waits,
/// which calls by itself (<see cref="WaitCallbacks"/>).
/// </summary>
public static class TaskCallbacks
{
    private const string EventName = "ProcConcurrency.TaskCallback";
    private static readonly ConcurrentQueue<ProcTask> s_waiting = [];
    private static volatile PSEventManager? s_events;
    private static int s_isRunning;

    /// <summary>How many have not run yet.</summary>
    internal static int Waiting => s_waiting.Count + Volatile.Read(ref s_isRunning);

    /// <summary>Whether this session has had any task with a callback.</summary>
    internal static bool IsUsed => s_events is not null;

    /// <summary>Runs what waits, for the event manager; a block that failed is told on the host and in $Error.</summary>
    /// <returns>The errors.</returns>
    public static ErrorRecord[] RunWaiting()
    {
        var errors = new List<ErrorRecord>();
        Run(errors.Add);
        return [.. errors];
    }

    /// <summary>Lets the event manager of this session call for tasks with callbacks; once for each session.</summary>
    internal static void Subscribe(PSCmdlet cmdlet)
    {
        const string Action = """
            foreach ($failed in [ProcConcurrency.Pools.TaskCallbacks]::RunWaiting()) {
                $global:Error.Insert(0, $failed)
                $Host.UI.WriteErrorLine(($failed | Out-String).TrimEnd())
            }
            """;
        var events = cmdlet.Events;
        if (!events.GetEventSubscribers(EventName).Any())
        {
            events.SubscribeEvent(null, null, EventName, null, ScriptBlock.Create(Action), supportEvent: true, forwardEvent: false);
        }

        s_events = events;
    }

    /// <summary>A task is over: its callback waits from now on, where it has one for what came of it.</summary>
    internal static void Queue(ProcTask task)
    {
        if (BlockOf(task) is null)
        {
            return;
        }

        s_waiting.Enqueue(task);
        TaskNews.Tell();
        s_events?.GenerateEvent(EventName, null, [], null);
    }

    /// <summary>Runs what waits. On the pipeline's thread; within a callback it does nothing.</summary>
    internal static void Run(Action<ErrorRecord> onError)
    {
        if (s_waiting.IsEmpty || Interlocked.Exchange(ref s_isRunning, 1) != 0)
        {
            return;
        }

        try
        {
            while (s_waiting.TryDequeue(out var task))
            {
                Run(task, onError);
            }
        }
        finally
        {
            Volatile.Write(ref s_isRunning, 0);
            TaskNews.Tell();
        }
    }

    private static void Run(ProcTask task, Action<ErrorRecord> onError)
    {
        var results = task.Results.ToArray();
        var argument = task.IsSuccessful != true ? task.LastError : results.Length == 1 ? results[0] : results;
        try
        {
            BlockOf(task)!.InvokeWithContext(null, [new PSVariable("_", argument)], argument);
        }
        catch (Exception error) when (error is RuntimeException and not PipelineStoppedException)
        {
            onError(Errors.CallbackFailed(task, task.Name, ((RuntimeException)error).ErrorRecord));
        }
    }

    private static ScriptBlock? BlockOf(ProcTask task) => task.IsSuccessful == true ? task.Callback : task.ErrorCallback;
}
