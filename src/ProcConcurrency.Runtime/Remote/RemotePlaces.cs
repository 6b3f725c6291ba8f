using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Remote;

/// <summary>
/// As <see cref="Processes.StartPlace"/>, for the processors of another machine: places among the children that come up there at this
/// moment. One that is held for long counts no more, so that no start waits for ever for another.
/// </summary>
/// <remarks>Thread-safe.</remarks>
/// <param name="count">How many may come up at a time.</param>
internal sealed class RemotePlaces(int count) : IDisposable
{
    private static readonly TimeSpan s_lease = TimeSpan.FromSeconds(15);

    private readonly SemaphoreSlim _free = new(count + 1);

    /// <summary>Waits for a place.</summary>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    internal IDisposable Take(CancellationToken canceled)
    {
        _free.Wait(canceled);
        return new Place(_free);
    }

    public void Dispose() => _free.Dispose();

    private sealed class Place : IDisposable
    {
        private readonly SemaphoreSlim _free;
        private readonly BackgroundTimer _lease;
        private int _disposed;

        internal Place(SemaphoreSlim free)
        {
            _free = free;
            _lease = Background.Timer("far start", Dispose);
            _lease.Set(s_lease);
        }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                _lease.Dispose();
                _free.Release();
            }
        }
    }
}
