using System.Runtime.InteropServices;

namespace ProcConcurrency.Runtime.Native;

/// <summary>How a child has ended that waits to be reaped.</summary>
internal enum ChildEnd
{
    /// <summary>It is no child of this process any more: it was reaped by another part, and its id may be anybody's.</summary>
    Lost,

    /// <summary>It exited.</summary>
    ByExit,

    /// <summary>A signal ended it.</summary>
    BySignal,
}

// The ends of children.
internal static unsafe partial class LibC
{
    internal const int WaitNoHang = 1;
    private const int WaitExited = 4;
    private const int WaitForProcess = 1;
    private const int ErrorNoChild = 10;
    private const int CodeExited = 1;

    // siginfo_t has 128 bytes on Linux and 104 on macOS; on both it begins with signal, error and code.
    private const int SignalInfoInts = 32;

    private static int WaitLeaveZombie => s_isMac ? 0x20 : 0x01000000;

    [LibraryImport(Library)]
    private static partial int sigaction(int signal, void* action, void* oldAction);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int waitpid(int processId, out int status, int options);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int waitid(int idType, int id, int* info, int options);

    /// <summary>
    /// Where whoever started this process had SIGCHLD ignored, the system would keep no child's exit code, and .NET would reap what
    /// isn't its own. Nobody handles the signal then, so the default, which does nothing either, changes nothing else.
    /// </summary>
    internal static void KeepExitCodes()
    {
        const nint Default = 0;
        const nint Ignored = 1;
        var signal = s_isMac ? 20 : 17;

        // Larger than any libc's struct sigaction, which begins with the handler (glibc: 152 bytes).
        var action = stackalloc byte[512];
        if (sigaction(signal, null, action) == 0 && *(nint*)action == Ignored)
        {
            _ = LibC.signal(signal, Default);
        }
    }

    /// <summary>Waits until a child has ended, which is not reaped by it, or is no child of this process any more.</summary>
    internal static void WaitForEnd(int processId)
    {
        var info = stackalloc int[SignalInfoInts];
        while (waitid(WaitForProcess, processId, info, WaitExited | WaitLeaveZombie) < 0 && Marshal.GetLastPInvokeError() == ErrorInterrupted)
        {
        }
    }

    /// <summary>Whether and how a child has ended, which is not reaped by it; null while it runs.</summary>
    internal static ChildEnd? PeekEnd(int processId)
    {
        var info = stackalloc int[SignalInfoInts];
        new Span<int>(info, SignalInfoInts).Clear();
        if (waitid(WaitForProcess, processId, info, WaitExited | WaitNoHang | WaitLeaveZombie) < 0)
        {
            return Marshal.GetLastPInvokeError() == ErrorNoChild ? ChildEnd.Lost : null;
        }

        // While it runs, no signal is filled in.
        var (signal, code) = (info[0], info[2]);
        return signal == 0 ? null : code == CodeExited ? ChildEnd.ByExit : ChildEnd.BySignal;
    }
}
