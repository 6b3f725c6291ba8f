using Microsoft.Win32.SafeHandles;

namespace ProcConcurrency.Runtime.Pools;

/// <summary>
/// One temporary file. On Unix it has no name from the first moment on, and Windows deletes it with its last handle, so that nothing is
/// left of it however the process ends.
/// </summary>
/// <remarks>The lock of its <see cref="SpillFile"/> guards its counts. Its handle may be used by any thread that holds a place of it.</remarks>
internal sealed class SpillSegment : IDisposable
{
    private readonly FileStream _file;

    internal SpillSegment(string folder)
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

        _file = new FileStream(path, options);
        if (!OperatingSystem.IsWindows())
        {
            File.Delete(path);
        }
    }

    /// <summary>Where the next bytes go.</summary>
    internal long End { get; set; }

    /// <summary>How many places of it are wanted.</summary>
    internal int Held { get; set; }

    internal SafeFileHandle Handle => _file.SafeFileHandle;

    /// <summary>Begins anew.</summary>
    internal void Empty()
    {
        End = 0;
        _file.SetLength(0);
    }

    public void Dispose() => _file.Dispose();
}
