using System.Buffers.Binary;
using System.Runtime.InteropServices;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>A process's way to one hub: requests out, answers in, handles counted.</summary>
/// <remarks>Thread-safe.</remarks>
public abstract partial class HubPort
{
    [ThreadStatic]
    private static PayloadWriter? t_spare;

    // Who called, on the thread that undoes what a late answer brought.
    [ThreadStatic]
    private static int? t_caller;

    // Guards _pending, _late, _left, _foreign and _closed. A plain table: a concurrent one of numbers is compiled anew at each child's start.
    private readonly object _gate = new();
    private readonly Dictionary<long, PendingCall> _pending = [];
    private readonly Queue<PendingCall> _late = [];
    private readonly List<PendingCall> _left = []; // Those that are not undone yet.
    private readonly HashSet<ProcObject> _foreign = [];
    private readonly ReferenceTable _references;
    private volatile string? _closed;
    private volatile string? _hubId;
    private bool _isUndoing;
    private int _leftCount; // Of _left, to be looked at without the gate.
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

    /// <summary>Whether the hub is for certain another process on this machine: it may be stopped by itself, and has the same clock.</summary>
    internal abstract bool HubIsNeighbour { get; }

    internal ReferenceTable References => _references;

    internal LeaseSlots Leases { get; }

    /// <summary>Whether the hub can't be reached any more.</summary>
    internal bool IsClosed
    {
        get
        {
            lock (_gate)
            {
                return _closed is not null;
            }
        }
    }

    /// <summary>The hub's process, for which a socket has to be made on Windows; elsewhere nobody asks.</summary>
    internal int HubProcessId => OperatingSystem.IsWindows() ? Call(Request(HubOperation.Where, 0)).Read().Int32() : 0;

    /// <summary>What tells the hub from every other one. A manager is asked for it, once.</summary>
    /// <param name="timeout">0 or more: how long the caller waits for it; null for ever.</param>
    /// <exception cref="TimeoutException">The hub did not answer in time.</exception>
    public string HubId(TimeSpan? timeout = null)
    {
        if ((_hubId ??= KnownHubId) is null)
        {
            var reader = Call(Request(HubOperation.Where, 0), new WaitLimit(timeout, CancellationToken.None), LateAnswer.Failing).Read();
            _ = reader.Int32();
            _hubId = reader.Text();
        }

        return _hubId!;
    }

    /// <summary>Begins a request, in a writer that is its own until it has been sent: making one may take another request.</summary>
    /// <param name="operation">What it asks for.</param>
    /// <param name="objectId">What it is about.</param>
    /// <param name="flags">How it is to be carried out.</param>
    /// <param name="caller">Who asks; null for whoever is on this thread.</param>
    internal PayloadWriter Request(HubOperation operation, long objectId, CallFlags flags = CallFlags.None, int? caller = null)
    {
        var writer = t_spare ?? new PayloadWriter();
        t_spare = null;
        return writer.Reset().For(this).Int64(ClientId).Byte((byte)operation).Int64(objectId).Int32(caller ?? Caller()).Byte((byte)flags);
    }

    /// <summary>The number of the caller on this thread.</summary>
    internal static int Caller() => t_caller ?? HubEnvironment.Caller();

    /// <summary>Sends a request and waits for its answer.</summary>
    /// <param name="request">The request.</param>
    /// <param name="limit">How long its caller waits.</param>
    /// <param name="late">What to do where the answer comes later than that; null for nothing.</param>
    /// <exception cref="ObjectGoneException">The object, or the hub, is gone.</exception>
    /// <exception cref="OperationCanceledException">The caller was stopped, and there is no answer.</exception>
    internal HubReply Call(PayloadWriter request, WaitLimit limit = default, LateAnswer? late = null)
    {
        var objectId = BinaryPrimitives.ReadInt64LittleEndian(request.Written[(HubProtocol.ClientSize + 1)..]);
        var call = new PendingCall(this, (uint)Interlocked.Increment(ref _lastId), late) { ObjectId = objectId };
        try
        {
            if (t_caller is null && !AwaitTurn(objectId, ref limit, canDoWithout: late?.Outcome is not null))
            {
                late!.Withdrawn?.Invoke();
                return call.Outcome();
            }
        }
        catch (Exception error) when (error is not ObjectGoneException)
        {
            // Nothing of it has gone, nor will.
            late?.Withdrawn?.Invoke();
            throw;
        }

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
            try
            {
                SendRequest(call.Id, request.Memory, request.Attached);
            }
            catch (IOException error)
            {
                throw Unreachable(error);
            }

            // What the hub answers may be an IOException too, and stays what it is: a pipe's end that is closed.
            return call.Wait(limit);
        }
        finally
        {
            if (call.IsLeft)
            {
                // What the request mentions has to live until the hub has counted it.
                call.Holds(request.TakeHeld());
            }
            else
            {
                request.ReleaseHandles();
                lock (_gate)
                {
                    _pending.Remove(call.Id);
                }
            }

            if (call.IsAnswered)
            {
                // Not before: its bytes may still wait to be sent.
                t_spare = request;
            }
        }
    }

    /// <summary>Takes a request back of which nothing has gone yet.</summary>
    internal bool TryWithdraw(uint id)
    {
        Span<byte> client = stackalloc byte[HubProtocol.ClientSize];
        BinaryPrimitives.WriteInt64LittleEndian(client, ClientId);
        return Withdraw(id, client);
    }

    /// <summary>A caller waits no more for a call whose answer is still to come.</summary>
    internal void OnLeft(PendingCall call)
    {
        lock (_gate)
        {
            _left.Add(call);
            _leftCount++;
        }
    }

    /// <summary>The answer of a call that its caller has left. The reading thread brings it, and may not wait: another thread undoes it.</summary>
    internal void OnLate(PendingCall call)
    {
        lock (_gate)
        {
            _pending.Remove(call.Id);
            _late.Enqueue(call);
            if (_isUndoing)
            {
                return;
            }

            _isUndoing = true;
        }

        Background.StartOrQueue("late answers", UndoAll);
    }

    /// <summary>
    /// Bytes in this hub mention an object of another one. Where nothing in this hub stands for it that is counted (<see cref="ForeignObject"/>),
    /// this process, which put them there, keeps its handle as long as it has its way here, and so does the session where this is one of its children.
    /// </summary>
    public void KeepForeign(ProcObject handle)
    {
        ArgumentNullException.ThrowIfNull(handle);
        if (handle is ForeignReference || (handle.Transit is { IsConfirmed: true } transit && transit.Port == this))
        {
            return;
        }

        lock (_gate)
        {
            if (_closed is not null)
            {
                return;
            }

            _foreign.Add(handle);
        }

        if (this is ConnectedHubPort && (handle.Port is ConnectedHubPort ? handle.Transit : handle) is { Port: ChannelHubPort } own)
        {
            own.KeepInHub();
        }
    }

    /// <summary>Sends a request whose answer nobody needs.</summary>
    internal void Post(PayloadWriter request)
    {
        try
        {
            SendPreceding();
            SendRequest((uint)Interlocked.Increment(ref _lastId), request.Written.ToArray(), null);
        }
        catch (IOException)
        {
            // The hub is gone, and with it what this was about.
        }

        t_spare = request;
    }

    /// <summary>See <see cref="CallerHoldings.End"/>.</summary>
    internal IReadOnlyList<string> EndCaller(int caller)
    {
        try
        {
            var reader = Call(Request(HubOperation.EndCaller, 0, caller: caller)).Read();
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

    /// <summary>The caller of a request waits no more.</summary>
    /// <param name="requestId">The request.</param>
    /// <param name="forGood">It doesn't even wait for a lock that it has to have back.</param>
    /// <param name="canDoWithout">It needs no answer of the hub's.</param>
    internal void Cancel(uint requestId, bool forGood, bool canDoWithout)
    {
        var notice = new PayloadWriter().Int64(ClientId).Byte((byte)HubNotice.Cancel).Int32((int)requestId).Flag(forGood).Flag(canDoWithout);
        TrySendNotice(notice, isInOrder: true);
    }

    internal void SendReference(HubNotice notice, long objectId) =>
        TrySendNotice(new PayloadWriter().Int64(ClientId).Byte((byte)notice).Int64(objectId), isInOrder: false);

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
            _foreign.Clear();
        }

        var fault = HubRouter.Fault(ClientId, HubFault.ObjectGone, reason).Written.ToArray();
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

    /// <summary>See <see cref="HubId"/>; null where only the hub knows it.</summary>
    private protected virtual string? KnownHubId => null;

    /// <summary>Sends a request, and never waits: what there is no room for follows. Its bytes stay as they are until it is answered.</summary>
    private protected abstract void SendRequest(uint id, ReadOnlyMemory<byte> payload, SafeHandle? descriptor);

    /// <summary>Sends what has to go before a request, without waiting; gives what has not gone yet, or null.</summary>
    private protected virtual UnsentMessage? SendPreceding() => null;

    /// <summary>Sends a notice, and never waits.</summary>
    /// <param name="payload">Its bytes.</param>
    /// <param name="isInOrder">Not before all that was sent before it.</param>
    private protected abstract void SendNotice(ReadOnlySpan<byte> payload, bool isInOrder);

    /// <summary>See <see cref="TryWithdraw"/>.</summary>
    private protected abstract bool Withdraw(uint id, ReadOnlySpan<byte> beginning);

    private void UndoAll()
    {
        while (true)
        {
            PendingCall? call;
            lock (_gate)
            {
                if (!_late.TryDequeue(out call))
                {
                    _isUndoing = false;
                    return;
                }
            }

            t_caller = call.Caller;
            Background.Run("late answer", call.Undo);
            t_caller = null;
            lock (_gate)
            {
                _left.Remove(call);
                _leftCount--;
                Monitor.PulseAll(_gate);
            }
        }
    }

    private static ObjectGoneException Unreachable(IOException error) => new($"The hub of this object can't be reached any more: {error.Message}");

    private void Wake()
    {
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }

    private void TrySendNotice(PayloadWriter notice, bool isInOrder)
    {
        try
        {
            if (_closed is null)
            {
                SendNotice(notice.Written, isInOrder);
            }
        }
        catch (IOException)
        {
            // The hub is gone, and with it what this was about.
        }
    }
}
