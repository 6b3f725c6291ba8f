using System.Runtime.InteropServices;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Processes;

namespace ProcConcurrency.Worker;

/// <summary>
/// A parent's polite request to end (SIGTERM; on Windows Ctrl-Break, which .NET gives as SIGQUIT), and the terminal's
/// Ctrl-C, which is not meant for a child. The process ends either of the request or of itself, whichever came first: a
/// script that was asked to stop never looks as if it had chosen to.
/// </summary>
internal sealed class StopRequest : IDisposable
{
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(10);
    private readonly PosixSignalRegistration _terminate;
    private readonly PosixSignalRegistration? _break;
    private readonly PosixSignalRegistration _interrupt;
    private readonly TaskCompletionSource _scriptEnded = new();
    private WorkerEngine? _engine;
    private int _decided;

    internal StopRequest()
    {
        _terminate = Background.OnSignal(PosixSignal.SIGTERM, OnTerminate);
        _break = OperatingSystem.IsWindows() ? Background.OnSignal(PosixSignal.SIGQUIT, OnTerminate) : null;
        _interrupt = Background.OnSignal(PosixSignal.SIGINT, static context => context.Cancel = true);
    }

    /// <summary>From now on a request stops this engine and lets the script's finally blocks run; before, it ends the process at once.</summary>
    internal void Stops(WorkerEngine engine) => Volatile.Write(ref _engine, engine);

    /// <summary>The script is over, whichever way.</summary>
    internal void ScriptEnded() => _scriptEnded.TrySetResult();

    /// <summary>Settles that the process ends of itself. Where a request came first, it does not return: that ends the process.</summary>
    internal void EndUnlessAsked()
    {
        if (Interlocked.Exchange(ref _decided, 1) != 0)
        {
            Thread.Sleep(Timeout.Infinite);
        }
    }

    public void Dispose()
    {
        _terminate.Dispose();
        _break?.Dispose();
        _interrupt.Dispose();
    }

    private void OnTerminate(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Exchange(ref _decided, 1) == 0)
        {
            try
            {
                Background.Start("stop", Obey, stackSize: 0);
            }
            catch (IOException)
            {
                // Too many threads: on the signal's own, then.
                Obey();
            }
        }
    }

    private void Obey()
    {
        try
        {
            if (Volatile.Read(ref _engine) is { } engine)
            {
                engine.Stop();
                _scriptEnded.Task.Wait(s_grace);
            }
        }
        finally
        {
            ParentLink.DieOfStopRequest();
        }
    }
}
