using System.Management.Automation;
using ProcConcurrency.Runtime.Pools;

namespace ProcConcurrency.Pools;

/// <summary>How an item's task ended, in the words of its user: a status, an error, an exit code, a record.</summary>
internal static class ItemEnd
{
    internal static ProcPoolStatus StatusOf(PoolTaskState state, PoolTaskCause cause) => state switch
    {
        PoolTaskState.Done => ProcPoolStatus.Done,
        PoolTaskState.Lost => ProcPoolStatus.Lost,
        PoolTaskState.Canceled => ProcPoolStatus.Canceled,
        _ => cause == PoolTaskCause.Timeout ? ProcPoolStatus.TimedOut : ProcPoolStatus.Failed,
    };

    internal static int? ExitCodeOf(ProcPoolStatus status, WorkerCrash? crash) => status switch
    {
        ProcPoolStatus.Done => 0,
        ProcPoolStatus.Failed => 1,
        ProcPoolStatus.Lost => crash?.Status.Code,
        _ => null,
    };

    /// <summary>The error that no worker could write; null where its own records say all.</summary>
    /// <param name="task">The task, which is over.</param>
    /// <param name="item">Its input.</param>
    /// <param name="options">How it was to be run.</param>
    internal static ErrorRecord? ErrorOf(PoolTask task, PoolItem item, TaskOptions options) => task switch
    {
        { State: PoolTaskState.Lost } => Errors.WorkerCrashed(item.Input, task.Crashes, task.Attempts),
        { State: PoolTaskState.Failed, Cause: PoolTaskCause.Timeout } =>
            Errors.ItemTimeout(item.Input, task.ProcessId, options.Timeout!.Value, task.Attempts, options.RetryCount),
        _ => null,
    };

    /// <summary>The record of an item whose task is over.</summary>
    /// <param name="task">The task.</param>
    /// <param name="item">Its input.</param>
    /// <param name="last">The error that no worker could write; null for none.</param>
    /// <param name="computer">The machine that it was for; null where it might have run on any.</param>
    internal static ProcPoolResult RecordOf(PoolTask task, PoolItem item, ErrorRecord? last, string? computer)
    {
        var status = StatusOf(task.State, task.Cause);
        return new ProcPoolResult(item.Index, item.Input)
        {
            Output = [.. item.Output ?? []],
            Error = [.. item.Errors ?? [], .. last is null ? Array.Empty<ErrorRecord>() : [last]],
            Status = status,
            Attempts = task.Attempts,
            ProcessId = task.Attempts > 0 ? task.ProcessId : null,
            ComputerName = task.Attempts > 0 ? task.HostName ?? Environment.MachineName : computer,
            Started = task.StartedUtc?.ToLocalTime(),
            Duration = task.Duration,
            ExitCode = ExitCodeOf(status, task.Crashes is [.., var crash] ? crash : null),
        };
    }
}
