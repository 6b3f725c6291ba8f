using System.Runtime.Versioning;
using System.Security.AccessControl;
using Microsoft.Win32.SafeHandles;

namespace ProcConcurrency.Runtime.Native;

/// <summary>
/// A file that several processes append to: each write goes to the end that the file has at that moment, as one, so that lines of
/// two writers don't mix. .NET's own <see cref="FileMode.Append"/> only begins at the end, and then writes where it believes to be.
/// </summary>
/// <remarks>Of one thread.</remarks>
public sealed class AppendedFile : IDisposable
{
    // One of the two: .NET can open such a file on Windows alone.
    private readonly SafeFileHandle? _handle;
    private readonly FileStream? _stream;

    // Whether what is there ends within a line: whoever wrote it was ended, or had no room for the rest.
    private bool _isTorn;

    /// <summary>Opens a file, or makes it.</summary>
    /// <param name="path">Its full path.</param>
    /// <exception cref="IOException">It can't be had.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not write to it.</exception>
    public AppendedFile(string path)
    {
        // Made, and checked, with .NET's own errors, which say what is wrong.
        using (var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete))
        {
            if (file.CanSeek && file.Length > 0)
            {
                file.Seek(-1, SeekOrigin.End);
                _isTorn = file.ReadByte() is not (-1 or '\n');
            }
        }

        if (OperatingSystem.IsWindows())
        {
            _stream = OpenToAppend(path);
        }
        else
        {
            _handle = LibC.OpenToAppend(path);
        }
    }

    /// <summary>Appends whole lines.</summary>
    /// <exception cref="IOException">There is no room for them, or the file is gone.</exception>
    public void Write(ReadOnlySpan<byte> lines)
    {
        if (_isTorn)
        {
            WriteAll([(byte)'\n', .. lines]);
        }
        else
        {
            WriteAll(lines);
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        _handle?.Dispose();
        _stream?.Dispose();
    }

    [SupportedOSPlatform("windows")]
    private static FileStream OpenToAppend(string path) => new FileInfo(path).Create(
        FileMode.Append, FileSystemRights.AppendData, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1, FileOptions.None, fileSecurity: null);

    private void WriteAll(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var written = _handle is null ? Append(bytes) : LibC.Append(_handle, bytes);
            _isTorn = bytes[..written] is not [.., (byte)'\n'];
            bytes = bytes[written..];
        }
    }

    private int Append(ReadOnlySpan<byte> bytes)
    {
        _stream!.Write(bytes);
        _stream.Flush();
        return bytes.Length;
    }
}
