using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Worker;

/// <summary>
/// Sends what lies still: a thread that sleeps until it is roused, waits a moment for more to come, and flushes. While
/// nothing is written it wakes nobody.
/// </summary>
/// <remarks>Thread-safe.</remarks>
/// <param name="flush">Sends what is there; may wait. An <see cref="IOException"/> ends the thread: the parent is gone.</param>
internal sealed class LullFlusher(Action flush) : IDisposable
{
    /// <summary>How long a record may wait for the next.</summary>
    internal static readonly TimeSpan s_lull = TimeSpan.FromMilliseconds(5);

    private readonly AutoResetEvent _wanted = new(false);
    private Thread? _thread;
    private int _roused;
    private volatile bool _closed;

    /// <summary>Something lies there. Called under the lock that guards it.</summary>
    internal void Rouse()
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

    public void Dispose()
    {
        _closed = true;
        _wanted.Set();
    }

    private void Run()
    {
        try
        {
            while (true)
            {
                _wanted.WaitOne();
                if (_closed)
                {
                    return;
                }

                Thread.Sleep(s_lull);
                Volatile.Write(ref _roused, 0);
                flush();
            }
        }
        catch (IOException)
        {
            // The parent is gone; the reading thread ends this process.
        }
    }
}
