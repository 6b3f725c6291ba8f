namespace ProcConcurrency.Runtime.Pools;

/// <summary>
/// Results that have to wait for their turn and are too many for memory: in a temporary file that only this process can
/// open. On Unix it has no name from the first moment on, so that nothing is left of it however the process ends.
/// </summary>
/// <remarks>Thread-safe. What is written stands there until it is read, or nobody wants it any more.</remarks>
internal sealed class SpillFile(string folder) : IDisposable
{
    // Guards what follows. Nobody reads or writes the file's content under it.
    private readonly object _gate = new();
    private FileStream? _file;
    private long _end;
    private int _held;

    /// <summary>Writes some bytes; returns their place.</summary>
    /// <exception cref="IOException">The disk is full, or the folder can't be written to. Nothing is kept.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    internal long Write(ReadOnlySpan<byte> bytes)
    {
        FileStream file;
        long place;
        lock (_gate)
        {
            file = _file ??= Open();
            place = _end;
            _end += bytes.Length;
            _held++;
        }

        try
        {
            RandomAccess.Write(file.SafeFileHandle, bytes, place);
            return place;
        }
        catch
        {
            Release();
            throw;
        }
    }

    /// <summary>Reads what was written, and forgets it.</summary>
    /// <exception cref="IOException">The disk fails.</exception>
    internal byte[] Read(long place, int length)
    {
        var bytes = Peek(place, length);
        Release();
        return bytes;
    }

    /// <summary>Reads what was written, and leaves it there.</summary>
    /// <exception cref="IOException">The disk fails.</exception>
    internal byte[] Peek(long place, int length)
    {
        var bytes = new byte[length];
        var read = 0;
        while (read < length)
        {
            var count = RandomAccess.Read(_file!.SafeFileHandle, bytes.AsSpan(read), place + read);
            read += count > 0 ? count : throw new EndOfStreamException("The temporary file of a pool's results was cut short.");
        }

        return bytes;
    }

    public void Dispose() => _file?.Dispose();

    private FileStream Open()
    {
        var path = Path.Combine(folder, $"proc-results-{Guid.NewGuid():n}");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Delete,
            BufferSize = 0,
            Options = FileOptions.DeleteOnClose,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var file = new FileStream(path, options);
        if (!OperatingSystem.IsWindows())
        {
            File.Delete(path);
        }

        return file;
    }

    /// <summary>Some of what was written is not wanted any more.</summary>
    internal void Release()
    {
        lock (_gate)
        {
            if (--_held == 0)
            {
                // Nothing of it is wanted any more: the disk gets its room back.
                _end = 0;
                _file!.SetLength(0);
            }
        }
    }
}
