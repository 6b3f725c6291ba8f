using System.Management.Automation;
using ProcConcurrency.Pools;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Values;
using ProcConcurrency.Worker;

namespace ProcConcurrency.Jobs;

/// <summary>
/// A run of a pool that goes on in the background: <c>Invoke-ProcPool -AsJob</c>. Its one child job has what all items wrote, to every
/// stream, in its order.
/// </summary>
/// <remarks>Thread-safe. One thread of its own drains the call; the cmdlet's adds to it.</remarks>
public sealed partial class ProcPoolJob : StreamsJob
{
    private readonly RecordLog _records;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _inputEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IPoolRun? _run;
    private string? _resumed;

    internal ProcPoolJob(string command, string location)
        : base(command, null, "A pool's run", "ProcPool")
    {
        Location = location;
        _records = new RecordLog(Streams);
        To = new CallOutput((stream, record) => Add(stream, record), error => Add(RecordStream.Error, error));
    }

    /// <summary>Where the call's records go.</summary>
    internal CallOutput To { get; }

    /// <inheritdoc/>
    public override bool HasMoreData => !_gone.Task.IsCompleted || !_records.IsEmpty;

    /// <inheritdoc/>
    public override string Location { get; }

    /// <inheritdoc/>
    public override string StatusMessage => string.Empty;

    /// <summary>Begins to take the run's results, and has the run from then on.</summary>
    /// <param name="run">The run.</param>
    /// <param name="logPath">The log that it resumes; null where it does not.</param>
    /// <exception cref="IOException">There is no thread for it; the run is still the caller's.</exception>
    internal void Follow(IPoolRun run, string? logPath)
    {
        _run = run;
        _resumed = logPath;
        Become(JobState.Running);
        PoolJobTable.Add(this);
        try
        {
            Background.Start("job of a pool's call", Run);
        }
        catch (IOException)
        {
            // There are too many threads: nobody would ever end it.
            PoolJobTable.Remove(this);
            _gone.TrySetResult();
            throw;
        }
    }

    /// <summary>No more inputs come.</summary>
    internal void EndInput()
    {
        _run!.Complete();
        _inputEnded.TrySetResult();
    }

    /// <summary>Begins to end it, where it runs; what this gives is done when it has ended.</summary>
    internal Task End()
    {
        if (!_ended.Task.IsCompleted)
        {
            Abort();
        }

        return _ended.Task;
    }

    /// <summary>Ends it, where it runs, and takes it off the session's table.</summary>
    /// <param name="disposing">True where it was called, not the finalizer.</param>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            PoolJobTable.Remove(this);
            if (_run is not null && !_gone.Task.IsCompleted)
            {
                // Not for its state: who removes a job when it has that may be called by the thread that sets it.
                Abort();
                _gone.Task.Wait();
            }
        }

        base.Dispose(disposing);
    }

    private void Run()
    {
        try
        {
            var state = TakeAll();
            Become(_stop.IsCancellationRequested ? JobState.Stopped : state);
        }
        catch (InvalidOperationException)
        {
            // It was removed meanwhile.
        }
        finally
        {
            _ended.TrySetResult();
        }
    }

    /// <summary>Takes what the call gives, to its end; gives the state that is the job's then.</summary>
    private JobState TakeAll()
    {
        var state = JobState.Completed;
        try
        {
            _run!.Follow(_stop.Token);
            if (_resumed is not null)
            {
                Add(RecordStream.Verbose, new VerboseRecord(PoolCall.Describe(_run.Skipped, _resumed)));
            }
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            state = JobState.Stopped;
        }
        catch (CallerException error)
        {
            Reason = error.Record.Exception;
            Add(RecordStream.Error, error.Record);
            state = JobState.Failed;
        }
        catch (Exception error)
        {
            Reason = error;
            Add(RecordStream.Error, ThrownError.RecordOf(error));
            state = JobState.Failed;
        }
        finally
        {
            // Whoever adds may be at it.
            try
            {
                _run!.Abort();
                _inputEnded.Task.Wait();
                _run.Dispose();
            }
            finally
            {
                _gone.TrySetResult();
            }
        }

        return state;
    }

    private void Abort()
    {
        _stop.Cancel();
        _run?.Abort();
        _inputEnded.TrySetResult();
    }

    private void Add(RecordStream stream, object? record) => _records.Add([new StreamRecord(stream, record)]);
}
