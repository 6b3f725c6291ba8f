using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ProcConcurrency.Runtime.Native;

/// <summary>
/// Memory that other processes can map. On Linux it is a file that only exists in memory and is in no folder, so that nothing is
/// left over whichever way the owner ends: others get its descriptor, or where no descriptor can be sent, find it through its
/// owner's and see by its random name that it is the one. On Windows it is a mapping with a random name; elsewhere a file in the
/// user's temporary folder, deleted with its owner.
/// </summary>
internal sealed class SharedMemory : IDisposable
{
    private const string NamePrefix = "procconcurrency-";
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

    /// <summary>What others map it by, where one can be sent to them; else null. It stays the memory's.</summary>
    internal SafeHandle? Descriptor => _owner as SafeFileHandle;

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
            var name = $"Local\\{NamePrefix}{Guid.NewGuid():N}";
            return new SharedMemory("name:" + name, MemoryMappedFile.CreateNew(name, size), null);
        }

        var path = Path.Combine(Path.GetTempPath(), $"{NamePrefix}{Guid.NewGuid():N}");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite | FileShare.Delete, PreallocationSize = size,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        var stream = new FileStream(path, options);
        stream.SetLength(size);
        return new SharedMemory("file:" + path, stream, path);
    }

    /// <summary>Maps memory by its descriptor, which is used up.</summary>
    internal static MemoryMappedFile Map(DescriptorHandle descriptor) => Map(new SafeFileHandle(descriptor.Release(), ownsHandle: true));

    /// <summary>Maps memory that this or another process made.</summary>
    /// <exception cref="IOException">It is gone.</exception>
    internal static MemoryMappedFile Map(string address)
    {
        var parts = address.Split(':', 3);
        if (parts[0] == "name" && OperatingSystem.IsWindows())
        {
            return MemoryMappedFile.OpenExisting(parts[1]);
        }

        var file = File.OpenHandle(parts[1], FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        if (parts.Length > 2 && new FileInfo($"/proc/self/fd/{file.DangerousGetHandle()}").LinkTarget != $"/memfd:{parts[2]} (deleted)")
        {
            // The owner has closed it, and the number is another file's by now.
            file.Dispose();
            throw new IOException("Its owner has given it up.");
        }

        return Map(file);
    }

    /// <summary>Releases it; a process that has mapped it keeps it until it unmaps it.</summary>
    public void Dispose()
    {
        _owner.Dispose();
        if (_file is not null)
        {
            File.Delete(_file);
        }
    }

    private static MemoryMappedFile Map(SafeFileHandle file)
    {
        try
        {
            return MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static SharedMemory CreateUnnamed(long size)
    {
        var name = $"{NamePrefix}{Guid.NewGuid():N}";
        var handle = new SafeFileHandle(LibC.CreateMemoryFile(name), ownsHandle: true);
        try
        {
            RandomAccess.SetLength(handle, size);
        }
        catch
        {
            handle.Dispose();
            throw;
        }

        return new SharedMemory($"file:/proc/{Environment.ProcessId}/fd/{handle.DangerousGetHandle()}:{name}", handle, null);
    }
}
