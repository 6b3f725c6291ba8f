using System.IO.Pipes;
using System.Runtime.Versioning;

namespace ProcConcurrency.Runtime.Native;

/// <summary>What a child writes to its standard output and error, on Windows. One thread reads.</summary>
/// <param name="pipe">Asynchronous, so that closing it ends a read; owned from now on.</param>
[SupportedOSPlatform("windows")]
internal sealed class WindowsOutput(PipeStream pipe) : SequentialStream, IEndsWhenEmpty
{
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
            for (var i = 0; i < IEndsWhenEmpty.MostLooks && Kernel32.HasData(pipe.SafePipeHandle); i++)
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
}
