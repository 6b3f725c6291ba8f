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

    /// <summary>Whether the caller should give up its wait. Takes some microseconds.</summary>
    internal static bool IsStopping()
    {
        if (Runspace.DefaultRunspace is not { } runspace || s_running?.Invoke(runspace, null) is not { } pipeline)
        {
            return false;
        }

        var info = pipeline.GetType().GetProperty("PipelineStateInfo")?.GetValue(pipeline);
        return info?.GetType().GetProperty("State")?.GetValue(info)?.ToString() is "Stopping" or "Stopped";
    }
}
