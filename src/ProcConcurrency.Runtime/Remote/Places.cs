using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Remote;

/// <summary>So many at a time: who comes later waits until one of those before gives its place back.</summary>
/// <remarks>Thread-safe.</remarks>
/// <param name="count">How many.</param>
/// <param name="lease">After how long a place that is still held counts no more, so that nobody waits for ever; null for never.</param>
public sealed class Places(int count, TimeSpan? lease = null) : IDisposable
{
    private readonly SemaphoreSlim _free = new(count);

    /// <summary>Waits for a place; dispose gives it back, and a second call does nothing.</summary>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    internal IDisposable Take(CancellationToken canceled)
    {
        _free.Wait(canceled);
        return new Place(_free, lease);
    }

    /// <summary>Nobody has a place, or will ask for one.</summary>
    public void Dispose() => _free.Dispose();

    private sealed class Place : IDisposable
    {
        private readonly SemaphoreSlim _free;
        private readonly BackgroundTimer? _lease;
        private int _disposed;

        internal Place(SemaphoreSlim free, TimeSpan? lease)
        {
            _free = free;
            if (lease is { } time)
            {
                _lease = Background.Timer("lease of a place", Dispose);
                _lease.Set(time);
            }
        }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                _lease?.Dispose();
                _free.Release();
            }
        }
    }
}
