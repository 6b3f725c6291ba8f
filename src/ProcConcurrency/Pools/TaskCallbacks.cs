using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;

namespace ProcConcurrency.Pools;

/// <summary>
/// Blocks that are to run in the session when tasks are over: one at a time, on the session's own thread, when it is at a safe place.
/// That is between two statements and at the prompt, where PowerShell's event manager calls; and in a cmdlet of ours that waits,
/// which calls by itself (<see cref="TaskWait"/>, <see cref="WaitCallbacks"/>).
/// </summary>
/// <remarks>Thread-safe.</remarks>
public static class TaskCallbacks
{
    // Errors that a callback writes go to $Error at the prompt, to nothing within a script, and never to what the session is at.
    private const string Action = """
        & {
            foreach ($failed in [ProcConcurrency.Pools.TaskCallbacks]::RunWaiting()) {
                $global:Error.Insert(0, $failed)
                $Host.UI.WriteErrorLine(($failed | Out-String).TrimEnd())
            }
        } 2>$null
        """;

    // A runspace that is reset gets another one, and what was there goes with it.
    private static readonly ConditionalWeakTable<PSEventManager, CallbackQueue> s_queues = [];

    /// <summary>The callbacks of this thread's runspace; null where it has had none.</summary>
    internal static CallbackQueue? Current =>
        Runspace.DefaultRunspace?.Events is { } events && s_queues.TryGetValue(events, out var queue) ? queue : null;

    /// <summary>Runs what waits, for the event manager; a block that failed is told on the host and in $Error.</summary>
    /// <returns>The errors.</returns>
    public static ErrorRecord[] RunWaiting()
    {
        var errors = new List<ErrorRecord>();
        Current?.RunAsked(errors.Add);
        return [.. errors];
    }

    /// <summary>The callbacks of a cmdlet's runspace, for which the event manager calls from now on.</summary>
    internal static CallbackQueue Subscribe(PSCmdlet cmdlet)
    {
        var events = cmdlet.Events;
        var queue = s_queues.GetValue(events, static events => new CallbackQueue(Runspace.DefaultRunspace, events));

        // Within a callback there is one, and to look takes a lock that a runspace which is being reset holds.
        if (!queue.IsRunning && !events.GetEventSubscribers(CallbackQueue.EventName).Any())
        {
            if (!EngineInternals.Events.TrySubscribe(events, CallbackQueue.EventName, OnEvent))
            {
                events.SubscribeEvent(null, null, CallbackQueue.EventName, null, ScriptBlock.Create(Action), supportEvent: true, forwardEvent: false);
            }

            queue.Renew();
        }

        return queue;
    }

    /// <summary>
    /// A runspace that is reset or closed calls on the thread that does it, and one that is busy on a thread that waits for it. A script
    /// would wait there for the runspace's own thread, which may wait for that.
    /// </summary>
    private static void OnEvent(object sender, PSEventArgs args)
    {
        if (EngineInternals.Pipelines.IsHere())
        {
            ScriptBlock.Create(Action).Invoke();
        }
        else
        {
            Current?.AskAgain();
        }
    }
}
