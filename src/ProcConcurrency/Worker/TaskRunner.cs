using System.Management.Automation;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Processes;
using ProcConcurrency.Values;

namespace ProcConcurrency.Worker;

/// <summary>
/// A pool worker's life: initialize, then one pipeline over all its tasks. A terminating error, <c>break</c> or
/// <c>continue</c> ends that pipeline; it ends the one task too, and a new pipeline takes up the rest.
/// </summary>
internal sealed class TaskRunner(ParentLink link, Inbox inbox, WorkerEngine engine, ValueContext context)
{
    internal int Run(RunSettings settings)
    {
        using var sink = new TaskRecordSink(link, context);
        var tasks = new TaskQueue(link, sink, context);
        inbox.Notices = tasks;
        ScriptBlock block;
        ItemCall call;
        try
        {
            engine.Furnish(settings, sink);
            block = settings.Bundle.Block!.ToScriptBlock();
            call = engine.CallOf(block, settings.ArgumentList.Length > 0);
            tasks.Fresh = engine.Remember();
        }
        catch (Exception error) when (error is RuntimeException or IContainsErrorRecord)
        {
            return Refuse(((IContainsErrorRecord)error).ErrorRecord);
        }

        if (engine.ExitCode is { } early)
        {
            // Not ready, and with no error to tell: for the pool it is a worker that does not start.
            return early;
        }

        link.Send(MessageKind.Answer, ChildProtocol.OpenWorker, default);
        while (!tasks.IsEnded && engine.ExitCode is null)
        {
            try
            {
                engine.Invoke(sink, shell => shell.AddScript(call.Script, useLocalScope: true)
                    .AddArgument(tasks).AddArgument(block).AddArgument(settings.ArgumentList));
            }
            catch (PipelineStoppedException)
            {
                break;
            }
            catch (Exception error) when (error is RuntimeException or IContainsErrorRecord)
            {
                sink.Add(RecordStream.Error, ((IContainsErrorRecord)error).ErrorRecord);
            }

            if (engine.ExitCode is { } code)
            {
                // The task chose to end its process: that is for the parent to see as such.
                engine.RaiseExiting(sink);
                return code;
            }

            tasks.EndTask();
        }

        engine.RaiseExiting(sink);
        return 0;
    }

    private int Refuse(ErrorRecord error)
    {
        using var writer = new ValueWriter(context);
        writer.Write(error);
        link.Send(MessageKind.Fault, ChildProtocol.OpenWorker, writer.Memory);
        return 1;
    }
}
