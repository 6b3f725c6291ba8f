using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Remote;

/// <summary>So many at a time: who comes later waits until one of those before gives its place back.</summary>
/// <remarks>Thread-safe.</remarks>
/// <param name="count">How many.</param>
/// <param name="lease">After how long a place that is still held counts no more, so that nobody waits for ever; null for never.</param>
public sealed class Places(int count, TimeSpan? lease = null) : IDisposable
{
    // A host that is there is mostly connected to by then. One that says nothing costs this machine little, and may do so for long.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    private readonly SemaphoreSlim _free = new(count);

    /// <summary>Raised, on any thread, when a place is given back: who looks then may find it gone.</summary>
    internal event Action? Freed;

    private TimeSpan? Lease => lease;

    /// <summary>For so many hosts that are connected to at a time. Dead ones keep the others back for seconds, not for their time limit.</summary>
    /// <param name="count">How many.</param>
    public static Places ForHosts(int count) => new(count, s_patience);

    /// <summary>Waits for a place; dispose gives it back, and a second call does nothing.</summary>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    internal IDisposable Take(CancellationToken canceled)
    {
        _free.Wait(canceled);
        return new Place(this);
    }

    /// <summary>Takes a place that is free at this moment; null where none is.</summary>
    internal IDisposable? TryTake() => _free.Wait(0) ? new Place(this) : null;

    /// <summary>Nobody has a place, or will ask for one.</summary>
    public void Dispose() => _free.Dispose();

    private void Free()
    {
        _free.Release();
        Freed?.Invoke();
    }

    private sealed class Place : IDisposable
    {
        private readonly Places _places;
        private readonly BackgroundTimer? _lease;
        private int _disposed;

        internal Place(Places places)
        {
            _places = places;
            if (places.Lease is { } time)
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
                _places.Free();
            }
        }
    }
}
