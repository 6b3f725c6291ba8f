using System.Management.Automation;
using ProcConcurrency.Values;
using ProcConcurrency.Worker;

namespace ProcConcurrency.Commands;

/// <summary>Writes a child's records to a cmdlet's own streams, so that the caller's preferences and redirections hold for them.</summary>
internal static class RecordWriter
{
    internal static void Write(Cmdlet cmdlet, RecordStream stream, object? record)
    {
        switch (stream, record)
        {
            case (RecordStream.Output, _):
                cmdlet.WriteObject(record);
                break;
            case (RecordStream.Error, ErrorRecord error):
                EngineInternals.Errors.Preserve(error);
                cmdlet.WriteError(error);
                break;
            case (RecordStream.Warning or RecordStream.Verbose or RecordStream.Debug, InformationalRecord whole) when EngineInternals.Streams.Write(cmdlet, whole):
                break;
            case (RecordStream.Warning, WarningRecord warning):
                cmdlet.WriteWarning(warning.Message);
                break;
            case (RecordStream.Verbose, VerboseRecord verbose):
                cmdlet.WriteVerbose(verbose.Message);
                break;
            case (RecordStream.Debug, DebugRecord debug):
                cmdlet.WriteDebug(debug.Message);
                break;
            case (RecordStream.Information, InformationRecord information):
                cmdlet.WriteInformation(information);
                break;
            case (RecordStream.Progress, ProgressRecord progress):
                cmdlet.WriteProgress(progress);
                break;
        }
    }
}
