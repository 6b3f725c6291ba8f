using System.Runtime.InteropServices;
using System.Text;

namespace ProcConcurrency.Runtime.Native;

/// <summary>
/// The few calls into the C library that .NET has no class for, by the names that it gives them. Values are those of Linux and macOS alike
/// unless said.
/// </summary>
internal static unsafe partial class LibC
{
    internal const int SigKill = 9;
    internal const int SigTerm = 15;

    /// <summary>Lets a stopped process go on.</summary>
    internal static readonly int s_sigContinue = OperatingSystem.IsLinux() ? 18 : 19;

    private const string Library = "libc";
    private const int AddressFamilyUnix = 1;
    private const int SocketStream = 1;
    private const int LinuxCloseOnExec = 0x80000;
    private const int SetDescriptorFlags = 2;
    private const int CloseOnExec = 1;
    private const int Interrupted = 4;

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int kill(int processId, int signal);

    [LibraryImport(Library)]
    internal static partial int close(int descriptor);

    [LibraryImport(Library)]
    internal static partial nint signal(int signal, nint handler);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int setenv(string name, string value, int overwrite);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int unsetenv(string name);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int socketpair(int domain, int type, int protocol, int* descriptors);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int fcntl(int descriptor, int command, nint argument);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int memfd_create(string name, uint flags);

    [LibraryImport(Library, SetLastError = true)]
    private static partial byte* mkdtemp(byte* template);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int fcntl(
        int descriptor, int command, nint a, nint b, nint c, nint d, nint e, nint f, nint argument);

    // fcntl is variadic, and Apple's arm64 convention passes variadic arguments on the stack: fill the eight registers first.
    private static int Control(int descriptor, int command, nint argument) => s_isMac && RuntimeInformation.ProcessArchitecture == Architecture.Arm64
        ? fcntl(descriptor, command, 0, 0, 0, 0, 0, 0, argument)
        : fcntl(descriptor, command, argument);

    /// <summary>Makes two connected Unix sockets that no program started meanwhile inherits.</summary>
    internal static (int Ours, int Theirs) CreateSocketPair()
    {
        var descriptors = stackalloc int[2];
        var type = OperatingSystem.IsLinux() ? SocketStream | LinuxCloseOnExec : SocketStream;
        if (socketpair(AddressFamilyUnix, type, 0, descriptors) != 0)
        {
            throw ShortageException.ToException(Marshal.GetLastPInvokeError(), $"No socket pair could be made: {Marshal.GetLastPInvokeErrorMessage()}.");
        }

        if (!OperatingSystem.IsLinux())
        {
            SetCloseOnExec(descriptors[0]);
            SetCloseOnExec(descriptors[1]);
        }

        return (descriptors[0], descriptors[1]);
    }

    /// <summary>Makes a new folder that only its user can enter.</summary>
    /// <param name="template">Its path; the last six letters, all X, become others.</param>
    internal static string CreateFolder(string template)
    {
        var path = Encoding.UTF8.GetBytes(template + '\0');
        fixed (byte* start = path)
        {
            return mkdtemp(start) is not null
                ? Encoding.UTF8.GetString(path.AsSpan(..^1))
                : throw new IOException($"{Marshal.GetLastPInvokeErrorMessage()}.");
        }
    }

    /// <summary>Makes a file that exists in memory alone; its name is only shown. Linux only.</summary>
    internal static int CreateMemoryFile(string name)
    {
        const uint CloseOnExecution = 1;
        var descriptor = memfd_create(name, CloseOnExecution);
        return descriptor >= 0 ? descriptor : throw new IOException($"No shared memory could be made: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    /// <summary>Keeps a descriptor from the programs that this process starts.</summary>
    internal static void SetCloseOnExec(int descriptor) => Control(descriptor, SetDescriptorFlags, CloseOnExec);
}
