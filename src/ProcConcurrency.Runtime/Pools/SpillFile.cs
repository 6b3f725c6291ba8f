namespace ProcConcurrency.Runtime.Pools;

/// <summary>
/// Results that have to wait for their turn and are too many for memory: in temporary files that only this process can open. A file
/// takes some megabytes, then the next one begins; it goes when nobody wants anything of it any more, so that a pool which lives for
/// days holds on the disk about what waits now, and not all that ever waited.
/// </summary>
/// <remarks>Thread-safe. What is written stands there until it is read, or nobody wants it any more.</remarks>
internal sealed class SpillFile(string folder) : IDisposable
{
    /// <summary>How much goes into one file: the least that one small result can keep on the disk.</summary>
    internal const long SegmentSize = 16L * 1024 * 1024;

    // Guards what follows, and the counts of all segments. Nobody reads or writes a file's content under it.
    private readonly object _gate = new();
    private SpillSegment? _current;
    private bool _isDisposed;

    /// <summary>Writes some bytes; returns their place.</summary>
    /// <exception cref="IOException">The disk is full, or the folder can't be written to. Nothing is kept.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    internal SpillPlace Write(ReadOnlySpan<byte> bytes)
    {
        SpillPlace place;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_current is null || _current.End >= SegmentSize)
            {
                // The full one is held by what is in it, and goes with the last of that.
                _current = new SpillSegment(folder);
            }

            place = new SpillPlace(_current, _current.End);
            _current.End += bytes.Length;
            _current.Held++;
        }

        try
        {
            RandomAccess.Write(place.Segment.Handle, bytes, place.Offset);
            return place;
        }
        catch
        {
            Release(place);
            throw;
        }
    }

    /// <summary>Reads what was written, and lets it go.</summary>
    /// <exception cref="IOException">The disk fails.</exception>
    internal byte[] Read(SpillPlace place, int length)
    {
        try
        {
            var bytes = new byte[length];
            var read = 0;
            while (read < length)
            {
                var count = RandomAccess.Read(place.Segment.Handle, bytes.AsSpan(read), place.Offset + read);
                read += count > 0 ? count : throw new EndOfStreamException("The temporary file of a pool's results was cut short.");
            }

            return bytes;
        }
        finally
        {
            Release(place);
        }
    }

    /// <summary>One more wants what stands at a place.</summary>
    internal void Hold(SpillPlace place)
    {
        lock (_gate)
        {
            place.Segment.Held++;
        }
    }

    /// <summary>One fewer wants what stands at a place.</summary>
    internal void Release(SpillPlace place)
    {
        lock (_gate)
        {
            if (--place.Segment.Held > 0)
            {
                return;
            }

            // Nothing of it is wanted any more: the disk gets its room back.
            if (place.Segment == _current && !_isDisposed)
            {
                _current.Empty();
            }
            else
            {
                place.Segment.Dispose();
            }
        }
    }

    /// <summary>Takes no more. What is still wanted can be read: a task keeps its results longer than its pool lives.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            if (_current is { Held: 0 })
            {
                _current.Dispose();
            }
        }
    }
}

/// <summary>Where something stands.</summary>
/// <param name="Segment">In which file.</param>
/// <param name="Offset">From where on.</param>
internal readonly record struct SpillPlace(SpillSegment Segment, long Offset);
