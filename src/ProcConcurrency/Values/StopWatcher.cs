using System.Management.Automation.Runspaces;
using System.Reflection;

namespace ProcConcurrency.Values;

/// <summary>
/// Tells whether the pipeline on this thread is being stopped: for a method that waits, which nothing tells. A cmdlet has
/// its StopProcessing; a method is called from the middle of a script, and Ctrl-C would wait for it to return.
/// </summary>
/// <remarks>The engine has it, but not in public. Where a version lacks it, such a wait goes on to its own end.</remarks>
internal static class StopWatcher
{
    private static readonly MethodInfo? s_running = typeof(Runspace).GetMethod("GetCurrentlyRunningPipeline", BindingFlags.Instance | BindingFlags.NonPublic);

    private static readonly EventInfo? s_stateChanged = s_running?.ReturnType.GetEvent("StateChanged");

    /// <summary>Whether the caller should give up its wait. Takes some microseconds.</summary>
    internal static bool IsStopping()
    {
        if (Running() is not { } pipeline)
        {
            return false;
        }

        var info = pipeline.GetType().GetProperty("PipelineStateInfo")?.GetValue(pipeline);
        return info?.GetType().GetProperty("State")?.GetValue(info)?.ToString() is "Stopping" or "Stopped";
    }

    /// <summary>Calls back when the state of the pipeline on this thread changes; null where the engine can't tell.</summary>
    internal static IDisposable? Watch(Action changed)
    {
        // A thread without a runspace is asked by nobody.
        return Runspace.DefaultRunspace is null ? new Registration(null, changed)
            : s_stateChanged is not null && Running() is { } pipeline ? new Registration(pipeline, changed)
            : null;
    }

    private static object? Running() => Runspace.DefaultRunspace is { } runspace ? s_running?.Invoke(runspace, null) : null;

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
                _handler = new EventHandler(OnChanged).Method.CreateDelegate(s_stateChanged!.EventHandlerType!, this);
                s_stateChanged.AddEventHandler(pipeline, _handler);
            }
        }

        public void Dispose()
        {
            if (_pipeline is not null)
            {
                s_stateChanged!.RemoveEventHandler(_pipeline, _handler);
            }
        }

        private void OnChanged(object? sender, EventArgs change) => _changed();
    }
}
