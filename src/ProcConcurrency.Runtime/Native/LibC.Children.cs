using System.Runtime.InteropServices;

namespace ProcConcurrency.Runtime.Native;

/// <summary>How a child has ended that waits to be reaped.</summary>
/// <param name="IsBySignal">Whether a signal ended it.</param>
/// <param name="Status">Its exit code, or that signal.</param>
internal readonly record struct ChildEnd(bool IsBySignal, ExitStatus Status);

// The ends of children.
internal static unsafe partial class LibC
{
    internal const int WaitNoHang = 1;
    private const int WaitExited = 4;
    private const int WaitForProcess = 1;
    private const int CodeExited = 1;

    // siginfo_t has 128 bytes on Linux and 104 on macOS. On both it begins with signal, error and code; process id, user id and status
    // follow, on 64-bit Linux after a gap.
    private const int SignalInfoInts = 32;
    private const int CodeIndex = 2;
    private const nint Ignored = 1;

    private static int StatusIndex => !s_isMac && sizeof(nint) == 8 ? 6 : 5;

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
        var signal = s_isMac ? 20 : 17;

        // Larger than any libc's struct sigaction, which begins with the handler (glibc: 152 bytes).
        var action = stackalloc byte[512];
        if (sigaction(signal, null, action) == 0 && *(nint*)action == Ignored)
        {
            _ = LibC.signal(signal, Default);
        }
    }

    /// <summary>
    /// In a child, which is no part of the terminal's foreground: a program of its that reads the terminal, for a password say, gets an error at
    /// once, and one that sets it up may. By default both would be stopped, and wait for ever for a shell that lets them go on.
    /// What this process ignores, the programs that it starts ignore too.
    /// </summary>
    internal static void IgnoreTerminalStops()
    {
        const int TerminalInput = 21;
        const int TerminalOutput = 22;
        _ = signal(TerminalInput, Ignored);
        _ = signal(TerminalOutput, Ignored);
    }

    /// <summary>
    /// Waits until a child has ended, and doesn't reap it. Null where it is no child of this process any more: another part of the program
    /// has reaped it, and its id may be anybody's. In a process with the id 1, .NET does so itself.
    /// </summary>
    internal static ChildEnd? WaitForEnd(int processId)
    {
        var info = stackalloc int[SignalInfoInts];
        while (waitid(WaitForProcess, processId, info, WaitExited | WaitLeaveZombie) < 0)
        {
            if (Marshal.GetLastPInvokeError() != Interrupted)
            {
                return null;
            }
        }

        var status = info[StatusIndex];
        return info[CodeIndex] == CodeExited ? new ChildEnd(false, new ExitStatus(status & 0xff)) : new ChildEnd(true, new ExitStatus(-status));
    }
}
