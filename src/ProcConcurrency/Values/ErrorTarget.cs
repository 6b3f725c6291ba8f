using System.Management.Automation;
using System.Reflection;

namespace ProcConcurrency.Values;

/// <summary>Says of an error which input it is about. The engine lets only itself set that; without its leave the error stays as it came.</summary>
internal static class ErrorTarget
{
    private static readonly Action<ErrorRecord, object?>? s_set =
        typeof(ErrorRecord).GetMethod("SetTargetObject", BindingFlags.Instance | BindingFlags.NonPublic, [typeof(object)])
            ?.CreateDelegate(typeof(Action<ErrorRecord, object?>)) as Action<ErrorRecord, object?>;

    internal static void Set(ErrorRecord error, object? target) => s_set?.Invoke(error, target);
}
