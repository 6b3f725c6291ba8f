using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ProcConcurrency.Runtime.Native;

/// <summary>Files that several processes append to, and whose a folder is.</summary>
internal static unsafe partial class LibC
{
    private const int WriteOnly = 1;

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint write(SafeFileHandle file, byte* bytes, nuint length);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint mask, uint* result);

    [LibraryImport(Library)]
    private static partial uint geteuid();

    /// <summary>Whether a path is a folder, and no link to one, that is this user's and open to nobody else. Linux only.</summary>
    internal static bool IsPrivateFolder(string path)
    {
        const int Here = -100;
        const int NoFollow = 0x100;
        const uint TypeModeAndOwner = 0xB;
        const int OwnFolder = 0x41C0;

        // The owner is at byte 20, type and mode are two bytes at 28.
        var result = stackalloc uint[64];
        return statx(Here, path, NoFollow, TypeModeAndOwner, result) == 0 && result[5] == geteuid() && *(ushort*)(result + 7) == OwnFolder;
    }

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
