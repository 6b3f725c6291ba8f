using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>
/// Owns the shared objects of a session or a manager: the only place where anything waits, is handed on or cleaned up.
/// <code>
/// handle -> port -> (channels, routers) -> Execute -> object: answers, waits or faults -> outbox -> receiver -> port -> handle
/// process gone -> Close: its waits end, what it held goes to the next, its handles are given back
/// </code>
/// </summary>
/// <remarks>
/// Thread-safe. One gate guards everything, so an operation that touches several objects (a condition and its lock, a
/// death) is one step; answers leave after the gate does. Nothing here opens what users stored.
/// </remarks>
internal sealed partial class Hub
{
    [ThreadStatic]
    private static List<Delivery>? t_outbox;

    // Guards everything below, every object, client and call.
    private readonly object _gate = new();
    private readonly HubObjectFactory _factory;
    private readonly Lazy<string> _id;
    private readonly Dictionary<long, HubObject> _objects = [];
    private readonly Dictionary<string, HubObject> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<HubClient> _clients = [];
    private readonly PayloadWriter _answer;
    private readonly Queue<HubObject> _unreferenced = [];
    private readonly HashSet<HubObject> _mentioned = []; // By the answer that is being written.
    private HubClient? _answering;
    private long _lastId;

    /// <summary>Makes a hub.</summary>
    /// <param name="factory">Makes its objects.</param>
    /// <param name="id">Makes its <see cref="Id"/>, when that is asked for; null for a random one.</param>
    internal Hub(HubObjectFactory factory, Func<string>? id = null)
    {
        _factory = factory;
        _id = new Lazy<string>(id ?? (static () => Convert.ToHexString(RandomNumberGenerator.GetBytes(8))));
        _answer = new PayloadWriter(Mention);
        _objects.Add(HubProtocol.StartGate, new StartGate(this));
    }

    /// <summary>Tells it from every other hub.</summary>
    internal string Id => _id.Value;

    /// <summary>How long a start's place counts at most: longer than a start takes on a crowded machine.</summary>
    internal TimeSpan StartLease { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Lets an object do something by itself, as one step.</summary>
    internal void Run(Action step)
    {
        lock (_gate)
        {
            step();
            RemoveUnreferenced();
        }

        Deliver();
    }

    /// <summary>A process speaks for the first time.</summary>
    internal HubClient Open(long id, int processId, string name, IHubReceiver receiver)
    {
        var client = new HubClient(id, processId, name, receiver);
        lock (_gate)
        {
            _clients.Add(client);
        }

        return client;
    }

    /// <summary>Carries out one request; its answer, and whatever it sets free, is delivered before this returns.</summary>
    /// <param name="client">The process that asks.</param>
    /// <param name="requestId">Its number for the request.</param>
    /// <param name="payload">What it asks.</param>
    /// <param name="descriptor">What came with it: the hub's from now on, and closed where nothing takes it.</param>
    /// <exception cref="ProtocolException">The request breaks a rule.</exception>
    internal void Execute(HubClient client, uint requestId, ReadOnlySpan<byte> payload, SafeHandle? descriptor = null)
    {
        using var attachment = descriptor is null ? null : new Attachment(descriptor);
        var reader = new PayloadReader(payload, attachment);
        _ = reader.Int64();
        var operation = (HubOperation)reader.Byte();
        var id = reader.Int64();
        var caller = reader.Int32();
        var call = new HubCall(client, requestId, caller, (CallFlags)reader.Byte());
        call.Until = call.HasUntil ? reader.Int64() : 0;
        try
        {
            lock (_gate)
            {
                try
                {
                    Execute(operation, id, call, ref reader);
                }
                catch (HubFaultException fault)
                {
                    Fault(call, fault.Fault, fault.Message);
                }
                catch (Exception error) when (error is not ProtocolException)
                {
                    // No descriptor or memory is left, or an answer is too large: that ends this request, and not who asks.
                    Fault(call, HubFault.InvalidArgument, $"The hub could not do it: {error.Message}");
                }

                RemoveUnreferenced();
            }
        }
        finally
        {
            // A request that breaks a rule may have answered others before.
            Deliver();
        }
    }

    /// <summary>Ends a wait. Where its answer is on its way already, nothing happens.</summary>
    internal void Cancel(HubClient client, uint requestId, bool forGood)
    {
        lock (_gate)
        {
            if (client.Waiting.TryGetValue(requestId, out var call))
            {
                call.Place!.Cancel(call, forGood);
            }

            RemoveUnreferenced();
        }

        Deliver();
    }

    /// <summary>A process is gone: ends its waits, hands on what it held, gives back its handles.</summary>
    internal void Close(HubClient client, int? exitCode)
    {
        var death = new ProcessDeath(client.ProcessId, client.Name, exitCode);
        lock (_gate)
        {
            if (!_clients.Remove(client))
            {
                return;
            }

            foreach (var call in client.Waiting.Values.ToArray())
            {
                // Canceling one may have answered another.
                call.Place?.Cancel(call, forGood: true);
            }

            foreach (var item in _objects.Values.ToArray())
            {
                item.OnClientGone(client, death);
            }

            foreach (var entry in client.References.Clear())
            {
                Release(entry.Id, entry.Count);
            }

            RemoveUnreferenced();
            client.Leases?.Dispose();
            client.Leases = null;
        }

        Deliver();
    }

    /// <summary>A caller is to its process what a process is to the session: its waits end, and what it held goes to the next.</summary>
    private void EndCaller(HubCall ending)
    {
        var (client, caller) = (ending.Client, ending.Caller);
        var end = new ProcessDeath(client.ProcessId, client.Name, null) { IsTask = true };
        foreach (var call in client.Waiting.Values.Where(call => call.Caller == caller).ToArray())
        {
            call.Place?.Cancel(call, forGood: true);
        }

        var freed = new List<string>();
        foreach (var item in _objects.Values.ToArray())
        {
            if (item.OnCallerGone(client, caller, end) is { } told)
            {
                freed.Add(told);
            }
        }

        var answer = Reply(ending).Int32(freed.Count);
        freed.ForEach(told => answer.Text(told));
        Answer(ending);
    }

    private void ShareMemory(HubCall call)
    {
        try
        {
            call.Client.Leases ??= LeasePage.Create();
        }
        catch (Exception)
        {
            // No memory, none that may be mapped, or no call for it in this system: then this process fetches nothing ahead.
        }

        Reply(call).Text(call.Client.Leases?.Address).Int64(call.Client.Leases?.Key ?? 0);
        Answer(call);
    }

    /// <summary>Begins the answer to a call; <see cref="Answer(HubCall)"/> sends it.</summary>
    internal PayloadWriter Reply(HubCall call)
    {
        foreach (var item in _mentioned)
        {
            // An answer that was begun, and became a fault.
            ReleaseReferenceOf(_answering!, item.Id);
        }

        _mentioned.Clear();
        _answering = call.Client;
        return _answer.Reset().Int64(call.Client.Id);
    }

    /// <summary>Sends what was written since <see cref="Reply"/>, once the gate is open.</summary>
    internal void Answer(HubCall call) => Send(call, MessageKind.Answer);

    internal void Fault(HubCall call, HubFault fault, string message)
    {
        Reply(call).Byte((byte)fault).Text(message);
        Send(call, MessageKind.Fault);
    }

    private static void Deliver()
    {
        if (t_outbox is { Count: > 0 } outbox)
        {
            // Taken away first: a receiver may come back here.
            t_outbox = null;
            foreach (var (client, kind, id, payload, length, descriptor) in outbox)
            {
                try
                {
                    if (!client.Receiver.Deliver(kind, id, payload.AsMemory(0, length), descriptor))
                    {
                        SpareArrays.Recycle(payload);
                    }
                }
                catch (Exception error)
                {
                    // The others get theirs.
                    Background.Tell($"answer to {client}", error);
                }
            }

            outbox.Clear();
            t_outbox = outbox;
        }
    }

    private void Send(HubCall call, MessageKind kind)
    {
        Debug.Assert(Monitor.IsEntered(_gate), "answers are made under the gate");
        if (kind == MessageKind.Answer)
        {
            foreach (var item in _mentioned)
            {
                _answer.Int64(item.Id);
            }

            _answer.Int32(_mentioned.Count);
            _mentioned.Clear();
        }

        var attached = _answer.Attached;
        var (payload, length) = _answer.HandOver();
        (t_outbox ??= []).Add(new Delivery(call.Client, kind, call.RequestId, payload, length, attached));
    }

    private void Execute(HubOperation operation, long id, HubCall call, ref PayloadReader arguments)
    {
        switch (operation)
        {
            case HubOperation.Create:
                Create(call, ref arguments);
                break;
            case HubOperation.List:
                List(call);
                break;
            case HubOperation.EndCaller:
                EndCaller(call);
                break;
            case HubOperation.LeaseMemory:
                ShareMemory(call);
                break;
            case HubOperation.Where:
                Reply(call).Int32(Environment.ProcessId).Text(Id);
                Answer(call);
                break;
            case HubOperation.Keep:
                Keep(Find(id));
                Reply(call);
                Answer(call);
                break;
            case HubOperation.Remove when id != HubProtocol.StartGate:
                Remove(Find(id));
                Reply(call);
                Answer(call);
                break;
            case HubOperation.State:
                var item = Find(id);
                item.WriteState(Reply(call));
                Answer(call);
                break;
            default:
                Find(id).Execute(operation, call, ref arguments);
                break;
        }
    }

    private sealed record Delivery(HubClient Client, MessageKind Kind, uint Id, byte[] Payload, int Length, SafeHandle? Descriptor);
}
