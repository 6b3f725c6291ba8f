namespace ProcConcurrency.Runtime.Native;

/// <summary>Two one-way streams as one: standard input and output, say.</summary>
/// <remarks>One thread reads, while one at a time writes. Closing doesn't end a call that is blocked in one of them.</remarks>
internal sealed class JoinedStream(Stream input, Stream output) : SequentialStream
{
    public override bool CanWrite => true;

    public override int Read(byte[] buffer, int offset, int count) => input.Read(buffer, offset, count);

    public override int Read(Span<byte> buffer) => input.Read(buffer);

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        output.Write(buffer);
        output.Flush();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            output.Dispose();
            input.Dispose();
        }

        base.Dispose(disposing);
    }
}
