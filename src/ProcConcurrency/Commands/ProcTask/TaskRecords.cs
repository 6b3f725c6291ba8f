using System.Management.Automation;
using ProcConcurrency.Pools;

namespace ProcConcurrency.Commands;

/// <summary>Writes what a task wrote, and what has to be said of it beside that.</summary>
internal static class TaskRecords
{
    internal static void Write(Cmdlet cmdlet, ProcTask task)
    {
        foreach (var (stream, record) in task.Records)
        {
            RecordWriter.Write(cmdlet, stream, record);
        }

        if (task.OwnError is { } error)
        {
            cmdlet.WriteError(Errors.Again(error));
        }

        PoolNews.Tell(task.Pool?.Core, cmdlet.WriteError, cmdlet.WriteWarning);
    }
}
