using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace ProcConcurrency.Values;

/// <summary>
/// Tells whether the pipeline on this thread is being stopped: for a method that waits, which nothing tells. A cmdlet has
/// its StopProcessing; a method is called from the middle of a script, and Ctrl-C would wait for it to return.
/// </summary>
/// <remarks>The engine has it, but not in public. Where an engine lacks it, such a wait goes on to its own end.</remarks>
internal static class StopWatcher
{
    // It takes microseconds.
    private static readonly TimeSpan s_longestNote = TimeSpan.FromSeconds(1);

    /// <summary>Whether the caller should give up its wait. Takes some microseconds.</summary>
    internal static bool IsStopping() => EngineInternals.Pipelines.Running() is { } pipeline && EngineInternals.Pipelines.IsStopping(pipeline);

    /// <summary>
    /// What a wait throws that was given up: what ends the script as a stop does, past every <c>catch</c> and <c>trap</c>. Within a <c>finally</c>,
    /// which the engine lets go on, an error.
    /// </summary>
    internal static Exception Error()
    {
        if (EngineInternals.Pipelines.Running() is not { } pipeline || !EngineInternals.Pipelines.IsStopping(pipeline))
        {
            return new OperationCanceledException();
        }

        // Its state says so a moment before the engine has noted it.
        SpinWait.SpinUntil(() => EngineInternals.Pipelines.EndsScripts(pipeline) || EngineInternals.Pipelines.HasStoppedStep(pipeline), s_longestNote);
        return EngineInternals.Pipelines.EndsScripts(pipeline) ? new PipelineStoppedException() : new OperationCanceledException();
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
