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
    private static readonly ConditionalWeakTable<Runspace, CallbackQueue> s_queues = [];

    /// <summary>The callbacks of this thread's runspace; null where it has had none.</summary>
    internal static CallbackQueue? Current => Runspace.DefaultRunspace is { } runspace && s_queues.TryGetValue(runspace, out var queue) ? queue : null;

    /// <summary>Runs what waits, for the event manager; a block that failed is told on the host and in $Error.</summary>
    /// <returns>The errors.</returns>
    public static ErrorRecord[] RunWaiting()
    {
        var errors = new List<ErrorRecord>();
        Current?.RunAll(errors.Add);
        return [.. errors];
    }

    /// <summary>The callbacks of a cmdlet's runspace, for which the event manager calls from now on.</summary>
    internal static CallbackQueue Subscribe(PSCmdlet cmdlet)
    {
        const string Action = """
            foreach ($failed in [ProcConcurrency.Pools.TaskCallbacks]::RunWaiting()) {
                $global:Error.Insert(0, $failed)
                $Host.UI.WriteErrorLine(($failed | Out-String).TrimEnd())
            }
            """;
        var events = cmdlet.Events;
        if (!events.GetEventSubscribers(CallbackQueue.EventName).Any())
        {
            events.SubscribeEvent(null, null, CallbackQueue.EventName, null, ScriptBlock.Create(Action), supportEvent: true, forwardEvent: false);
        }

        return s_queues.GetValue(Runspace.DefaultRunspace, _ => new CallbackQueue(events));
    }
}
