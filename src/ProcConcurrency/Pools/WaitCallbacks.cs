using System.Collections;
using System.Management.Automation;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Processes;

namespace ProcConcurrency.Pools;

/// <summary>
/// Lets callbacks run while a cmdlet of this module waits, whatever for: it is one of the places where nothing of the session's own
/// goes on. What a callback throws ends no wait, for the cmdlet may hold by then what it has waited for: it is told as the event
/// manager would, in $Error and on the host. Threads on which no cmdlet runs do nothing meanwhile.
/// </summary>
internal sealed class WaitCallbacks : IMeanwhile
{
    [ThreadStatic]
    private static PSCmdlet? t_cmdlet;

    IDisposable? IMeanwhile.Watch(Action wake) => Watch(wake);

    bool IMeanwhile.Run()
    {
        try
        {
            return RunNext();
        }
        catch (PipelineStoppedException)
        {
            // The cmdlet has been told, too, and ends its wait.
            return false;
        }
    }

    /// <summary>A cmdlet runs on this thread, or the one around it again.</summary>
    /// <returns>The one before.</returns>
    internal static PSCmdlet? Enter(PSCmdlet? cmdlet)
    {
        var around = t_cmdlet;
        t_cmdlet = cmdlet;
        return around;
    }

    /// <summary>Calls back, on any thread, when a callback may wait, until what it gives is disposed; null where none ever does on this thread.</summary>
    internal static IDisposable? Watch(Action wake) => t_cmdlet is null || TaskCallbacks.Current is null ? null : TaskNews.Watch(wake);

    /// <summary>Runs the next callback that waits, where a cmdlet runs on this thread; false where there is none.</summary>
    /// <exception cref="PipelineStoppedException">The pipeline is being stopped.</exception>
    internal static bool RunNext() => t_cmdlet is { } cmdlet && TaskCallbacks.Current?.RunNext(error => Tell(cmdlet, error)) == true;

    /// <summary>Runs the callbacks that wait now, as far as there is time.</summary>
    /// <exception cref="PipelineStoppedException">The pipeline is being stopped.</exception>
    internal static void RunUntil(Deadline deadline)
    {
        if (t_cmdlet is { } cmdlet)
        {
            TaskCallbacks.Current?.RunUntil(deadline, error => Tell(cmdlet, error));
        }
    }

    /// <summary>Waits until one of several tasks is done, and gives its index; -1 when time is up.</summary>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    /// <exception cref="PipelineStoppedException">The pipeline is being stopped.</exception>
    internal static int WaitAny(Task[] tasks, Deadline deadline, CancellationToken canceled)
    {
        using var wait = t_cmdlet is null ? null : TaskCallbacks.Current?.BeginWait();
        while (true)
        {
            var news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var watch = Watch(() => news.TrySetResult());
            RunUntil(deadline);
            var index = Task.WaitAny([.. tasks, news.Task], deadline.LeftMilliseconds, canceled);
            if (index != tasks.Length)
            {
                return index;
            }
        }
    }

    private static void Tell(PSCmdlet cmdlet, ErrorRecord error)
    {
        (cmdlet.SessionState.PSVariable.GetValue("global:Error") as ArrayList)?.Insert(0, error);
        cmdlet.Host.UI.WriteErrorLine(error.ToString());
    }
}
