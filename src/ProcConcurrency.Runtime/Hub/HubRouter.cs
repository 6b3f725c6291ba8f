using System.Buffers.Binary;
using System.Runtime.InteropServices;
using ProcConcurrency.Runtime.Channels;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>
/// Passes the hub's messages between the processes below this one and the hub: where the hub is here, into it; else up.
/// <code>
/// grandchild -> (request) -> child's router -> (request) -> root's router -> hub
/// grandchild &lt;- (answer)  &lt;- child's router &lt;- (answer)  &lt;- root's router &lt;- hub
/// </code>
/// Each message begins with the number of the process that it is from or for, so nothing has to be remembered for it.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class HubRouter
{
    private readonly Hub? _hub;
    private readonly IMessageSender? _up;

    // Guards _routes.
    private readonly object _gate = new();
    private readonly Dictionary<long, Route> _routes = [];

    /// <summary>A router beside its hub.</summary>
    internal HubRouter(Hub hub) => _hub = hub;

    /// <summary>A router below another one.</summary>
    internal HubRouter(IMessageSender up) => _up = up;

    /// <summary>A message from below, perhaps with a descriptor, which is the router's. Called on the link's own thread.</summary>
    /// <exception cref="ProtocolException">It breaks a rule.</exception>
    internal void FromBelow(IHubLink link, MessageKind kind, uint id, ReadOnlySpan<byte> payload, SafeHandle? descriptor = null)
    {
        // Closed here whatever happens, unless somebody takes it.
        using var attachment = descriptor is null ? null : new Attachment(descriptor);
        var route = Find(link, payload);
        if (_hub is null)
        {
            if (kind == MessageKind.Notice && IsNotice(payload, HubNotice.Cancel) && TryWithdraw(route, payload))
            {
                return;
            }

            if (kind == MessageKind.Notice && IsNotice(payload, HubNotice.Opened))
            {
                // It was told above when its route was made, with what this link carries.
                return;
            }

            PassUp(kind, id, payload, attachment?.Take());
            if (kind == MessageKind.Notice && IsNotice(payload, HubNotice.Closed))
            {
                Remove(route);
            }
        }
        else if (kind == MessageKind.Request)
        {
            _hub.Execute(route.Client!, id, payload, attachment?.Take());
        }
        else if (kind != MessageKind.Notice)
        {
            throw new ProtocolException($"a process below sent the hub a message of the kind {kind}");
        }
        else if (IsNotice(payload, HubNotice.Closed))
        {
            var exitCode = ExitCode(payload);
            Remove(route);
            _hub.Close(route.Client!, exitCode);
        }
        else
        {
            Notice(_hub, route.Client!, payload);
        }
    }

    /// <summary>An answer from above for a process below, perhaps with a descriptor; false where there is none with that number.</summary>
    internal bool FromAbove(MessageKind kind, uint id, ReadOnlySpan<byte> payload, SafeHandle? descriptor = null)
    {
        Route? route;
        lock (_gate)
        {
            _routes.TryGetValue(Client(payload), out route);
        }

        if (route is null)
        {
            descriptor?.Dispose();
        }

        route?.Send(kind, id, payload, descriptor);
        return route is not null;
    }

    /// <summary>A process below, and with it whatever it passed on for, is gone.</summary>
    internal void LinkClosed(IHubLink link, int? exitCode)
    {
        List<Route> gone;
        lock (_gate)
        {
            gone = [.. _routes.Values.Where(route => route.Link == link)];
            gone.ForEach(route => _routes.Remove(route.ClientId));
        }

        foreach (var route in gone)
        {
            var code = route.ClientId == link.ClientId ? exitCode : null;
            if (_hub is not null)
            {
                _hub.Close(route.Client!, code);
            }
            else
            {
                TrySendUp(Closed(route.ClientId, code));
            }
        }
    }

    /// <summary>The notice that a process speaks for the first time.</summary>
    internal static PayloadWriter Opened(long clientId, int processId, string name, bool carriesDescriptors) =>
        new PayloadWriter().Int64(clientId).Byte((byte)HubNotice.Opened).Int32(processId).Text(name).Flag(carriesDescriptors);

    /// <summary>The notice that a process is gone, with its exit code where that is known.</summary>
    internal static PayloadWriter Closed(long clientId, int? exitCode) =>
        new PayloadWriter().Int64(clientId).Byte((byte)HubNotice.Closed).Flag(exitCode is not null).Int32(exitCode ?? 0);

    /// <summary>A fault that is not the hub's.</summary>
    internal static PayloadWriter Fault(long clientId, HubFault fault, string message) =>
        new PayloadWriter().Int64(clientId).Byte((byte)fault).Text(message);

    /// <summary>Carries out what a notice says.</summary>
    internal static void Notice(Hub hub, HubClient client, ReadOnlySpan<byte> payload)
    {
        var reader = new PayloadReader(payload);
        _ = reader.Int64();
        switch ((HubNotice)reader.Byte())
        {
            case HubNotice.Opened:
                break; // Its route was made by it.
            case HubNotice.Cancel:
                hub.Cancel(client, (uint)reader.Int32(), reader.Flag());
                break;
            case HubNotice.AddReference:
                hub.AddReference(client, reader.Int64());
                break;
            case HubNotice.ReleaseReference:
                hub.ReleaseReference(client, reader.Int64());
                break;
            default:
                throw new ProtocolException("a notice to the hub says something unknown");
        }
    }

    /// <summary>The number of the process that a message is from or for.</summary>
    internal static long Client(ReadOnlySpan<byte> payload) => payload.Length >= HubProtocol.ClientSize
        ? BinaryPrimitives.ReadInt64LittleEndian(payload)
        : throw new ProtocolException("a message of the hub names no process");

    private static bool IsNotice(ReadOnlySpan<byte> payload, HubNotice notice) =>
        payload.Length > HubProtocol.ClientSize && payload[HubProtocol.ClientSize] == (byte)notice;

    private Route Find(IHubLink link, ReadOnlySpan<byte> payload)
    {
        var id = Client(payload);
        Route? route;
        bool isNew;
        lock (_gate)
        {
            isNew = !_routes.TryGetValue(id, out route);
            if (isNew)
            {
                route = Open(link, id, payload);
                _routes.Add(id, route);
            }
        }

        if (route!.Link != link)
        {
            throw new ProtocolException("a process speaks for another one that it didn't start");
        }

        if (isNew && _hub is null)
        {
            TrySendUp(Opened(id, route.ProcessId, route.Name, route.CarriesDescriptors));
        }

        return route;
    }

    private Route Open(IHubLink link, long id, ReadOnlySpan<byte> payload)
    {
        var (processId, name, carriesDescriptors) = (link.ProcessId, link.Name, link.CarriesDescriptors);
        if (id != link.ClientId)
        {
            if (!IsNotice(payload, HubNotice.Opened))
            {
                throw new ProtocolException("an unknown process speaks through another one");
            }

            var reader = new PayloadReader(payload[(HubProtocol.ClientSize + 1)..]);
            (processId, name) = (reader.Int32(), reader.Text() ?? string.Empty);
            carriesDescriptors &= reader.Flag();
        }

        var route = new Route(link, id, processId, name, carriesDescriptors);
        route.Client = _hub?.Open(id, processId, name, route);
        return route;
    }

    private static int? ExitCode(ReadOnlySpan<byte> closed)
    {
        var reader = new PayloadReader(closed[(HubProtocol.ClientSize + 1)..]);
        var isKnown = reader.Flag();
        var code = reader.Int32();
        return isKnown ? code : null;
    }

    private void Remove(Route route)
    {
        lock (_gate)
        {
            _routes.Remove(route.ClientId);
        }
    }

    /// <summary>
    /// Takes a request back of which nothing has left this process, where its caller can do without an answer: nobody else could, and it
    /// would lie here until what is above reads again.
    /// </summary>
    private bool TryWithdraw(Route route, ReadOnlySpan<byte> cancel)
    {
        var reader = new PayloadReader(cancel[(HubProtocol.ClientSize + 1)..]);
        var request = (uint)reader.Int32();
        _ = reader.Flag();
        if (!reader.Flag() || !_up!.Withdraw(MessageKind.Request, request, cancel[..HubProtocol.ClientSize]))
        {
            return false;
        }

        route.Send(MessageKind.Fault, request, Fault(route.ClientId, HubFault.Withdrawn, string.Empty).Written, null);
        return true;
    }

    /// <summary>The end of a wait, or of a process, must not overtake a large request of that process.</summary>
    private void PassUp(MessageKind kind, uint id, ReadOnlySpan<byte> payload, SafeHandle? descriptor)
    {
        if (kind == MessageKind.Notice && descriptor is null && (IsNotice(payload, HubNotice.Cancel) || IsNotice(payload, HubNotice.Closed)))
        {
            _up!.PostInOrder(kind, id, payload);
        }
        else
        {
            _up!.Post(kind, id, payload, descriptor);
        }
    }

    private void TrySendUp(PayloadWriter notice)
    {
        try
        {
            PassUp(MessageKind.Notice, HubProtocol.NoticeId, notice.Written, null);
        }
        catch (IOException)
        {
            // What is above is gone; this process ends too.
        }
    }

    private sealed class Route(IHubLink link, long clientId, int processId, string name, bool carriesDescriptors) : IHubReceiver
    {
        internal IHubLink Link => link;

        internal long ClientId => clientId;

        internal int ProcessId => processId;

        internal string Name => name;

        internal HubClient? Client { get; set; }

        // All the way down: a link further below may carry bytes alone.
        public bool CarriesDescriptors => carriesDescriptors;

        public bool Deliver(MessageKind kind, uint id, ReadOnlyMemory<byte> payload, SafeHandle? descriptor)
        {
            Send(kind, id, payload.Span, descriptor);
            return false;
        }

        internal void Send(MessageKind kind, uint id, ReadOnlySpan<byte> payload, SafeHandle? descriptor)
        {
            if (descriptor is not null && !carriesDescriptors)
            {
                // Whoever sent it doesn't know the way. What concerns one request must not end the link that it came by.
                descriptor.Dispose();
                Send(MessageKind.Fault, id, Fault(clientId, HubFault.InvalidArgument, HubCall.NoSocketGoes).Written, null);
                return;
            }

            try
            {
                link.Post(kind, id, payload, descriptor);
            }
            catch (IOException)
            {
                // It is gone; its link says so to the hub next.
            }
        }
    }
}
