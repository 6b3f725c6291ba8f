using System.Management.Automation;
using ProcConcurrency.Runtime.Processes;

namespace ProcConcurrency.Pools;

/// <summary>How a cmdlet waits for tasks: callbacks run meanwhile.</summary>
internal static class TaskWait
{
    /// <summary>Waits until something is so; false when time is up.</summary>
    /// <param name="isSo">Asked after each piece of news of a task.</param>
    /// <param name="deadline">When to give up.</param>
    /// <param name="onError">Takes what callbacks throw.</param>
    /// <param name="canceled">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    internal static bool Until(Func<bool> isSo, Deadline deadline, Action<ErrorRecord> onError, CancellationToken canceled)
    {
        var callbacks = TaskCallbacks.Current;
        using var wait = callbacks?.BeginWait();
        while (true)
        {
            canceled.ThrowIfCancellationRequested();
            var seen = TaskNews.Count;
            if (isSo())
            {
                // What ended the wait may have a callback.
                callbacks?.RunAll(onError);
                return true;
            }

            if (deadline.IsOver)
            {
                return false;
            }

            if (callbacks?.RunNext(onError) != true)
            {
                TaskNews.Wait(seen, deadline.Left, canceled);
            }
        }
    }
}
