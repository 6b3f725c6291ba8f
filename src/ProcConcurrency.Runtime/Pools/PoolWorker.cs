using System.Buffers.Binary;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Processes;

namespace ProcConcurrency.Runtime.Pools;

/// <summary>What a worker tells whoever it works for. Calls come from the worker's own thread, one at a time.</summary>
internal interface IWorkerOwner
{
    /// <summary>Its initialization has run: it takes tasks.</summary>
    void OnOpened();

    /// <summary>Its initialization failed, with this error, encoded. It ends.</summary>
    void OnRefused(byte[] reason);

    /// <summary>It has begun on its batch.</summary>
    void OnBegun();

    /// <summary>Results of the task that it is at, and with a task's last how much memory it uses, in bytes, where that is asked for. They are valid during the call only.</summary>
    void OnResults(long number, ReadOnlySpan<byte> records, bool isLast, bool failed, object? held, long? memory = null);

    /// <summary>It gives back the last tasks of its batch: for it was asked to, or because one failed, and who wants the others has to say so.</summary>
    void OnReturned(int count, bool wasAsked = true);

    /// <summary>It can't set up what its batch is to run, and has dropped the batch.</summary>
    void OnDefinitionRefused(int definition, byte[] reason);

    /// <summary>Its process is gone. The last call.</summary>
    void OnExited(WorkerCrash crash);
}

/// <summary>
/// A worker process, seen from the session: messages out, messages in. It knows no pool, and may work for one after the other:
/// <code>
/// Start -> OpenWorker -> Define -> Tasks -> Begun, Results ... -> Tasks ... -> Rest -> (another owner) Tasks ... -> End
/// </code>
/// </summary>
/// <remarks>Thread-safe.</remarks>
/// <param name="opening">What it is told first.</param>
/// <param name="owner">Whom it works for.</param>
internal sealed class PoolWorker(byte[] opening, IWorkerOwner owner) : IChildHandler, ITaskWorker
{
    private const int InitialSize = 4096;

    // Guards _defined and _message: one thread sends at a time.
    private readonly object _gate = new();
    private readonly List<int> _defined = [];
    private byte[] _message = new byte[InitialSize];

    // Guards a change of _owner against _isGone: each owner hears of the end, unless it was told that the worker is gone.
    private readonly object _owning = new();
    private volatile IWorkerOwner _owner = owner;
    private bool _isGone;
    private volatile Func<string, Task?>? _output;

    private readonly ResultFlow _flow = new();
    private IChildLink? _link;
    private IDisposable? _place;
    private int _doneCount;

    /// <inheritdoc/>
    public int ProcessId => Link?.ProcessId ?? 0;

    /// <inheritdoc/>
    public string? HostName => Link?.Host.Name;

    /// <summary>As <see cref="PoolSettings.OnOutput"/>, of the pool that it works for.</summary>
    internal Func<string, Task?>? Output { set => _output = value; }

    /// <summary>How many tasks it has done, for whomever it worked.</summary>
    internal int DoneCount => Volatile.Read(ref _doneCount);

    /// <summary>Its process; null while it is being started.</summary>
    internal IChildLink? Link => Volatile.Read(ref _link);

    /// <summary>From now on it works for another owner; false where it is gone, of which that owner hears nothing more.</summary>
    internal bool TryServe(IWorkerOwner owner)
    {
        lock (_owning)
        {
            _owner = owner;
            return !_isGone;
        }
    }

    /// <summary>Starts its process.</summary>
    /// <param name="start">Starts it.</param>
    /// <param name="place">What it has until its end; null for nothing.</param>
    internal void Start(Func<IChildHandler, IDisposable?, Action<string>, IChildLink> start, IDisposable? place)
    {
        _place = place;
        var link = start(this, place, TakeLine);
        Volatile.Write(ref _link, link);
    }

    /// <inheritdoc/>
    public void Send(TaskDefinition definition, IReadOnlyList<PoolTask> batch)
    {
        lock (_gate)
        {
            if (!_defined.Contains(definition.Id))
            {
                if (_defined.Count == ChildProtocol.MaxDefinitions)
                {
                    // The worker drops its oldest, too.
                    _defined.RemoveAt(0);
                }

                _defined.Add(definition.Id);
                var message = new byte[sizeof(int) + definition.Payload.Length];
                BinaryPrimitives.WriteInt32LittleEndian(message, definition.Id);
                definition.Payload.CopyTo(message, sizeof(int));
                TryPost(ChildProtocol.Define, message);
            }

            _flow.Expect(batch.Count);

            // After the definition, however large that is.
            TryPost(ChildProtocol.Tasks, Encode(definition, batch), isInOrder: true);
        }
    }

    /// <inheritdoc/>
    /// <remarks>After the batch, however large that is: a worker that has not got the batch yet has nothing to give back.</remarks>
    public void Recall() => TryPost(ChildProtocol.Recall, [], isInOrder: true);

    /// <inheritdoc/>
    public void GiveCredit(int amount)
    {
        if (amount > 0)
        {
            Span<byte> payload = stackalloc byte[sizeof(int)];
            BinaryPrimitives.WriteInt32LittleEndian(payload, amount);
            TryPost(ChildProtocol.Credit, payload);
        }
    }

    /// <inheritdoc/>
    public void End() => TryPost(ChildProtocol.End, []);

    /// <inheritdoc/>
    public void Kill()
    {
        if (Link is { } link)
        {
            WorkerKiller.Shared.Add(link);
        }
    }

    /// <summary>
    /// Makes it ready for another owner: it forgets what it was told to run. Completes when all that it has written to its output so
    /// far has been taken; never where it ends instead.
    /// </summary>
    internal Task Rest()
    {
        var mark = Guid.NewGuid().ToString("n");
        var rested = Link!.OutputUpTo(mark);
        lock (_gate)
        {
            _defined.Clear();
            _flow.Clear();
            _message = new byte[InitialSize];
            TryPost(ChildProtocol.Rest, System.Text.Encoding.ASCII.GetBytes(mark));
        }

        return rested;
    }

    /// <summary>Returns when its process is gone; ends it where it doesn't go by itself.</summary>
    internal void WaitEnded(TimeSpan grace)
    {
        if (Link is { } link && !link.Ended.Wait(grace))
        {
            link.Kill();
            link.Ended.Wait();
        }
    }

    void IChildHandler.OnReady(IChildLink child)
    {
        Volatile.Write(ref _link, child);
        child.Post(MessageKind.Request, ChildProtocol.OpenWorker, opening);
    }

    void IChildHandler.OnMessage(MessageKind kind, uint id, ReadOnlySpan<byte> payload)
    {
        switch (id)
        {
            case ChildProtocol.OpenWorker when kind == MessageKind.Answer:
                _owner.OnOpened();
                break;
            case ChildProtocol.OpenWorker when kind == MessageKind.Fault:
                _owner.OnRefused(payload.ToArray());
                break;
            case ChildProtocol.Begun:
                _owner.OnBegun();
                break;
            case ChildProtocol.Results:
                OnResults(payload);
                break;
            case ChildProtocol.Returned or ChildProtocol.Declined when payload.Length == sizeof(int):
                var returned = BinaryPrimitives.ReadInt32LittleEndian(payload);
                _flow.Expect(-returned);
                _owner.OnReturned(returned, wasAsked: id == ChildProtocol.Returned);
                break;
            case ChildProtocol.Refused when payload.Length >= sizeof(int):
                _owner.OnDefinitionRefused(BinaryPrimitives.ReadInt32LittleEndian(payload), payload[sizeof(int)..].ToArray());
                break;
            default:
                throw new ProtocolException($"a worker sent a {kind} message with the unknown id {id}");
        }
    }

    bool IChildHandler.MayGather() => _flow.MayGather();

    void IChildHandler.OnExited(IChildLink child, ExitStatus status)
    {
        IWorkerOwner owner;
        lock (_owning)
        {
            _isGone = true;
            owner = _owner;
        }

        // On this thread, for the session's thread pool may be busy, and first: its owner starts another one in its place.
        _place?.Dispose();
        owner.OnExited(new WorkerCrash(child.ProcessId, status, child.OutputTail, child.Host.Name, status == ExitStatus.Unknown ? child.Host.Loss : null));
    }

    /// <summary>
    /// Hands a line on, on the thread that reads the process's output. Where there is no room for more, that isn't read, so that the
    /// process waits when its pipe is full; what it wrote before its end is taken all the same.
    /// </summary>
    private void TakeLine(string line)
    {
        if (_output?.Invoke(line) is { } room && Link is { } link)
        {
            Task.WaitAny(room, link.Exited);
        }
    }

    private void OnResults(ReadOnlySpan<byte> message)
    {
        var results = WorkerResults.Read(message);
        if (results.IsLast)
        {
            _flow.Count();
            Volatile.Write(ref _doneCount, _doneCount + 1);
        }

        // This process holds what the records mention from here on, before anything later of the worker is read.
        var held = results.Mentioned.IsEmpty ? null : Session.Current.Hub.References.Hold(results.Mentioned, isCounted: false);
        _owner.OnResults(results.Number, results.Records, results.IsLast, results.HasFailed, held, results.Memory);
    }

    private ReadOnlySpan<byte> Encode(TaskDefinition definition, IReadOnlyList<PoolTask> batch)
    {
        var length = sizeof(int);
        for (var i = 0; i < batch.Count; i++)
        {
            length += WorkerTask.HeaderSize + batch[i].Payload.Length;
        }

        if (_message.Length < length)
        {
            _message = new byte[Math.Max(length, 2 * _message.Length)];
        }

        BinaryPrimitives.WriteInt32LittleEndian(_message, definition.Id);
        var target = _message.AsSpan(sizeof(int));
        for (var i = 0; i < batch.Count; i++)
        {
            target = WorkerTask.Write(target, batch[i].Number, batch[i].Payload);
        }

        return _message.AsSpan(0, length);
    }

    private void TryPost(uint id, ReadOnlySpan<byte> payload, bool isInOrder = false)
    {
        try
        {
            if (isInOrder)
            {
                Link?.PostInOrder(MessageKind.Notice, id, payload);
            }
            else
            {
                Link?.Post(MessageKind.Notice, id, payload);
            }
        }
        catch (IOException)
        {
            // It is gone: OnExited follows, and says so.
        }
    }
}
