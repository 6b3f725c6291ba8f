using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Channels;

/// <summary>
/// Sends what lies still: a thread that sleeps until it is roused, waits a moment for more to come, and flushes. While
/// nothing is written it wakes nobody.
/// </summary>
/// <remarks>Thread-safe.</remarks>
/// <param name="flush">
/// Sends what is there; may wait. An <see cref="IOException"/> ends the thread: nobody is left to send to. Whatever else it throws is
/// told, and the next lull is tried again.
/// </param>
public sealed class LullFlusher(Action flush) : IDisposable
{
    /// <summary>How long a record may wait for the next.</summary>
    public static readonly TimeSpan Lull = TimeSpan.FromMilliseconds(5);

    private readonly AutoResetEvent _wanted = new(false);
    private Thread? _thread;
    private int _roused;
    private volatile bool _closed;

    /// <summary>Something lies there. Called under the lock that guards it, which <c>flush</c> takes too.</summary>
    public void Rouse()
    {
        if (Interlocked.Exchange(ref _roused, 1) != 0)
        {
            return;
        }

        try
        {
            _thread ??= Background.Start("records", Run);
            _wanted.Set();
        }
        catch (IOException)
        {
            // Too many threads: nobody would send it later.
            _roused = 0;
            flush();
        }
    }

    /// <summary>Ends the thread, without waiting for it.</summary>
    public void Dispose()
    {
        _closed = true;
        _wanted.Set();
    }

    private void Run()
    {
        do
        {
            _wanted.WaitOne();
            if (_closed)
            {
                return;
            }

            Thread.Sleep(Lull);
            Volatile.Write(ref _roused, 0);
        }
        while (TryFlush());
    }

    /// <summary>False where whoever it sends to is gone, which the reading thread tells.</summary>
    private bool TryFlush()
    {
        var isThere = true;
        Background.Run("records", () =>
        {
            try
            {
                flush();
            }
            catch (IOException)
            {
                isThere = false;
            }
        });
        return isThere;
    }
}
