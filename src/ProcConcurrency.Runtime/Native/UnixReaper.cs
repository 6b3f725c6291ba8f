using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace ProcConcurrency.Runtime.Native;

/// <summary>
/// Reaps this session's children the moment they end, so that none stays a zombie whatever the session is doing.
/// Only ids that were given to <see cref="Watch"/> are waited for: .NET's own Process class reaps its own.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal static class UnixReaper
{
    // Guards s_watched. Tasks are completed outside it.
    private static readonly object s_gate = new();
    private static readonly Dictionary<int, TaskCompletionSource<ExitStatus>> s_watched = [];
    private static PosixSignalRegistration? s_registration;

    /// <summary>Begins to watch a child of this process. The task completes with its exit status once it is reaped.</summary>
    internal static Task<ExitStatus> Watch(int processId)
    {
        var exited = new TaskCompletionSource<ExitStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (s_gate)
        {
            s_registration ??= PosixSignalRegistration.Create(PosixSignal.SIGCHLD, static _ => Sweep());
            s_watched.Add(processId, exited);
        }

        // It may have ended before it was in the table, and its signal gone by.
        Sweep();
        return exited.Task;
    }

    private static void Sweep()
    {
        List<(TaskCompletionSource<ExitStatus> Exited, ExitStatus Status)>? ended = null;
        lock (s_gate)
        {
            foreach (var (processId, exited) in s_watched)
            {
                var result = LibC.WaitProcess(processId, out var status, LibC.WaitNoHang);
                if (result == processId)
                {
                    (ended ??= []).Add((exited, ExitStatus.FromWaitStatus(status)));
                    s_watched.Remove(processId);
                }
                else if (result < 0 && Marshal.GetLastPInvokeError() == LibC.ErrorNoChild)
                {
                    // Somebody else in this process waited for every child; the code is lost, the end is certain.
                    (ended ??= []).Add((exited, ExitStatus.Unknown));
                    s_watched.Remove(processId);
                }
            }
        }

        if (ended is not null)
        {
            foreach (var (exited, status) in ended)
            {
                exited.SetResult(status);
            }
        }
    }
}
