using System.Runtime.InteropServices;

namespace ProcConcurrency.Runtime.Native;

// How a program is started, and what this system's library can do about it.
internal static unsafe partial class LibC
{
    /// <summary>The error of a program whose arguments and environment are too large.</summary>
    internal const int ArgumentListTooLong = 7;

    /// <summary>The error of a program or a folder that this user has no right to.</summary>
    internal const int PermissionDenied = 13;

    internal const short SpawnSetProcessGroup = 0x02;
    internal const short SpawnSetSignalDefaults = 0x04;
    internal const short SpawnSetSignalMask = 0x08;

    // POSIX_SPAWN_CLOEXEC_DEFAULT: on macOS a socket is without close-on-exec for a moment, and what another thread starts then must not have it.
    internal static readonly short s_spawnCloseOthers = (short)(s_isMac ? 0x4000 : 0);

    // POSIX_SPAWN_SETSID of glibc 2.26, musl and macOS 10.15: a session of its own, whose first group its process leads, with no terminal.
    internal static readonly short s_spawnSetSession = (short)(s_isMac ? 0x0400 : 0x80);

    // Larger than any libc's posix_spawnattr_t, posix_spawn_file_actions_t and sigset_t (glibc: 336, 80, 128 bytes).
    internal const int OpaqueSize = 512;

    private static readonly Lazy<bool> s_canChangeDirectory = new(static () => Has(static actions => posix_spawn_file_actions_addchdir_np((void*)actions, "/")));
    private static readonly Lazy<bool> s_canCloseFrom = new(static () => Has(static actions => posix_spawn_file_actions_addclosefrom_np((void*)actions, 3)));

    /// <summary>Whether a program can be made to begin in another directory: glibc can since 2.29.</summary>
    internal static bool CanChangeDirectory => s_canChangeDirectory.Value;

    /// <summary>Whether a program can be kept from what this process itself has inherited: glibc can since 2.34.</summary>
    internal static bool CanCloseFrom => s_canCloseFrom.Value;

    [LibraryImport(Library)]
    internal static partial int posix_spawn(out int processId, byte* path, void* fileActions, void* attributes, byte** arguments, byte** environment);

    [LibraryImport(Library)]
    internal static partial int posix_spawnattr_init(void* attributes);

    [LibraryImport(Library)]
    internal static partial int posix_spawnattr_destroy(void* attributes);

    [LibraryImport(Library)]
    internal static partial int posix_spawnattr_setflags(void* attributes, short flags);

    [LibraryImport(Library)]
    internal static partial int posix_spawnattr_setpgroup(void* attributes, int processGroup);

    [LibraryImport(Library)]
    internal static partial int posix_spawnattr_setsigdefault(void* attributes, void* signals);

    [LibraryImport(Library)]
    internal static partial int posix_spawnattr_setsigmask(void* attributes, void* signals);

    [LibraryImport(Library)]
    internal static partial int sigfillset(void* signals);

    [LibraryImport(Library)]
    internal static partial int sigemptyset(void* signals);

    [LibraryImport(Library)]
    internal static partial int posix_spawn_file_actions_init(void* actions);

    [LibraryImport(Library)]
    internal static partial int posix_spawn_file_actions_destroy(void* actions);

    [LibraryImport(Library)]
    internal static partial int posix_spawn_file_actions_adddup2(void* actions, int descriptor, int newDescriptor);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int posix_spawn_file_actions_addopen(void* actions, int descriptor, string path, int flags, uint mode);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int posix_spawn_file_actions_addchdir_np(void* actions, string path);

    [LibraryImport(Library)]
    internal static partial int posix_spawn_file_actions_addclosefrom_np(void* actions, int descriptor);

    private static bool Has(Func<nint, int> add)
    {
        var actions = stackalloc byte[OpaqueSize];
        _ = posix_spawn_file_actions_init(actions);
        try
        {
            return add((nint)actions) == 0;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
        finally
        {
            _ = posix_spawn_file_actions_destroy(actions);
        }
    }
}
