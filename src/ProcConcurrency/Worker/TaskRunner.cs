using System.Management.Automation;
using ProcConcurrency.Pools;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Processes;
using ProcConcurrency.Values;

namespace ProcConcurrency.Worker;

/// <summary>
/// A pool worker's life: initialize, then a pipeline over all tasks that run the same. A terminating error, <c>break</c> or
/// <c>continue</c> ends that pipeline; it ends the one task too, and a new pipeline takes up the rest.
/// </summary>
internal sealed class TaskRunner(ParentLink link, Inbox inbox, WorkerEngine engine, ValueContext context)
{
    private (int Id, ItemCall Call) _adopted;

    internal int Run(RunSettings settings)
    {
        using var sink = new TaskRecordSink(link, context);
        var tasks = new TaskQueue(link, sink, context) { ReportsMemory = settings.ReportsMemory, IsStopped = () => engine.IsStopped };
        inbox.Notices = tasks;
        try
        {
            engine.Furnish(settings, sink);
            tasks.Fresh = engine.Remember();
        }
        catch (PipelineStoppedException) when (engine.IsStopped)
        {
            // The process ends of the stop request, and the pool is to see that: nothing is wrong with its setup.
            return 1;
        }
        catch (Exception error) when (error is RuntimeException or IContainsErrorRecord)
        {
            link.Send(MessageKind.Fault, ChildProtocol.OpenWorker, Encode(ThrownError.RecordOf(error)));
            return 1;
        }

        if (engine.ExitCode is { } early)
        {
            // Not ready, and with no error to tell: for the pool it is a worker that does not start.
            return early;
        }

        link.Send(MessageKind.Answer, ChildProtocol.OpenWorker, default);
        int? code = null;
        while (engine.ExitCode is null && RunNext(tasks, sink, ref code))
        {
        }

        try
        {
            engine.RaiseExiting(sink);
        }
        catch (PipelineStoppedException) when (engine.IsStopped)
        {
            // The process ends of the stop request, and no handler begins any more.
        }

        sink.Flush();
        return code ?? 0;
    }

    /// <summary>
    /// Runs tasks of one kind; false at the end. A method of its own, for nothing of what has run may stay in a variable while the
    /// worker rests.
    /// </summary>
    private bool RunNext(TaskQueue tasks, TaskRecordSink sink, ref int? code)
    {
        if (tasks.AwaitDefinition(Rest) is not { } definition)
        {
            return false;
        }

        try
        {
            if (!Adopt(definition.Id, definition.Payload, tasks, sink))
            {
                return true;
            }

            engine.Invoke(sink, shell => _adopted.Call.AddTo(shell, tasks));
        }
        catch (PipelineStoppedException) when (engine.IsStopped)
        {
            return false;
        }
        catch (Exception error) when (error is RuntimeException or IContainsErrorRecord)
        {
            sink.Add(RecordStream.Error, ThrownError.RecordOf(error));
        }

        // The task may choose to end its process: that is for the parent to see as such.
        code = engine.ExitCode;
        if (code is null)
        {
            tasks.EndTask();
        }

        return code is null;
    }

    /// <summary>Sets up what the next tasks run, unless it was the last that was set up; false where that fails, which the pool is told.</summary>
    private bool Adopt(int id, byte[] payload, TaskQueue tasks, RecordSink sink)
    {
        if (id == _adopted.Id)
        {
            return true;
        }

        Abandon();
        TaskCaller.BeginKind();
        try
        {
            var settings = RunSettings.Decode(payload, context, engine);
            if (settings.Folder is { } folder)
            {
                engine.Move(folder, settings.Location);
                tasks.Fresh = engine.Remember(folder);
            }

            engine.Furnish(settings, sink, forGood: false);
            tasks.Form = settings.Form;
            _adopted = (id, ItemCall.Of(settings.Bundle.Block!, engine.AsFunction, settings.ArgumentList, settings.Form));
            return true;
        }
        catch (CallerException error)
        {
            tasks.Refuse(id, Encode(error.Record));
        }
        catch (Exception error) when (error is IContainsErrorRecord and not PipelineStoppedException)
        {
            tasks.Refuse(id, Encode(ThrownError.RecordOf(error)));
        }
        catch (ValueFormatException error)
        {
            tasks.Refuse(id, Encode(Errors.NotReadable(error, null)));
        }

        return false;
    }

    private void Abandon()
    {
        _adopted = default;
        TaskCaller.EndKind();
        engine.Withdraw();
    }

    /// <summary>
    /// Between two pools nothing stays of what the first one ran. False where its tasks left something that is to end with their
    /// pool, as they could count on: a handler of the process's end, or child processes.
    /// </summary>
    private bool Rest()
    {
        Abandon();
        if (engine.HasExitHandlers || Session.Current.ChildProcessIds.Except(WarmWorkers.Keeper.ProcessIds).Any())
        {
            return false;
        }

        WarmWorkers.Keeper.Release();
        return true;
    }

    private byte[] Encode(ErrorRecord error)
    {
        using var writer = new ValueWriter(context);
        writer.Write(error);
        return writer.Written.ToArray();
    }
}
