using System.IO.Pipes;
using Microsoft.Win32.SafeHandles;

namespace ProcConcurrency.Runtime.Native;

/// <summary>
/// Two one-way pipes as one stream. Windows lets one call at a time into a synchronous handle: with a single duplex pipe,
/// a write would wait until the read before it has got something, and both ends could wait for each other.
/// </summary>
/// <remarks>
/// <para>One thread reads, while one at a time writes. Any thread closes.</para>
/// <para>
/// Closing a handle doesn't end a call that is blocked in it, and the handle isn't really closed before that call returns.
/// So <see cref="Dispose(bool)"/> cancels what is under way. A call that is about to begin can't be cancelled yet: a thread
/// that has looked at <see cref="_closed"/> is counted, and is cancelled again until its call has returned.
/// </para>
/// </remarks>
internal sealed class DuplexPipe : SequentialStream, IEndsWhenEmpty
{
    // A driver may refuse to cancel; then the handles are closed when the blocked call returns, and nobody waits for it.
    private const int MostTries = 200;

    private readonly PipeStream _input;
    private readonly PipeStream _output;
    private readonly Action<SafePipeHandle> _cancel;
    private readonly Func<SafePipeHandle, bool> _hasData;
    private int _reading;
    private int _writing;
    private int _closed;
    private int _farEndGone;

    /// <summary>Joins the two.</summary>
    /// <param name="input">Read from; owned from now on, as <paramref name="output"/> is.</param>
    /// <param name="output">Written to.</param>
    /// <param name="cancel">Makes calls fail that are blocked in a handle in other threads.</param>
    /// <param name="hasData">Whether a handle that nobody reads from at the moment has something to be read.</param>
    internal DuplexPipe(PipeStream input, PipeStream output, Action<SafePipeHandle> cancel, Func<SafePipeHandle, bool> hasData)
    {
        _input = input;
        _output = output;
        _cancel = cancel;
        _hasData = hasData;
    }

    public override bool CanWrite => true;

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        while (true)
        {
            Enter(ref _reading);
            try
            {
                return Volatile.Read(ref _farEndGone) == 0 || _hasData(_input.SafePipeHandle) ? _input.Read(buffer) : 0;
            }
            catch (Exception error) when (WasCancelled(error))
            {
                // Of the two who cancel, Dispose is met by Enter; the other only wants us to look whether there is more.
            }
            finally
            {
                Interlocked.Decrement(ref _reading);
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Enter(ref _writing);
        try
        {
            // The other side would take an empty write for the end.
            if (buffer.Length > 0)
            {
                _output.Write(buffer);
            }
        }
        catch (Exception error) when (WasCancelled(error))
        {
            throw new ObjectDisposedException(nameof(DuplexPipe));
        }
        finally
        {
            Interlocked.Decrement(ref _writing);
        }
    }

    /// <summary>
    /// Says that the process at the other end is gone: reading goes on to the last byte and then ends, also where a stray
    /// copy of that end, which some other process has inherited, would keep it waiting.
    /// </summary>
    public void EndWhenEmpty()
    {
        Interlocked.Exchange(ref _farEndGone, 1);
        CancelWhileIn(_input, ref _reading);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _closed, 1) == 0)
        {
            CancelWhileIn(_input, ref _reading);
            CancelWhileIn(_output, ref _writing);
            _input.Dispose();
            _output.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Enter(ref int inside)
    {
        Interlocked.Increment(ref inside);
        if (Volatile.Read(ref _closed) != 0)
        {
            Interlocked.Decrement(ref inside);
            throw new ObjectDisposedException(nameof(DuplexPipe));
        }
    }

    private void CancelWhileIn(PipeStream pipe, ref int inside)
    {
        try
        {
            for (var i = 0; i < MostTries && Volatile.Read(ref inside) != 0; i++)
            {
                _cancel(pipe.SafePipeHandle);
                Thread.Sleep(1);
            }
        }
        catch (ObjectDisposedException)
        {
            // Dispose was quicker.
        }
    }

    /// <summary>ERROR_OPERATION_ABORTED, in either form that .NET gives it; or closed under us.</summary>
    private bool WasCancelled(Exception error) =>
        error is OperationCanceledException or IOException { HResult: unchecked((int)0x800703E3) }
        || (error is IOException or ObjectDisposedException or InvalidOperationException && Volatile.Read(ref _closed) != 0);
}
