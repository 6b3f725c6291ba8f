using System.Runtime.InteropServices;

namespace ProcConcurrency.Runtime.Native;

/// <summary>The few calls into the C library that .NET has no class for. Values are those of Linux and macOS alike unless said.</summary>
internal static unsafe partial class LibC
{
    internal const int SigInt = 2;
    internal const int SigKill = 9;
    internal const int SigTerm = 15;
    internal const short SpawnSetProcessGroup = 0x02;
    internal const short SpawnSetSignalDefaults = 0x04;
    internal const short SpawnSetSignalMask = 0x08;

    private const string Library = "libc";
    private const int AddressFamilyUnix = 1;
    private const int SocketStream = 1;
    private const int LinuxCloseOnExec = 0x80000;
    private const int SetDescriptorFlags = 2;
    private const int CloseOnExec = 1;

    [LibraryImport(Library, EntryPoint = "kill", SetLastError = true)]
    internal static partial int Kill(int processId, int signal);

    [LibraryImport(Library, EntryPoint = "close")]
    internal static partial int Close(int descriptor);

    [LibraryImport(Library, EntryPoint = "signal")]
    internal static partial nint Signal(int signal, nint handler);

    [LibraryImport(Library, EntryPoint = "geteuid")]
    internal static partial uint EffectiveUserId();

    [LibraryImport(Library, EntryPoint = "posix_spawn")]
    internal static partial int Spawn(out int processId, byte* path, void* fileActions, void* attributes, byte** arguments, byte** environment);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_init")]
    internal static partial int AttributesInit(void* attributes);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_destroy")]
    internal static partial int AttributesDestroy(void* attributes);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setflags")]
    internal static partial int AttributesSetFlags(void* attributes, short flags);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setpgroup")]
    internal static partial int AttributesSetGroup(void* attributes, int processGroup);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setsigdefault")]
    internal static partial int AttributesSetSignalDefaults(void* attributes, void* signals);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setsigmask")]
    internal static partial int AttributesSetSignalMask(void* attributes, void* signals);

    [LibraryImport(Library, EntryPoint = "sigfillset")]
    internal static partial int SignalSetFill(void* signals);

    [LibraryImport(Library, EntryPoint = "sigemptyset")]
    internal static partial int SignalSetEmpty(void* signals);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_init")]
    internal static partial int ActionsInit(void* actions);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_destroy")]
    internal static partial int ActionsDestroy(void* actions);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_adddup2")]
    internal static partial int ActionsDuplicate(void* actions, int descriptor, int newDescriptor);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_addopen", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ActionsOpen(void* actions, int descriptor, string path, int flags, uint mode);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_addchdir_np", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ActionsChangeDirectory(void* actions, string path);

    [LibraryImport(Library, EntryPoint = "socketpair", SetLastError = true)]
    private static partial int SocketPair(int domain, int type, int protocol, int* descriptors);

    [LibraryImport(Library, EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int descriptor, int command, nint argument);

    [LibraryImport(Library, EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MemoryFile(string name, uint flags);

    // fcntl is variadic, and Apple's arm64 convention passes variadic arguments on the stack: fill the eight registers first.
    [LibraryImport(Library, EntryPoint = "fcntl", SetLastError = true)]
    private static partial int ControlOnStack(
        int descriptor, int command, nint a, nint b, nint c, nint d, nint e, nint f, nint argument);

    /// <summary>Makes two connected Unix sockets that no program started meanwhile inherits.</summary>
    internal static (int Ours, int Theirs) CreateSocketPair()
    {
        var descriptors = stackalloc int[2];
        var type = OperatingSystem.IsLinux() ? SocketStream | LinuxCloseOnExec : SocketStream;
        if (SocketPair(AddressFamilyUnix, type, 0, descriptors) != 0)
        {
            throw new IOException($"No socket pair could be made: {Marshal.GetLastPInvokeErrorMessage()}.");
        }

        if (!OperatingSystem.IsLinux())
        {
            SetCloseOnExec(descriptors[0]);
            SetCloseOnExec(descriptors[1]);
        }

        return (descriptors[0], descriptors[1]);
    }

    /// <summary>Makes a file that exists in memory alone and has no name. Linux only.</summary>
    internal static int CreateMemoryFile()
    {
        const uint CloseOnExecution = 1;
        var descriptor = MemoryFile("procconcurrency", CloseOnExecution);
        return descriptor >= 0 ? descriptor : throw new IOException($"No shared memory could be made: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    /// <summary>Keeps a descriptor from the programs that this process starts.</summary>
    internal static void SetCloseOnExec(int descriptor)
    {
        _ = OperatingSystem.IsMacOS() && RuntimeInformation.ProcessArchitecture == Architecture.Arm64
            ? ControlOnStack(descriptor, SetDescriptorFlags, 0, 0, 0, 0, 0, 0, CloseOnExec)
            : Control(descriptor, SetDescriptorFlags, CloseOnExec);
    }
}
