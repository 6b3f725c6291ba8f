using System.Globalization;
using System.Management.Automation;
using System.Runtime.InteropServices;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Processes;
using ProcConcurrency.Values;

namespace ProcConcurrency.Worker;

/// <summary>One child's life: opens its engine while the parent's first request is on its way, and does what that says.</summary>
internal sealed class Child
{
    private static readonly TimeSpan s_stopGrace = TimeSpan.FromSeconds(2);
    private readonly ParentLink _link;
    private readonly Inbox _inbox;
    private readonly ValueContext _context = new(Session.Current.Key.ToArray());
    private readonly TaskCompletionSource _ended = new();
    private WorkerEngine? _engine;

    internal Child(ParentLink link, Inbox inbox)
    {
        _link = link;
        _inbox = inbox;
    }

    /// <summary>Runs to the end; returns the exit code.</summary>
    internal int Run()
    {
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnStopRequest);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, static context => context.Cancel = true);
        try
        {
            using var engine = _engine = WorkerEngine.Open();
            var (id, payload) = _inbox.Take();
            return id switch
            {
                ChildProtocol.Run => new BlockRunner(_link, engine, _context).Run(Settings(payload)),
                ChildProtocol.OpenWorker => new TaskRunner(_link, _inbox, engine, _context).Run(Settings(payload)),
                _ => throw new ProtocolException($"the parent sent a request with the unknown id {id}"),
            };
        }
        catch (IOException error)
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }
        finally
        {
            _ended.SetResult();
        }
    }

    private RunSettings Settings(byte[] payload)
    {
        var settings = RunSettings.Decode(payload, _context);
        CultureInfo.CurrentCulture = CultureInfo.DefaultThreadCurrentCulture = CultureInfo.GetCultureInfo(settings.Culture);
        CultureInfo.CurrentUICulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.GetCultureInfo(settings.UICulture);
        CurrentProcess.Instance.Name = settings.Name;
        CurrentProcess.Instance.ParentProcessId = settings.ParentProcessId;
        return settings;
    }

    /// <summary>Stops the script politely, so that its finally blocks run, then ends as the signal would have.</summary>
    private void OnStopRequest(PosixSignalContext context)
    {
        context.Cancel = true;
        new Thread(() =>
        {
            _engine?.Stop();
            _ended.Task.Wait(s_stopGrace);
            ParentLink.DieOfStopRequest();
        })
        { IsBackground = true, Name = "stop" }.Start();
    }
}
