using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace ProcConcurrency.Runtime.Native;

/// <summary>
/// A child and all that it starts, as one thing that can be ended. A process below can't leave it, and need not be found
/// by its parent's id. Jobs nest: a child's own children are in jobs of their own within it, and end with it.
/// </summary>
/// <remarks>
/// Its handle is not inherited, so this process has the only one. When that closes, also because this process died, the
/// system ends every process in the job.
/// </remarks>
[SupportedOSPlatform("windows")]
internal sealed unsafe class JobObject : SafeHandleZeroOrMinusOneIsInvalid
{
    /// <summary>Makes none yet: <see cref="Create"/> does.</summary>
    internal JobObject()
        : base(ownsHandle: true)
    {
    }

    /// <summary>Makes an empty job.</summary>
    /// <exception cref="IOException">The system refused, in its words.</exception>
    internal static JobObject Create()
    {
        var job = new JobObject();
        job.SetHandle(Kernel32.CreateJobObjectW(null, null));
        if (job.IsInvalid || !job.SetLimits(Kernel32.JobLimitKillOnClose))
        {
            var error = Kernel32.LastError();
            job.Dispose();
            throw error;
        }

        return job;
    }

    /// <summary>Takes a process in. What that starts from then on is in it too.</summary>
    internal void Add(SafeWaitHandle process)
    {
        if (!Kernel32.AssignProcessToJobObject(this, process))
        {
            throw Kernel32.LastError();
        }
    }

    /// <summary>Ends every process that is in it.</summary>
    internal void Terminate(uint exitCode) => _ = Kernel32.TerminateJobObject(this, exitCode);

    /// <summary>Lets the processes that are still in it live on when the handle closes.</summary>
    internal void Release() => _ = SetLimits(0);

    protected override bool ReleaseHandle() => Kernel32.CloseHandle(handle);

    private bool SetLimits(uint flags)
    {
        var limits = new Kernel32.JobLimits { Flags = flags };
        return Kernel32.SetInformationJobObject(this, Kernel32.JobExtendedLimitInformation, &limits, (uint)sizeof(Kernel32.JobLimits));
    }
}
