using System.Runtime.InteropServices;

namespace ProcConcurrency.Runtime.Native;

// How a program is started, and what this system's library can do about it.
internal static unsafe partial class LibC
{
    internal const short SpawnSetProcessGroup = 0x02;
    internal const short SpawnSetSignalDefaults = 0x04;
    internal const short SpawnSetSignalMask = 0x08;

    // Larger than any libc's posix_spawnattr_t, posix_spawn_file_actions_t and sigset_t (glibc: 336, 80, 128 bytes).
    internal const int OpaqueSize = 512;

    private static readonly Lazy<bool> s_canChangeDirectory = new(static () => Has(static actions => ActionsChangeDirectory((void*)actions, "/")));
    private static readonly Lazy<bool> s_canCloseFrom = new(static () => Has(static actions => ActionsCloseFrom((void*)actions, 3)));

    /// <summary>Whether a program can be made to begin in another directory: glibc can since 2.29.</summary>
    internal static bool CanChangeDirectory => s_canChangeDirectory.Value;

    /// <summary>Whether a program can be kept from what this process itself has inherited: glibc can since 2.34.</summary>
    internal static bool CanCloseFrom => s_canCloseFrom.Value;

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

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_addclosefrom_np")]
    internal static partial int ActionsCloseFrom(void* actions, int descriptor);

    private static bool Has(Func<nint, int> add)
    {
        var actions = stackalloc byte[OpaqueSize];
        _ = ActionsInit(actions);
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
            _ = ActionsDestroy(actions);
        }
    }
}
