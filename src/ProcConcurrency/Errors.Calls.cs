using System.Globalization;
using System.Management.Automation;
using ProcConcurrency.Runtime.Pools;
using ProcConcurrency.Runtime.Processes;

namespace ProcConcurrency;

/// <summary>What a call of Invoke-ProcPool may have to say of its items and of itself.</summary>
internal static partial class Errors
{
    internal static ErrorRecord ItemTimeout(object? item, int processId, TimeSpan limit, int attempts, int retryCount) => Of(
        new TimeLimitException(
            $"The item still ran after {Seconds(limit)}, its -TaskTimeout, in attempt {attempts} of {retryCount + 1L}; its worker {processId} was ended with all below it.",
            processId, limit),
        "TaskTimeout", ErrorCategory.OperationTimeout, item);

    internal static ErrorRecord CallTimeout(TimeSpan limit, long done, long notRun, long ended) => Of(
        new TimeoutException(
            $"The run was not over after {Seconds(limit)}, its -Timeout: {done} items were done, {ended} were ended while they ran, {notRun} that waited were not run."),
        "WaitTimeout", ErrorCategory.OperationTimeout, limit);

    internal static CallerException PoolHalted(long failed, long finished, long notRun, long ended, object limit) => Thrown(
        new InvalidOperationException(
            $"{failed} of {finished} items failed, so that the run was ended (-HaltOn {limit}): {notRun} that waited were not run{(ended == 0 ? string.Empty : $", {ended} were ended while they ran")}."),
        "PoolHalted", ErrorCategory.OperationStopped, limit);

    internal static CallerException NoInput(bool hasHosts) => Thrown(
        new ArgumentException(
            $"Invoke-ProcPool has nothing to run the block for. Pipe items to it, or give them as -InputObject{(hasHosts ? "; -OnEachHost runs the block once on each host" : string.Empty)}."),
        "NoInput", ErrorCategory.InvalidArgument, null);

    internal static CallerException OutOfRange(string parameter, object value, string range, string advice = "") => Thrown(
        new ArgumentOutOfRangeException(null, $"-{parameter} is {range}; {value} is not{advice}."),
        $"{parameter}OutOfRange", ErrorCategory.InvalidArgument, value);

    /// <summary>With less than it takes to start, a worker would be replaced after each task.</summary>
    internal static void CheckWorkerMemory(long bytes)
    {
        const long Least = 32L << 20;
        if (bytes < Least)
        {
            var advice = bytes is > 0 and < 1 << 20 ? $", but {bytes} bytes; give {bytes}MB" : string.Empty;
            throw OutOfRange("MaxWorkerMemory", bytes, "a number of bytes from 32MB, which a worker takes to start, such as 500MB", advice);
        }
    }

    /// <summary>A pause without an end is none.</summary>
    internal static void CheckRetryDelay(Commands.Binding.WaitTime? delay)
    {
        if (delay is { Limit: null })
        {
            throw OutOfRange("RetryDelay", -1, "a time from 0 seconds to 24 days");
        }
    }

    internal static CallerException VariableNotFound(string name) => Thrown(
        new ItemNotFoundException($"There is no variable '${name}' here that could go along by -Variable."), "VariableNotFound", ErrorCategory.ObjectNotFound, name);

    internal static CallerException VariableFixed(string name) => Thrown(
        new ArgumentException($"The variable '${name}' can't be set in another process: it is constant or read-only. Use $using:{name}, or another name."),
        "VariableFixed", ErrorCategory.InvalidArgument, name);

    internal static CallerException FunctionNotFound(string name) => Thrown(
        new CommandNotFoundException($"There is no function '{name}' here that could go along by -Function."), "FunctionNotFound", ErrorCategory.ObjectNotFound, name);

    internal static CallerException LogMissing() => Thrown(
        new ArgumentException("-Resume needs -LogPath: the log of the run that is to be resumed."), "LogMissing", ErrorCategory.InvalidArgument, null);

    internal static CallerException NoLog(string path) => Thrown(
        new InvalidDataException($"'{path}' is no log, so -Resume can't tell by it what has been done, and nothing is appended to it. Give the file that -LogPath wrote before, or one that isn't there."),
        "NoLog", ErrorCategory.InvalidData, path);

    internal static CallerException LogNotOpened(string path, Exception exception) => Thrown(
        new IOException($"The log '{path}' can't be written: {exception.Message.TrimEnd('.')}.", exception), "FileOpenFailure", ErrorCategory.OpenError, path);

    internal static ErrorRecord WorkerCrashed(object? item, IReadOnlyList<WorkerCrash> crashes, int attempts)
    {
        var last = crashes[^1];
        if (last.HostLoss is { } loss)
        {
            return Of(
                new RemoteHostException(last.HostName!, RemoteHostFault.Unreachable, $"{loss} The worker {last.ProcessId} there ran this item. {Tried(attempts)}; the others go on."),
                "HostUnreachable", ErrorCategory.ConnectionError, item);
        }

        var message = crashes.Count == 1
            ? $"The worker {last.ProcessId} that ran this item died with {last.Status}. {Tried(attempts)}; the others go on.{Tail(last.Output)}"
            : $"{crashes.Count} workers that had this item died: {string.Join("; ", crashes.Select(static crash => $"{crash.ProcessId} with {crash.Status}{Tail(crash.Output)}"))}. "
                + $"{(attempts > 1 ? Tried(attempts) : "It is not tried again")}; the others go on.";
        return Of(new WorkerCrashedException(message, last.ProcessId, last.Status.Code), "WorkerCrashed", ErrorCategory.OperationStopped, item);
    }

    private static string Tried(int attempts) => attempts == 1 ? "The item was not repeated" : $"The item was tried {attempts} times";

    /// <summary>A time in a sentence, which is English whatever the user's culture.</summary>
    internal static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture) is var number and not "1" ? $"{number} seconds" : "1 second";
}
