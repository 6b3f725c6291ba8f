namespace ProcConcurrency.Pools;

/// <summary>A run of Invoke-ProcPool, as its cmdlet, or the job that goes on with it, sees it.</summary>
internal interface IPoolRun : IDisposable
{
    /// <summary>How many inputs were skipped, because the log says that they have been done.</summary>
    long Skipped { get; }

    /// <summary>No more inputs come.</summary>
    void Complete();

    /// <summary>Writes all that is still to come, until another thread has said that no more inputs come.</summary>
    /// <exception cref="CallerException">It can't go on, or too many failed.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    void Follow(CancellationToken canceled);

    /// <summary>Takes the progress bar away where the run ends early.</summary>
    void HideProgress();

    /// <summary>Ends what is left of it: from outside, while its threads may hang in whatever they write to.</summary>
    void Abort();
}
