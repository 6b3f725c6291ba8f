using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace ProcConcurrency.Runtime.Native;

/// <summary>
/// Makes a process on Windows:
/// <code>
/// job -> process, suspended, with the listed handles only -> into the job -> watched -> runs
/// </code>
/// It is in its job before its first instruction, so nothing that it starts can be outside.
/// </summary>
[SupportedOSPlatform("windows")]
internal static unsafe class WindowsSpawn
{
    /// <summary>Starts it.</summary>
    /// <param name="settings">The program, its arguments complete.</param>
    /// <param name="pipes">Its far ends are closed here when this returns.</param>
    /// <exception cref="IOException">The system refused, in its words; no process and no handle is left.</exception>
    internal static WindowsChild Start(LaunchSettings settings, WindowsChildPipes pipes)
    {
        var job = JobObject.Create();
        ProcessHandle? process = null;
        SafeWaitHandle? thread = null;
        try
        {
            (process, thread, var processId) = CreateSuspended(settings, pipes);
            job.Add(process.SafeWaitHandle);
            if (Kernel32.ResumeThread(thread) < 0)
            {
                throw Kernel32.LastError();
            }

            return new WindowsChild(processId, process, job);
        }
        catch
        {
            if (process is not null)
            {
                _ = Kernel32.TerminateProcess(process.SafeWaitHandle.DangerousGetHandle(), ExitStatus.WindowsForced);
                process.Dispose();
            }

            job.Dispose();
            throw;
        }
        finally
        {
            thread?.Dispose();
        }
    }

    private static (ProcessHandle Process, SafeWaitHandle Thread, int ProcessId) CreateSuspended(
        LaunchSettings settings, WindowsChildPipes pipes)
    {
        // The call writes into its command line, so it is no string.
        var line = $"{WindowsCommandLine.Of(settings.FileName, settings.Arguments)}\0".ToCharArray();
        var block = EnvironmentBlock.Of(Environment.GetEnvironmentVariables(), settings.Environment);
        var flags = Kernel32.CreateSuspended | Kernel32.CreateNewProcessGroup | Kernel32.CreateUnicodeEnvironment
            | Kernel32.ExtendedStartupInfoPresent;

        // A child shares our console: Ctrl-Break reaches it through that. Where there is none, it gets one without a window,
        // instead of one that pops up.
        if (Kernel32.GetConsoleCP() == 0)
        {
            flags |= Kernel32.CreateNoWindow;
        }

        var handles = stackalloc nint[]
        {
            pipes.StandardInput.DangerousGetHandle(),
            pipes.StandardOutput.DangerousGetHandle(),
            pipes.ChannelIn.DangerousGetHandle(),
            pipes.ChannelOut.DangerousGetHandle(),
        };
        using var attributes = new InheritanceList(handles, 4);
        var startup = new Kernel32.StartupInfoEx
        {
            Size = (uint)sizeof(Kernel32.StartupInfoEx),
            Flags = Kernel32.StartUseStandardHandles,
            StandardInput = handles[settings.HasStandardChannel ? 2 : 0],
            StandardOutput = handles[settings.HasStandardChannel ? 3 : 1],
            StandardError = handles[1],
            Attributes = attributes.Pointer,
        };
        Kernel32.ProcessInformation created;
        try
        {
            // The list keeps each child's handles from the others. But a handle must be inheritable to be on a list, and a
            // program that some other part of this process starts in this moment without one gets a copy. So the moment is
            // short, and DuplexPipe.EndWhenEmpty copes.
            pipes.LetInherit();
            fixed (char* commandLine = line, environment = block)
            {
                if (!Kernel32.CreateProcessW(
                    settings.FileName, commandLine, null, null, true, flags, environment, settings.WorkingDirectory, &startup, &created))
                {
                    throw Kernel32.LastError();
                }
            }
        }
        finally
        {
            pipes.CloseTheirs();
        }

        return (new ProcessHandle(created.Process), new SafeWaitHandle(created.Thread, ownsHandle: true), created.ProcessId);
    }

    /// <summary>The list of the handles that a new process inherits. The array must live as long as this does.</summary>
    private sealed class InheritanceList : IDisposable
    {
        internal InheritanceList(nint* handles, int count)
        {
            // The first call only tells the size, by failing.
            nuint size = 0;
            _ = Kernel32.InitializeProcThreadAttributeList(null, 1, 0, &size);
            Pointer = NativeMemory.Alloc(size);
            if (!Kernel32.InitializeProcThreadAttributeList(Pointer, 1, 0, &size))
            {
                var error = Kernel32.LastError();
                NativeMemory.Free(Pointer);
                throw error;
            }

            if (!Kernel32.UpdateProcThreadAttribute(
                Pointer, 0, Kernel32.AttributeHandleList, handles, (nuint)count * (nuint)sizeof(nint), null, null))
            {
                var error = Kernel32.LastError();
                Dispose();
                throw error;
            }
        }

        internal void* Pointer { get; }

        public void Dispose()
        {
            Kernel32.DeleteProcThreadAttributeList(Pointer);
            NativeMemory.Free(Pointer);
        }
    }
}
