using System.Management.Automation.Runspaces;

namespace ProcConcurrency.Values;

/// <summary>
/// Tells whether the pipeline on this thread is being stopped: for a method that waits, which nothing tells. A cmdlet has
/// its StopProcessing; a method is called from the middle of a script, and Ctrl-C would wait for it to return.
/// </summary>
/// <remarks>The engine has it, but not in public. Where an engine lacks it, such a wait goes on to its own end.</remarks>
internal static class StopWatcher
{
    // It takes microseconds. What a finally block calls has no such note.
    private static readonly TimeSpan s_longestNote = TimeSpan.FromMilliseconds(250);

    /// <summary>Whether the caller should give up its wait. Takes some microseconds.</summary>
    internal static bool IsStopping()
    {
        if (EngineInternals.Pipelines.Running() is not { } pipeline || !EngineInternals.Pipelines.IsStopping(pipeline))
        {
            return false;
        }

        // Its state says so before the engine has noted it where it will look: what the method throws in between would be an error of the
        // script, which went on.
        SpinWait.SpinUntil(EngineInternals.Pipelines.IsStopNoted, s_longestNote);
        return true;
    }

    /// <summary>Calls back when the state of the pipeline on this thread changes; null where the engine can't tell.</summary>
    internal static IDisposable? Watch(Action changed)
    {
        // Nobody can stop a thread without a runspace.
        return Runspace.DefaultRunspace is null ? new Registration(null, changed)
            : EngineInternals.Pipelines.StateChanged is not null && EngineInternals.Pipelines.Running() is { } pipeline ? new Registration(pipeline, changed)
            : null;
    }

    private sealed class Registration : IDisposable
    {
        private readonly object? _pipeline;
        private readonly Action _changed;
        private readonly Delegate? _handler;

        internal Registration(object? pipeline, Action changed)
        {
            _pipeline = pipeline;
            _changed = changed;
            if (pipeline is not null)
            {
                _handler = new EventHandler(OnChanged).Method.CreateDelegate(EngineInternals.Pipelines.StateChanged!.EventHandlerType!, this);
                EngineInternals.Pipelines.StateChanged.AddEventHandler(pipeline, _handler);
            }
        }

        public void Dispose()
        {
            if (_pipeline is not null)
            {
                EngineInternals.Pipelines.StateChanged!.RemoveEventHandler(_pipeline, _handler);
            }
        }

        private void OnChanged(object? sender, EventArgs change) => _changed();
    }
}
