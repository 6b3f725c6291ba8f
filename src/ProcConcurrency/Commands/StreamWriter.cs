using System.Management.Automation;
using System.Reflection;

namespace ProcConcurrency.Commands;

/// <summary>
/// Writes warnings, verbose and debug records as they are, with the place and the process that they came from. A cmdlet's own
/// methods take their text alone; the engine has ones for records, as Receive-Job needs them, but not in public.
/// </summary>
internal static class StreamWriter
{
    private const BindingFlags Internal = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DoNotWrapExceptions;
    private static readonly Type? s_runtime = typeof(Cmdlet).Assembly.GetType("System.Management.Automation.MshCommandRuntime");
    private static readonly MethodInfo? s_warning = Find("WriteWarning", typeof(WarningRecord));
    private static readonly MethodInfo? s_verbose = Find("WriteVerbose", typeof(VerboseRecord));
    private static readonly MethodInfo? s_debug = Find("WriteDebug", typeof(DebugRecord));

    internal static void Write(Cmdlet cmdlet, WarningRecord record)
    {
        if (!Write(cmdlet, s_warning, record))
        {
            cmdlet.WriteWarning(record.Message);
        }
    }

    internal static void Write(Cmdlet cmdlet, VerboseRecord record)
    {
        if (!Write(cmdlet, s_verbose, record))
        {
            cmdlet.WriteVerbose(record.Message);
        }
    }

    internal static void Write(Cmdlet cmdlet, DebugRecord record)
    {
        if (!Write(cmdlet, s_debug, record))
        {
            cmdlet.WriteDebug(record.Message);
        }
    }

    private static bool Write(Cmdlet cmdlet, MethodInfo? method, object record)
    {
        if (method is null || cmdlet.CommandRuntime.GetType() != s_runtime)
        {
            return false;
        }

        // The second argument: what the caller's preference says is done, asking included.
        method.Invoke(cmdlet.CommandRuntime, Internal, null, [record, false], null);
        return true;
    }

    private static MethodInfo? Find(string name, Type record) => s_runtime?.GetMethod(name, Internal, null, [record, typeof(bool)], null);
}
