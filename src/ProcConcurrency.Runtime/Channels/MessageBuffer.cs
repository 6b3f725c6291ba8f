namespace ProcConcurrency.Runtime.Channels;

/// <summary>
/// A large message while its frames come in. It grows with the bytes that have really come.
/// </summary>
internal sealed class MessageBuffer : IDisposable
{
    private byte[] _bytes = [];
    private int _length;

    internal ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public void Dispose()
    {
        Recycle();
        _bytes = [];
        _length = 0;
    }

    internal void Write(ReadOnlySpan<byte> part)
    {
        if (_bytes.Length - _length < part.Length)
        {
            var larger = SpareArrays.Rent(Math.Max(checked(_length + part.Length), (int)Math.Min(2L * _length, Array.MaxLength)));
            Written.CopyTo(larger);
            Recycle();
            _bytes = larger;
        }

        part.CopyTo(_bytes.AsSpan(_length));
        _length += part.Length;
    }

    private void Recycle()
    {
        if (_bytes.Length > 0)
        {
            SpareArrays.Recycle(_bytes);
        }
    }
}
