using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Messaging;
using ProcConcurrency.Runtime.Shared;
using ProcConcurrency.Runtime.Sync;

namespace ProcConcurrency.Runtime.Kinds;

/// <summary>The one table of all kinds: the hub's side of each, and its handle.</summary>
public static class HubKinds
{
    /// <summary>Makes an object, in a hub; null for a kind that there isn't.</summary>
    internal static HubObject? Create(Hub.Hub hub, HubObjectIdentity identity, ref PayloadReader from) => identity.Kind switch
    {
        HubObjectKind.Lock => new LockObject(hub, identity, from.Flag()),
        HubObjectKind.Semaphore => new SemaphoreObject(hub, identity, from.Int32(), from.Flag()),
        HubObjectKind.Event => new EventObject(hub, identity, from.Flag()),
        HubObjectKind.Condition => new ConditionObject(hub, identity, from.Int64()),
        HubObjectKind.Barrier => new BarrierObject(hub, identity, from.Int32(), from.Flag() ? from.Value() : null),
        HubObjectKind.Dictionary => new DictionaryObject(hub, identity, ref from),
        HubObjectKind.List => new ListObject(hub, identity, ref from),
        HubObjectKind.Value => new ValueObject(hub, identity, from.Value()),
        HubObjectKind.Array => new ArrayObject(hub, identity, (TypeCode)from.Byte(), from.Int64()),
        HubObjectKind.Queue => new QueueObject(hub, identity, (QueueKind)from.Byte(), from.Int32(), from.Flag()),
        HubObjectKind.Socket => new SocketObject(hub, identity, from.Socket()),
        HubObjectKind.Pipe => new PipeObject(hub, identity, ref from),
        HubProtocol.ForeignKind => new ForeignObject(hub, identity, from.Bytes().ToArray()),
        _ => null,
    };

    /// <summary>Makes the hub's objects and handles known to this process. Called once, before either is used; again changes nothing.</summary>
    /// <param name="codec">Encodes and decodes what is stored.</param>
    /// <param name="caller">See <see cref="HubEnvironment.Caller"/>.</param>
    /// <param name="isStopping">See <see cref="HubEnvironment.IsStopping"/>.</param>
    /// <param name="watchStop">See <see cref="HubEnvironment.WatchStop"/>.</param>
    /// <param name="stopError">See <see cref="HubEnvironment.StopError"/>.</param>
    /// <param name="meanwhile">See <see cref="HubEnvironment.Meanwhile"/>.</param>
    /// <param name="runAction">See <see cref="HubEnvironment.RunAction"/>.</param>
    public static void Install(
        IValueCodec codec, Func<int> caller, Func<bool> isStopping, Func<Action, IDisposable?> watchStop, Func<Exception> stopError, IMeanwhile meanwhile, Action<object?> runAction)
    {
        HubEnvironment.Codec = codec;
        HubEnvironment.Caller = caller;
        HubEnvironment.IsStopping = isStopping;
        HubEnvironment.WatchStop = watchStop;
        HubEnvironment.StopError = stopError;
        HubEnvironment.Meanwhile = meanwhile;
        HubEnvironment.RunAction = runAction;
        HubEnvironment.Factory = Create;
    }

    /// <summary>A new handle to what a list tells of.</summary>
    public static ProcObject? Open(ProcObjectInfo info)
    {
        ArgumentNullException.ThrowIfNull(info);
        return Open(info.Port, info.Kind, info.Id, info.Name);
    }

    /// <summary>Makes a handle to an object that is known by its number.</summary>
    /// <param name="port">The way to its hub.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="id">Its number.</param>
    /// <param name="name">Its name, or null.</param>
    /// <returns>The handle; null for a kind that there isn't.</returns>
    public static ProcObject? Open(HubPort port, HubObjectKind kind, long id, string? name)
    {
        var origin = new ProcObjectOrigin(port, id, name, IsCounted: false);
        return kind switch
        {
            HubObjectKind.Lock => new ProcLock(origin),
            HubObjectKind.Semaphore => new ProcSemaphore(origin),
            HubObjectKind.Event => new ProcEvent(origin),
            HubObjectKind.Condition => new ProcCondition(origin),
            HubObjectKind.Barrier => new ProcBarrier(origin),
            HubObjectKind.Dictionary => new ProcDictionary(origin),
            HubObjectKind.List => new ProcList(origin),
            HubObjectKind.Value => new ProcValue(origin),
            HubObjectKind.Array => new ProcArray(origin),
            HubObjectKind.Queue => new ProcQueue(origin),
            HubObjectKind.Socket => new ProcSocket(origin),
            HubObjectKind.Pipe => new ProcPipe(origin),
            _ => null,
        };
    }
}
