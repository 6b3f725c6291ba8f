using System.Collections.Concurrent;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Pools;

namespace ProcConcurrency.Pools;

/// <summary>
/// Writes a line for each attempt at an item to a call's log, on a thread of its own: the pool's lock, under which attempts are told,
/// waits for no disk.
/// <code>
/// the pool (inside its lock) -> Take -> queue -> thread: text of the first error -> a line -> file
/// the thread that drains     -> Tell, for errors that it took before the attempt's end -^
/// </code>
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class AttemptLog : IDisposable
{
    private const int MaxBytes = 64 * 1024;

    private readonly string _path;
    private readonly TimeSpan? _taskTimeout;
    private readonly AppendedFile _file;
    private readonly BlockingCollection<LogLine?> _queue = [];
    private readonly Thread _thread;

    // Of the thread: attempts whose errors somebody else has taken, and has not decoded yet; and lines on their way.
    private readonly List<LogLine> _waiting = [];
    private readonly MemoryStream _lines = new();
    private bool _hasFailed;
    private string? _warning;

    /// <param name="path">The file's full path.</param>
    /// <param name="taskTimeout">How long an attempt may run.</param>
    /// <exception cref="CallerException">It can't be opened.</exception>
    internal AttemptLog(string path, TimeSpan? taskTimeout)
    {
        _path = path;
        _taskTimeout = taskTimeout;
        try
        {
            _file = new AppendedFile(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw Errors.LogNotOpened(path, error);
        }

        _thread = Background.Start("log of a pool's call", Run, Warn);
    }

    /// <summary>An attempt has ended. Returns at once.</summary>
    internal void Take(TaskAttempt attempt) => Add(LogLine.Of(attempt, _taskTimeout));

    /// <summary>An input could not be sent.</summary>
    internal void Refuse(PoolItem item, string error) =>
        Add(new LogLine(item, ProcPoolStatus.Failed, 0, 0, null, TimeSpan.Zero, 1, error, []));

    /// <summary>An item's errors have been decoded.</summary>
    internal void Tell() => Add(null);

    /// <summary>Takes what the user should know, once: that the log can't be written; null where all is well.</summary>
    internal string? TakeWarning() => Interlocked.Exchange(ref _warning, null);

    /// <summary>Writes what is left, and closes the file.</summary>
    public void Dispose()
    {
        if (!_queue.IsAddingCompleted)
        {
            _queue.CompleteAdding();
            _thread.Join();
            _file.Dispose();
        }
    }

    private void Add(LogLine? line)
    {
        try
        {
            _queue.Add(line);
        }
        catch (InvalidOperationException)
        {
            // The call has been left, and its log closed.
        }
    }

    private void Run()
    {
        foreach (var first in _queue.GetConsumingEnumerable())
        {
            Put(first);
            while (_lines.Length < MaxBytes && _queue.TryTake(out var next))
            {
                Put(next);
            }

            WriteLines();
        }

        _waiting.ForEach(line => (line with { Error = line.Item.FirstError ?? "The item wrote an error." }).Write(_lines));
        WriteLines();
    }

    private void Put(LogLine? line)
    {
        if (line is null)
        {
            foreach (var known in _waiting.Where(static waiting => waiting.Item.FirstError is not null).ToArray())
            {
                _waiting.Remove(known);
                (known with { Error = known.Item.FirstError }).Write(_lines);
            }
        }
        else if (line.WantsError && (line.Item.FirstError ?? line.FindError()) is { } text)
        {
            (line with { Error = text }).Write(_lines);
        }
        else if (line.WantsError)
        {
            _waiting.Add(line);
        }
        else
        {
            line.Write(_lines);
        }
    }

    private void WriteLines()
    {
        try
        {
            if (_lines.Length > 0)
            {
                _file.Write(_lines.GetBuffer().AsSpan(0, (int)_lines.Length));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Warn(error);
        }
        finally
        {
            _lines.SetLength(0);
        }
    }

    /// <summary>Once: the run goes on, and so may its log when there is room again.</summary>
    private void Warn(Exception error)
    {
        if (!_hasFailed)
        {
            _hasFailed = true;
            _warning = $"The log '{_path}' can't be written: {error.Message.TrimEnd('.')}. The run goes on; what it does now may be missing there.";
        }
    }
}
