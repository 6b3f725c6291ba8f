using System.Collections.Concurrent;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace ProcConcurrency.Runtime.Native;

/// <summary>
/// A child of this process on Windows, from its start to its end: its handle, by which the end is noticed, and its job, by
/// which it and all below it are ended. While the handle is open, the system gives the process's id to nobody else.
/// </summary>
/// <remarks>
/// A child that ends by itself leaves alive what it started, as on the other systems. One that is ended takes all of it
/// along. If this process dies, the job closes with it, and everything in there ends.
/// </remarks>
[SupportedOSPlatform("windows")]
internal sealed class WindowsChild
{
    private static readonly ConcurrentDictionary<int, WindowsChild> s_living = new();

    // Guards _over, and keeps the handles open while one of them is used.
    private readonly object _gate = new();
    private readonly ProcessHandle _process;
    private readonly JobObject _job;
    private readonly TaskCompletionSource<ExitStatus> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _over;

    /// <summary>Makes it.</summary>
    /// <param name="processId">The process.</param>
    /// <param name="process">Its handle; owned from now on, as <paramref name="job"/> is.</param>
    /// <param name="job">The job that it is in.</param>
    internal WindowsChild(int processId, ProcessHandle process, JobObject job)
    {
        ProcessId = processId;
        _process = process;
        _job = job;
        s_living[processId] = this;
    }

    /// <summary>The system's id of the process.</summary>
    internal int ProcessId { get; }

    /// <summary>Completes when the process is gone.</summary>
    internal Task<ExitStatus> Exited => _exited.Task;

    /// <summary>A living child of this process, or null.</summary>
    internal static WindowsChild? Find(int processId) => s_living.GetValueOrDefault(processId);

    /// <summary>Begins to wait for its end, on a thread of its own: the thread pool may be busy.</summary>
    /// <param name="onEnded">Called on that thread after <see cref="Exited"/> has completed.</param>
    /// <exception cref="IOException">There are too many threads; the child was ended.</exception>
    internal void Watch(Action onEnded)
    {
        try
        {
            Background.Start($"end of {ProcessId}", () =>
            {
                _process.WaitOne();
                OnExited();
                onEnded();
            });
        }
        catch
        {
            Kill();
            OnExited();
            throw;
        }
    }

    /// <summary>Ends the process and all below it, now.</summary>
    internal void Kill()
    {
        lock (_gate)
        {
            if (!_over)
            {
                _job.Terminate(ExitStatus.WindowsForced);
            }
        }
    }

    /// <summary>
    /// Asks the process and those below it to end: by Ctrl-Break, which reaches the whole process group on this console.
    /// Where that can't be sent, because this process has no console, nobody can be asked, and they are ended.
    /// </summary>
    internal void Ask()
    {
        lock (_gate)
        {
            // An id that is no group's any more must not be named: the event could reach others on the console.
            if (!_over && !_process.WaitOne(0) && !Kernel32.GenerateConsoleCtrlEvent(Kernel32.ControlBreak, ProcessId))
            {
                _job.Terminate(ExitStatus.WindowsStopped);
            }
        }
    }

    private void OnExited()
    {
        ExitStatus status;
        lock (_gate)
        {
            _over = true;
            s_living.TryRemove(ProcessId, out _);
            status = Kernel32.GetExitCodeProcess(_process.SafeWaitHandle, out var code) ? ExitStatus.FromWindowsCode(code) : ExitStatus.Unknown;
            if (status.Signal is null)
            {
                _job.Release();
            }
            else
            {
                _job.Terminate(ExitStatus.WindowsForced);
            }

            _job.Dispose();
            _process.Dispose();
        }

        _exited.SetResult(status);
    }
}

/// <summary>A process's handle, which .NET can wait for like any other: it is set when the process has ended.</summary>
internal sealed class ProcessHandle : WaitHandle
{
    /// <summary>Takes a handle over.</summary>
    internal ProcessHandle(nint handle) => SafeWaitHandle = new SafeWaitHandle(handle, ownsHandle: true);
}
