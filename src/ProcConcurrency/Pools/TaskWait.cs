using System.Management.Automation;
using ProcConcurrency.Runtime.Processes;

namespace ProcConcurrency.Pools;

/// <summary>How a cmdlet waits for tasks: callbacks run meanwhile.</summary>
internal static class TaskWait
{
    /// <summary>Waits until a task is over that this thread attends (<see cref="ProcTask.Attend"/>); false when time is up.</summary>
    /// <inheritdoc cref="Until"/>
    internal static bool UntilOver(ProcTask task, Deadline deadline, Action<ErrorRecord> onError, CancellationToken canceled)
    {
        try
        {
            return Until(() => task.IsTold, deadline, onError, canceled, task);
        }
        finally
        {
            task.Unattend();
        }
    }

    /// <summary>Waits until something is so; false when time is up.</summary>
    /// <param name="isSo">Asked after each piece of news of a task.</param>
    /// <param name="deadline">When to give up.</param>
    /// <param name="onError">Takes what callbacks throw.</param>
    /// <param name="canceled">Ends the wait.</param>
    /// <param name="attended">A task whose end this thread tells of, unless a callback keeps it from that; null for none.</param>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    internal static bool Until(Func<bool> isSo, Deadline deadline, Action<ErrorRecord> onError, CancellationToken canceled, ProcTask? attended = null)
    {
        var callbacks = TaskCallbacks.Current;
        using var wait = callbacks?.BeginWait();
        while (true)
        {
            canceled.ThrowIfCancellationRequested();
            var seen = TaskNews.Count;
            if (attended is { IsLeftToAttendant: true })
            {
                attended.Unattend();
            }

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

            if (callbacks is { HasWaiting: true })
            {
                // It may wait for what this thread attends.
                attended?.Unattend();
                callbacks.RunNext(onError);
            }
            else if (attended is null || !TaskNews.Spin(seen))
            {
                TaskNews.Wait(seen, deadline.Left, canceled);
            }
        }
    }
}
