using System.IO.Pipes;
using System.Runtime.Versioning;

namespace ProcConcurrency.Runtime.Native;

/// <summary>What a child writes to its standard output and error, on Windows. One thread reads.</summary>
/// <param name="pipe">Asynchronous, so that closing it ends a read; owned from now on.</param>
[SupportedOSPlatform("windows")]
internal sealed unsafe class WindowsOutput(PipeStream pipe) : SequentialStream, IEndsWhenEmpty
{
    // What the child's own children go on writing must not hold up its end.
    private const int MostLooks = 5000;

    private volatile bool _closed;

    public override bool CanWrite => false;

    public override int Read(byte[] buffer, int offset, int count)
    {
        try
        {
            return pipe.Read(buffer, offset, count);
        }
        catch (Exception error) when (_closed && error is IOException or ObjectDisposedException or OperationCanceledException)
        {
            return 0;
        }
    }

    public void EndWhenEmpty()
    {
        try
        {
            for (var i = 0; i < MostLooks && HasData(); i++)
            {
                Thread.Sleep(1);
            }
        }
        catch (ObjectDisposedException)
        {
            // The reader has met the end, and closed it.
        }

        Dispose();
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _closed = true;
            pipe.Dispose();
        }

        base.Dispose(disposing);
    }

    private bool HasData()
    {
        uint available = 0;
        return Kernel32.PeekNamedPipe(pipe.SafePipeHandle, null, 0, null, &available, null) && available > 0;
    }
}
