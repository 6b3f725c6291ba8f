using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace ProcConcurrency.Runtime.Native;

/// <summary>
/// Memory that other processes of the same user can map by its address. On Linux it is a file that only exists in memory and
/// has no name, found through its owner's descriptors, so that nothing is left over whichever way the owner ends. On Windows
/// it is a mapping with a random name; elsewhere a file in the user's temporary folder, deleted with its owner.
/// </summary>
internal sealed class SharedMemory : IDisposable
{
    private readonly IDisposable _owner;
    private readonly string? _file;

    private SharedMemory(string address, IDisposable owner, string? file)
    {
        Address = address;
        _owner = owner;
        _file = file;
    }

    /// <summary>How others find it, while this lives.</summary>
    internal string Address { get; }

    /// <summary>Makes a piece of memory, all zeros.</summary>
    /// <param name="size">Bytes.</param>
    /// <exception cref="IOException">There is not that much.</exception>
    internal static SharedMemory Create(long size)
    {
        if (OperatingSystem.IsLinux())
        {
            return CreateUnnamed(size);
        }

        if (OperatingSystem.IsWindows())
        {
            var name = $"Local\\ProcConcurrency-{Guid.NewGuid():N}";
            return new SharedMemory("name:" + name, MemoryMappedFile.CreateNew(name, size), null);
        }

        var path = Path.Combine(Path.GetTempPath(), $"procconcurrency-{Guid.NewGuid():N}");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite | FileShare.Delete, PreallocationSize = size,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        var stream = new FileStream(path, options);
        stream.SetLength(size);
        return new SharedMemory("file:" + path, stream, path);
    }

    /// <summary>Maps memory that this or another process made.</summary>
    /// <exception cref="IOException">It is gone.</exception>
    internal static MemoryMappedFile Map(string address)
    {
        var target = address[(address.IndexOf(':', StringComparison.Ordinal) + 1)..];
        if (address.StartsWith("name:", StringComparison.Ordinal) && OperatingSystem.IsWindows())
        {
            return MemoryMappedFile.OpenExisting(target);
        }

        var stream = new FileStream(target, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        return MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false);
    }

    /// <summary>Gives it up; whoever has mapped it keeps it until they let go.</summary>
    public void Dispose()
    {
        _owner.Dispose();
        if (_file is not null)
        {
            File.Delete(_file);
        }
    }

    private static SharedMemory CreateUnnamed(long size)
    {
        var handle = new SafeFileHandle(LibC.CreateMemoryFile(), ownsHandle: true);
        try
        {
            RandomAccess.SetLength(handle, size);
        }
        catch
        {
            handle.Dispose();
            throw;
        }

        return new SharedMemory($"file:/proc/{Environment.ProcessId}/fd/{handle.DangerousGetHandle()}", handle, null);
    }
}
