using System.Management.Automation;
using System.Reflection;

namespace ProcConcurrency.Commands;

/// <summary>
/// Writes warnings, verbose and debug records as they are, with the place and the process that they came from, and lines of a native
/// command's standard error as no errors. A cmdlet's own methods take text alone; the engine has ones for records, as Receive-Job
/// needs them.
/// </summary>
internal static class StreamWriter
{
    private static readonly Switch s_verboseSwitch = new("Verbose");
    private static readonly Switch s_debugSwitch = new("Debug");

    internal static void Write(Cmdlet cmdlet, WarningRecord record)
    {
        if (!EngineInternals.Streams.Write(cmdlet, record))
        {
            cmdlet.WriteWarning(record.Message);
        }
    }

    internal static void Write(Cmdlet cmdlet, VerboseRecord record)
    {
        using var shown = s_verboseSwitch.TurnOn(cmdlet);
        if (!EngineInternals.Streams.Write(cmdlet, record))
        {
            cmdlet.WriteVerbose(record.Message);
        }
    }

    internal static void Write(Cmdlet cmdlet, DebugRecord record)
    {
        using var shown = s_debugSwitch.TurnOn(cmdlet);
        if (!EngineInternals.Streams.Write(cmdlet, record))
        {
            cmdlet.WriteDebug(record.Message);
        }
    }

    /// <summary>Writes a line of a native command's standard error as the engine does: to the error stream, but as no error.</summary>
    internal static void WriteNativeLine(Cmdlet cmdlet, ErrorRecord line)
    {
        if (!EngineInternals.Streams.WriteNativeLine(cmdlet, line))
        {
            cmdlet.WriteError(line);
        }
    }

    /// <summary>
    /// -Verbose or -Debug of a cmdlet. A record comes only where the block has asked for it to be shown, so it is, as Start-Job's is: the
    /// preference that keeps the caller's own records silent says nothing of it. But <c>-Verbose:$false</c> does.
    /// </summary>
    private sealed class Switch(string name)
    {
        private readonly PropertyInfo? _value = EngineInternals.Streams.Property(name);
        private readonly PropertyInfo? _isSet = EngineInternals.Streams.Property($"Is{name}FlagSet");
        private readonly PropertyInfo? _preference = EngineInternals.Streams.Property($"{name}Preference");

        /// <summary>Until it is disposed; null where there is nothing to turn.</summary>
        internal IDisposable? TurnOn(Cmdlet cmdlet)
        {
            var runtime = cmdlet.CommandRuntime;
            if (_value is null || _isSet is null || !EngineInternals.Streams.IsOfEngine(cmdlet) || _isSet.GetValue(runtime) is not false
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
