using System.Runtime.Versioning;

namespace ProcConcurrency.Runtime.Native;

/// <summary>
/// Windows: CreateProcess with a list of the handles to inherit, pipes as channel, and a job for each child's tree. It follows
/// Microsoft's documentation and has not been tried on Windows.
/// </summary>
/// <remarks>
/// <para>
/// Windows has no signals. A child that is ended by force gets an exit code that <see cref="ExitStatus"/> reads as -9; one
/// that obeyed the request to end, which is Ctrl-Break here, one that it reads as -15. Python's <c>Process.terminate</c>
/// tells them by the like codes.
/// </para>
/// <para>
/// Trees: each child is in a job that only its parent has a handle to and that ends its processes when that handle closes.
/// So a child need only end itself to end what is below it: its own children's jobs close with it, and what else it started
/// is in its own job, which its parent ends when it sees how the child ended, or which closes where the parent is gone.
/// </para>
/// <para>A user's Ctrl-Break in the terminal reaches every process on the console, so it asks the children to end too.</para>
/// </remarks>
[SupportedOSPlatform("windows")]
internal sealed class WindowsPlatform : IProcessPlatform
{
    public SpawnedProcess Spawn(LaunchSettings settings)
    {
        WindowsChildPipes? pipes = null;
        try
        {
            pipes = new WindowsChildPipes();
            var child = WindowsSpawn.Start(settings.At(pipes.Endpoint), pipes);
            child.Watch(pipes.Channel.EndWhenEmpty);
            return new SpawnedProcess(child.ProcessId, pipes.Channel, pipes.Output, child.Exited);
        }
        catch (Exception error)
        {
            pipes?.CloseTheirs();
            pipes?.CloseOurs();
            if (error is IOException or UnauthorizedAccessException)
            {
                throw new ProcessStartException(settings.FileName, error.Message.TrimEnd('.'), error);
            }

            throw;
        }
    }

    public void SignalTrees(IReadOnlyCollection<int> processIds, bool force)
    {
        foreach (var processId in processIds)
        {
            // One that is not found has ended, and its id may be somebody else's by now.
            var child = WindowsChild.Find(processId);
            if (force)
            {
                child?.Kill();
            }
            else
            {
                child?.Ask();
            }
        }
    }

    public Stream OpenChildEnd(string endpoint) => WindowsChildPipes.OpenChildEnd(endpoint);

    public void KillOwnTree() => End(ExitStatus.WindowsForced);

    public void DieOfStopRequest() => End(ExitStatus.WindowsStopped);

    private static void End(uint exitCode) => _ = Kernel32.TerminateProcess(Kernel32.GetCurrentProcess(), exitCode);
}
