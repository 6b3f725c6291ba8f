using System.Runtime.InteropServices;
using ProcConcurrency.Runtime.Channels;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>A process's way to one hub: requests out, answers in, handles counted.</summary>
/// <remarks>Thread-safe.</remarks>
public abstract class HubPort
{
    [ThreadStatic]
    private static PayloadWriter? t_request;

    // Guards _pending, _foreign and _closed. A plain table: a concurrent one of numbers is compiled anew at each child's start.
    private readonly object _gate = new();
    private readonly Dictionary<long, PendingCall> _pending = [];
    private readonly HashSet<ProcObject> _foreign = [];
    private readonly ReferenceTable _references;
    private volatile string? _closed;
    private int _lastId;

    private protected HubPort(long clientId)
    {
        ClientId = clientId;
        _references = new ReferenceTable(this);
        Leases = new LeaseSlots(this);
    }

    /// <summary>The hub's address for others: empty where the hub is the session's own.</summary>
    public abstract string Address { get; }

    internal long ClientId { get; }

    internal ReferenceTable References => _references;

    internal LeaseSlots Leases { get; }

    /// <summary>The hub's process, for which a socket has to be made on Windows; elsewhere nobody asks.</summary>
    internal int HubProcessId => OperatingSystem.IsWindows() ? Call(Request(HubOperation.Where, 0, CallFlags.None, new PayloadWriter())).Read().Int32() : 0;

    /// <summary>Begins a request. Nothing else of this thread may begin one before it is sent, but apart, in a writer of its own.</summary>
    internal PayloadWriter Request(HubOperation operation, long objectId, CallFlags flags = CallFlags.None, PayloadWriter? apart = null) =>
        (apart ?? (t_request ??= new PayloadWriter())).Reset().For(this).Int64(ClientId).Byte((byte)operation).Int64(objectId).Int32(HubEnvironment.Caller()).Byte((byte)flags);

    /// <summary>Sends a request and waits for its answer.</summary>
    /// <exception cref="ObjectGoneException">The object, or the hub, is gone.</exception>
    internal HubReply Call(PayloadWriter request, WaitLimit limit = default)
    {
        var call = new PendingCall(this, (uint)Interlocked.Increment(ref _lastId));
        lock (_gate)
        {
            if (_closed is { } reason)
            {
                throw new ObjectGoneException(reason);
            }

            _pending.Add(call.Id, call);
        }

        try
        {
            SendRequest(call.Id, request.Written, request.Attached);
            return call.Wait(limit);
        }
        catch (IOException error)
        {
            throw new ObjectGoneException($"The hub of this object can't be reached any more: {error.Message}");
        }
        finally
        {
            request.ReleaseHandles();
            lock (_gate)
            {
                _pending.Remove(call.Id);
            }
        }
    }

    /// <summary>
    /// Bytes in this hub mention an object of another one, which this hub can't count: this process, which put them there, keeps its
    /// handle as long as it has its way here.
    /// </summary>
    public void KeepForeign(ProcObject handle)
    {
        lock (_gate)
        {
            _foreign.Add(handle);
        }
    }

    /// <summary>Sends a request whose answer nobody needs.</summary>
    internal void Post(PayloadWriter request)
    {
        try
        {
            SendRequest((uint)Interlocked.Increment(ref _lastId), request.Written, null);
        }
        catch (IOException)
        {
            // The hub is gone, and with it what this was about.
        }
    }

    /// <summary>See <see cref="CallerHoldings.End"/>.</summary>
    internal IReadOnlyList<string> EndCaller(int caller)
    {
        try
        {
            var request = new PayloadWriter().Int64(ClientId).Byte((byte)HubOperation.EndCaller).Int64(0).Int32(caller).Byte((byte)CallFlags.None);
            var reader = Call(request).Read();
            var freed = new string[reader.Int32()];
            for (var i = 0; i < freed.Length; i++)
            {
                freed[i] = reader.Text() ?? string.Empty;
            }

            return freed;
        }
        catch (ObjectGoneException)
        {
            // The hub is gone, and with it what was held.
            return [];
        }
    }

    internal void Cancel(uint requestId, bool forGood)
    {
        var notice = new PayloadWriter().Int64(ClientId).Byte((byte)HubNotice.Cancel).Int32((int)requestId).Flag(forGood);
        TrySendNotice(notice);
    }

    internal void SendReference(HubNotice notice, long objectId) =>
        TrySendNotice(new PayloadWriter().Int64(ClientId).Byte((byte)notice).Int64(objectId));

    /// <summary>An answer or fault has come.</summary>
    internal void OnReply(MessageKind kind, uint id, ReadOnlySpan<byte> payload, SafeHandle? descriptor = null) =>
        OnOwnReply(kind, id, SpareArrays.Keep(payload), descriptor);

    /// <summary>The hub is gone: fails what waits and what comes.</summary>
    internal void Close(string reason)
    {
        PendingCall[] waiting;
        lock (_gate)
        {
            _closed = reason;
            waiting = [.. _pending.Values];
        }

        var fault = new PayloadWriter().Int64(ClientId).Byte((byte)HubFault.ObjectGone).Text(reason).Written.ToArray();
        foreach (var call in waiting)
        {
            call.Complete(MessageKind.Fault, fault, null);
        }
    }

    /// <summary>An answer or fault has come, in bytes as <see cref="SpareArrays.Keep"/> makes them: the port's from now on.</summary>
    private protected void OnOwnReply(MessageKind kind, uint id, ReadOnlyMemory<byte> payload, SafeHandle? descriptor)
    {
        PendingCall? call;
        lock (_gate)
        {
            _pending.TryGetValue(id, out call);
        }

        if (call is null || !call.Complete(kind, payload, descriptor))
        {
            SpareArrays.Recycle(payload);
            descriptor?.Dispose();
        }
    }

    private protected abstract void SendRequest(uint id, ReadOnlySpan<byte> payload, SafeHandle? descriptor);

    private protected abstract void SendNotice(ReadOnlySpan<byte> payload);

    private void TrySendNotice(PayloadWriter notice)
    {
        try
        {
            if (_closed is null)
            {
                SendNotice(notice.Written);
            }
        }
        catch (IOException)
        {
            // The hub is gone, and with it what this was about.
        }
    }
}
