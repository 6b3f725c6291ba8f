using System.Management.Automation;
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
            case (RecordStream.Error, ErrorRecord line) when NativeOutput.IsLine(line):
                StreamWriter.WriteNativeLine(cmdlet, line);
                break;
            case (RecordStream.Error, ErrorRecord error):
                EngineInternals.Errors.Preserve(error);
                cmdlet.WriteError(error);
                break;
            case (RecordStream.Warning, WarningRecord warning):
                StreamWriter.Write(cmdlet, warning);
                break;
            case (RecordStream.Verbose, VerboseRecord verbose):
                StreamWriter.Write(cmdlet, verbose);
                break;
            case (RecordStream.Debug, DebugRecord debug):
                StreamWriter.Write(cmdlet, debug);
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
