using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ProcConcurrency.Runtime.Native;

/// <summary>Files that several processes append to.</summary>
internal static unsafe partial class LibC
{
    private const int WriteOnly = 1;

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint write(SafeFileHandle file, byte* bytes, nuint length);

    /// <summary>Opens a file that is there, so that every write goes to its end.</summary>
    /// <exception cref="IOException">The system refuses it.</exception>
    internal static SafeFileHandle OpenToAppend(string path)
    {
        var append = OperatingSystem.IsLinux() ? 0x400 | LinuxCloseOnExec : 0x8 | 0x1000000;
        var descriptor = open(path, WriteOnly | append);
        return descriptor >= 0
            ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw new IOException($"{Marshal.GetLastPInvokeErrorMessage()}: '{path}'");
    }

    /// <summary>Writes to such a file in one call.</summary>
    /// <returns>How many bytes were written; fewer where there was no room for more.</returns>
    /// <exception cref="IOException">None could be.</exception>
    internal static int Append(SafeFileHandle file, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            while (true)
            {
                var written = write(file, first, (nuint)bytes.Length);
                if (written >= 0)
                {
                    return (int)written;
                }

                if (Marshal.GetLastPInvokeError() != Interrupted)
                {
                    throw new IOException(Marshal.GetLastPInvokeErrorMessage());
                }
            }
        }
    }
}
