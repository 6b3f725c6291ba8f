using System.Management.Automation;

namespace ProcConcurrency.Commands;

/// <summary>
/// Writes warnings, verbose and debug records as they are, with the place and the process that they came from. A cmdlet's own
/// methods take their text alone; the engine has ones for records, as Receive-Job needs them.
/// </summary>
internal static class StreamWriter
{
    internal static void Write(Cmdlet cmdlet, WarningRecord record)
    {
        if (!EngineInternals.Streams.Write(cmdlet, record))
        {
            cmdlet.WriteWarning(record.Message);
        }
    }

    internal static void Write(Cmdlet cmdlet, VerboseRecord record)
    {
        if (!EngineInternals.Streams.Write(cmdlet, record))
        {
            cmdlet.WriteVerbose(record.Message);
        }
    }

    internal static void Write(Cmdlet cmdlet, DebugRecord record)
    {
        if (!EngineInternals.Streams.Write(cmdlet, record))
        {
            cmdlet.WriteDebug(record.Message);
        }
    }
}
