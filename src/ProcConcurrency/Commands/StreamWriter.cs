using System.Management.Automation;
using System.Reflection;

namespace ProcConcurrency.Commands;

/// <summary>
/// Writes warnings, verbose and debug records as they are, with the place and the process that they came from, and lines of a native
/// command's standard error as no errors. A cmdlet's own methods take text alone; the engine has ones for records, as Receive-Job
/// needs them, but not in public.
/// </summary>
internal static class StreamWriter
{
    private const BindingFlags Internal = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DoNotWrapExceptions;
    private static readonly Type? s_runtime = typeof(Cmdlet).Assembly.GetType("System.Management.Automation.MshCommandRuntime");
    private static readonly MethodInfo? s_native = s_runtime?.GetMethod(
        "_WriteErrorSkipAllowCheck", Internal, null, [typeof(ErrorRecord), typeof(ActionPreference?), typeof(bool)], null);

    private static readonly MethodInfo? s_warning = Find("WriteWarning", typeof(WarningRecord));
    private static readonly MethodInfo? s_verbose = Find("WriteVerbose", typeof(VerboseRecord));
    private static readonly MethodInfo? s_debug = Find("WriteDebug", typeof(DebugRecord));
    private static readonly Switch s_verboseSwitch = new("Verbose");
    private static readonly Switch s_debugSwitch = new("Debug");

    internal static void Write(Cmdlet cmdlet, WarningRecord record)
    {
        if (!Write(cmdlet, s_warning, record))
        {
            cmdlet.WriteWarning(record.Message);
        }
    }

    internal static void Write(Cmdlet cmdlet, VerboseRecord record)
    {
        using var shown = s_verboseSwitch.TurnOn(cmdlet);
        if (!Write(cmdlet, s_verbose, record))
        {
            cmdlet.WriteVerbose(record.Message);
        }
    }

    internal static void Write(Cmdlet cmdlet, DebugRecord record)
    {
        using var shown = s_debugSwitch.TurnOn(cmdlet);
        if (!Write(cmdlet, s_debug, record))
        {
            cmdlet.WriteDebug(record.Message);
        }
    }

    /// <summary>Writes a line of a native command's standard error as the engine does: to the error stream, but as no error.</summary>
    internal static void WriteNativeLine(Cmdlet cmdlet, ErrorRecord line)
    {
        if (s_native is null || cmdlet.CommandRuntime.GetType() != s_runtime)
        {
            cmdlet.WriteError(line);
            return;
        }

        // The last argument says what it is.
        s_native.Invoke(cmdlet.CommandRuntime, Internal, null, [line, null, true], null);
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

    /// <summary>
    /// -Verbose or -Debug of a cmdlet. A record comes only where the block has asked for it to be shown, so it is, as Start-Job's is: the
    /// preference that keeps the caller's own records silent says nothing of it. But <c>-Verbose:$false</c> does.
    /// </summary>
    private sealed class Switch(string name)
    {
        private readonly PropertyInfo? _value = s_runtime?.GetProperty(name, Internal);
        private readonly PropertyInfo? _isSet = s_runtime?.GetProperty($"Is{name}FlagSet", Internal);
        private readonly PropertyInfo? _preference = s_runtime?.GetProperty($"{name}Preference", Internal);

        /// <summary>Until it is disposed; null where there is nothing to turn.</summary>
        internal IDisposable? TurnOn(Cmdlet cmdlet)
        {
            var runtime = cmdlet.CommandRuntime;
            if (_value is null || _isSet is null || runtime.GetType() != s_runtime || _isSet.GetValue(runtime) is not false
                || _preference?.GetValue(runtime) is not ActionPreference.SilentlyContinue)
            {
                return null;
            }

            _value.SetValue(runtime, true);
            return new TurnedOn(this, runtime);
        }

        private sealed class TurnedOn(Switch owner, ICommandRuntime runtime) : IDisposable
        {
            public void Dispose()
            {
                // Setting the value says that it is set.
                owner._value!.SetValue(runtime, false);
                owner._isSet!.SetValue(runtime, false);
            }
        }
    }
}
