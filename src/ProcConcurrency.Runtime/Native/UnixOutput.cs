using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace ProcConcurrency.Runtime.Native;

/// <summary>A stream whose other end may stay open in processes that don't matter.</summary>
internal interface IEndsWhenEmpty
{
    /// <summary>How often is looked at most, 1 ms apart: what the child's own children go on writing must not hold up its end.</summary>
    internal const int MostLooks = 5000;

    /// <summary>Says that no process that matters writes any more: reading goes on to the last byte that is there, and then ends.</summary>
    void EndWhenEmpty();
}

/// <summary>What a child writes to its standard output and error, on Linux and macOS. One thread reads.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class UnixOutput(int descriptor) : SequentialStream, IEndsWhenEmpty
{
    private readonly DescriptorHandle _socket = new(descriptor);

    public override bool CanWrite => false;

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var read = LibC.Receive(_socket, buffer);
        return read >= 0 ? read : throw new IOException($"The output failed: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    public void EndWhenEmpty() => LibC.EndReceivingWhenEmpty(_socket);

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            LibC.ShutDown(_socket);
            _socket.Dispose();
        }

        base.Dispose(disposing);
    }
}
