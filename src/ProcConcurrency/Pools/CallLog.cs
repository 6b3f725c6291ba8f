using ProcConcurrency.Runtime.Pools;

namespace ProcConcurrency.Pools;

/// <summary>A call's log, and what an earlier one says has been done.</summary>
/// <remarks>One thread adds, one drains.</remarks>
internal sealed class CallLog : IDisposable
{
    private readonly ResumeKey _keys;
    private readonly DoneItems? _done;
    private readonly AttemptLog _attempts;
    private long _skipped;

    /// <param name="path">The log's full path.</param>
    /// <param name="resumes">Whether what it says has been done is skipped.</param>
    /// <param name="keys">What items are known by.</param>
    /// <param name="taskTimeout">How long an attempt may run.</param>
    /// <exception cref="CallerException">The log can't be opened.</exception>
    internal CallLog(string path, bool resumes, ResumeKey keys, TimeSpan? taskTimeout)
    {
        _keys = keys;
        _done = resumes ? new DoneItems(path) : null;
        _attempts = new AttemptLog(path, taskTimeout);
    }

    /// <summary>How many inputs were skipped.</summary>
    internal long Skipped => Interlocked.Read(ref _skipped);

    /// <summary>Told of each attempt, inside the pool's lock.</summary>
    internal Action<TaskAttempt> OnAttempt => _attempts.Take;

    /// <summary>The item of an input; null where it has been done before.</summary>
    internal PoolItem? ItemOf(long index, object? input)
    {
        var key = _keys.Of(input);
        if (_done?.Take(key) == true)
        {
            Interlocked.Increment(ref _skipped);
            return null;
        }

        return new PoolItem(index, input) { Key = key, Text = LogLine.TextOf(input) };
    }

    internal void Refuse(PoolItem item, string error) => _attempts.Refuse(item, error);

    /// <summary>An item is over, and its errors have been decoded.</summary>
    internal void Tell() => _attempts.Tell();

    internal string? TakeWarning() => _attempts.TakeWarning();

    public void Dispose()
    {
        _attempts.Dispose();
        _keys.Dispose();
    }
}
