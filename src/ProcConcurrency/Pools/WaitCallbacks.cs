using System.Management.Automation;
using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Pools;

/// <summary>
/// Lets callbacks run while a cmdlet of this module waits, whatever for: it is one of the places where nothing of the session's own
/// goes on. Threads on which no cmdlet runs do nothing meanwhile.
/// </summary>
internal sealed class WaitCallbacks : IMeanwhile
{
    [ThreadStatic]
    private static Cmdlet? t_cmdlet;

    public IDisposable? Watch(Action wake) => t_cmdlet is null || !TaskCallbacks.IsUsed ? null : TaskNews.Watch(wake);

    public void Run() => RunWaiting();

    /// <summary>A cmdlet runs on this thread, or the one around it again.</summary>
    /// <returns>The one before.</returns>
    internal static Cmdlet? Enter(Cmdlet? cmdlet)
    {
        var around = t_cmdlet;
        t_cmdlet = cmdlet;
        return around;
    }

    /// <summary>Runs the callbacks that wait, where a cmdlet runs on this thread.</summary>
    internal static void RunWaiting()
    {
        if (t_cmdlet is { } cmdlet)
        {
            try
            {
                TaskCallbacks.Run(cmdlet.WriteError);
            }
            catch (PipelineStoppedException)
            {
                // The cmdlet has been told, too, and ends its wait.
            }
        }
    }

    /// <summary>Waits until one of several tasks is done, and gives its index; -1 when time is up.</summary>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    internal static int WaitAny(Task[] tasks, Runtime.Processes.Deadline deadline, CancellationToken canceled)
    {
        while (true)
        {
            var news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var watch = TaskNews.Watch(() => news.TrySetResult());
            RunWaiting();
            var index = Task.WaitAny([.. tasks, news.Task], deadline.LeftMilliseconds, canceled);
            if (index != tasks.Length)
            {
                return index;
            }
        }
    }
}
