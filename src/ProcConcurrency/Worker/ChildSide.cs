using System.Globalization;
using System.Management.Automation;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Processes;
using ProcConcurrency.Values;

namespace ProcConcurrency.Worker;

/// <summary>One child's life: opens its engine while the channel and the parent's first request come up, and does what that says.</summary>
internal sealed class ChildSide(Task<ParentLink> linked, Inbox inbox, StopRequest stop)
{
    /// <summary>Runs to the end; returns the exit code.</summary>
    internal int Run()
    {
        try
        {
            using var engine = WorkerEngine.Open();
            var link = linked.GetAwaiter().GetResult();
            link.Send(MessageKind.Notice, ChildProtocol.Opened, default);
            var context = SessionValues.Context.OfParent();
            var (id, payload) = inbox.Take();
            while (id is ChildProtocol.Rehearse or ChildProtocol.Become)
            {
                var isDone = id == ChildProtocol.Rehearse ? Rehearsal.TryRun(link, context) : Surroundings.TryTakeOn(payload, engine);
                link.Send(isDone ? MessageKind.Answer : MessageKind.Fault, id, default);
                (id, payload) = inbox.Take();
            }

            // Until here a request to stop ends the process at once: nothing of a script's has begun.
            stop.Stops(engine);
            try
            {
                return id switch
                {
                    ChildProtocol.Run => new BlockRunner(link, engine, context).Run(Settings(payload, context, engine)),
                    ChildProtocol.OpenWorker => new TaskRunner(link, inbox, engine, context).Run(Settings(payload, context, engine)),
                    ChildProtocol.OpenManager => new ManagerRunner(link, inbox).Run(payload),
                    _ => throw new ProtocolException($"the parent sent a request with the unknown id {id}"),
                };
            }
            catch (ValueNotReadableException error)
            {
                return Refuse(link, context, id, Errors.NotReadable(error, null));
            }
        }
        catch (Exception error) when (error is IOException or ValueFormatException)
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }
        finally
        {
            stop.ScriptEnded();
        }
    }

    /// <summary>An argument that can't be read here is an error that the caller sees as such, with its name.</summary>
    private static int Refuse(ParentLink link, ValueContext context, uint id, ErrorRecord error)
    {
        const int Failed = 1;
        using var writer = new ValueWriter(context);
        if (id == ChildProtocol.OpenWorker)
        {
            writer.Write(error);
            link.Send(MessageKind.Fault, id, writer.Memory);
            return Failed;
        }

        RecordCodec.Write(writer, RecordStream.Error, error);
        link.Send(MessageKind.Notice, id, writer.Memory);
        new RunAnswer(Failed, Threw: true).Send(link, context);
        return Failed;
    }

    internal static RunSettings Settings(byte[] payload, ValueContext context, WorkerEngine engine)
    {
        var settings = RunSettings.Decode(payload, context, engine);
        CultureInfo.CurrentCulture = CultureInfo.DefaultThreadCurrentCulture = Culture(settings.Culture);
        CultureInfo.CurrentUICulture = CultureInfo.DefaultThreadCurrentUICulture = Culture(settings.UICulture);
        if (settings.Location is { } location)
        {
            engine.Enter(location);
        }

        return settings;
    }

    /// <summary>The caller's culture; the invariant one where this engine knows no other.</summary>
    private static CultureInfo Culture(string name)
    {
        try
        {
            return CultureInfo.GetCultureInfo(name);
        }
        catch (CultureNotFoundException)
        {
            return CultureInfo.InvariantCulture;
        }
    }
}
