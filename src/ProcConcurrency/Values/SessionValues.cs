using System.Management.Automation.Runspaces;
using ProcConcurrency.Pools;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Kinds;
using ProcConcurrency.Runtime.Remote;

namespace ProcConcurrency.Values;

/// <summary>The values of this session: its key, its handles, and what the hub has to know of PowerShell.</summary>
/// <remarks>Thread-safe. In a child, first used when the parent's key is there.</remarks>
internal static class SessionValues
{
    private static readonly Lazy<ValueContext> s_context = new(Create);
    private static readonly Lazy<ValueContext> s_remote = new(static () => Create(Session.Current.RemoteKey.ToArray(), "another machine"));

    /// <summary>What everything that leaves or reaches this process is encoded with.</summary>
    internal static ValueContext Context => s_context.Value;

    /// <summary>What is encoded with for processes on other machines: they have a key of their own.</summary>
    internal static ValueContext Remote
    {
        get
        {
            _ = Context;
            return s_remote.Value;
        }
    }

    /// <summary>What is encoded with for a host; for this machine where it is null.</summary>
    internal static ValueContext For(string? hostName) => hostName is null ? Context : Remote.For($"'{hostName}'");

    /// <summary>What is encoded with for whichever of several machines has a worker free; for this machine alone where there are none.</summary>
    internal static ValueContext For(HostSet? hosts) => hosts?.HostNames switch
    {
        null => Context,
        [] => Remote,
        [var only] => For(only),
        [var first, var second] => Remote.For($"'{first}' and '{second}'"),
        var all => Remote.For($"'{all[0]}' and {all.Count - 1} others"),
    };

    /// <summary>The way to the session's hub.</summary>
    internal static HubPort Hub
    {
        get
        {
            _ = Context;
            return Session.Current.Hub;
        }
    }

    private static ValueContext Create()
    {
        HubKinds.Install(new HubCodec(), Caller, StopWatcher.IsStopping, StopWatcher.Watch, StopWatcher.Error, new WaitCallbacks(), BarrierAction.Run);
        return Create(Session.Current.Key.ToArray());
    }

    private static ValueContext Create(byte[] key, string? elsewhere = null) =>
        new(key, Open, static () => Session.Current.Hub, static () => Session.Current.RemoteKey.ToArray()) { Elsewhere = elsewhere };

    private static ProcObject? Open(TravelingHandle handle)
    {
        var port = handle.Key is { } key
            ? ConnectedHubPort.Open(handle.Address, key, Worker.CurrentProcess.Instance.Name)
            : Session.Current.Hub;
        var opened = HubKinds.Open(port, handle.Kind, handle.Id, handle.Name);
        if (opened is not null && handle.Beside > 0)
        {
            ProcObjectHandle.Attach(opened, Session.Current.Hub, handle.Beside);
        }

        return opened;
    }

    // A runspace may change its thread from one command to the next; as the owner of a lock it stays the same. A pool's task is
    // an owner of its own.
    private static int Caller() => Runspace.DefaultRunspace is { } runspace ? Worker.TaskCaller.Of(runspace) : -Environment.CurrentManagedThreadId;
}
