using System.Diagnostics;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>Makes the hub's side of a new object from what its creator sent.</summary>
internal delegate HubObject? HubObjectFactory(Hub hub, HubObjectIdentity identity, ref PayloadReader settings);

/// <summary>Which object something is.</summary>
internal sealed record HubObjectIdentity(long Id, HubObjectKind Kind, string? Name);

/// <summary>The hub's side of one shared object. Everything runs under the hub's gate.</summary>
/// <param name="hub">Its owner.</param>
/// <param name="identity">Which one it is.</param>
internal abstract class HubObject(Hub hub, HubObjectIdentity identity)
{
    private readonly long _created = Stopwatch.GetTimestamp();

    internal HubObjectIdentity Identity => identity;

    internal long Id => identity.Id;

    internal TimeSpan Age => Stopwatch.GetElapsedTime(_created);

    /// <summary>References of processes, and mentions in stored values: with the last of them a nameless object goes.</summary>
    internal int References { get; set; }

    /// <summary>It stays, whoever refers to it.</summary>
    internal bool IsKept { get; set; }

    /// <summary>Whether a list of the hub's objects has it.</summary>
    internal virtual bool IsListed => true;

    /// <summary>Who has it, in words; empty where nobody has.</summary>
    internal virtual string Owner => string.Empty;

    internal virtual int WaiterCount => 0;

    /// <summary>How a message begins that is about it: "The lock 'printer'".</summary>
    internal string Title => identity.Name is null
        ? $"The {Kind} {identity.Id}"
        : $"The {Kind} '{identity.Name}'";

    /// <summary>The same further on in a message: "the lock 'printer'".</summary>
    internal string TitleWithin => char.ToLowerInvariant(Title[0]) + Title[1..];

    protected Hub Hub => hub;

    private string Kind => identity.Kind.ToString().ToLowerInvariant();

    /// <summary>Carries a request out: answers it, lets it wait, or throws.</summary>
    /// <exception cref="HubFaultException">The request can't be met.</exception>
    internal abstract void Execute(HubOperation operation, HubCall call, ref PayloadReader arguments);

    /// <summary>Ends a call's wait, and answers it.</summary>
    /// <param name="call">It waits here.</param>
    /// <param name="forGood">Its caller stops, or is gone; else it only ran out of time.</param>
    internal virtual void Cancel(HubCall call, bool forGood) => throw new InvalidOperationException("Nothing waits here.");

    /// <summary>A process is gone; its waiting calls have been canceled already.</summary>
    internal virtual void OnClientGone(HubClient client, ProcessDeath death)
    {
    }

    /// <summary>A caller within a process has ended; its waiting calls have been canceled already.</summary>
    /// <returns>What it held until now, as a sentence for it to read; null where it held nothing.</returns>
    internal virtual string? OnCallerGone(HubClient client, int caller, ProcessDeath end) => null;

    /// <summary>The object leaves the hub: ends waits and gives back what it refers to.</summary>
    internal virtual void OnRemoved()
    {
    }

    /// <summary>Writes what <see cref="HubOperation.State"/> tells.</summary>
    internal virtual void WriteState(PayloadWriter answer)
    {
    }

    /// <summary>Answers a call that wants nothing but to be carried out.</summary>
    private protected void Done(HubCall call)
    {
        hub.Reply(call);
        hub.Answer(call);
    }

    /// <summary>Answers a call by yes or no.</summary>
    private protected void Answer(HubCall call, bool flag)
    {
        hub.Reply(call).Flag(flag);
        hub.Answer(call);
    }

    /// <summary>Answers a call by how it went, in the numbers of the kind.</summary>
    private protected void Answer(HubCall call, byte outcome)
    {
        hub.Reply(call).Byte(outcome);
        hub.Answer(call);
    }

    private protected HubFaultException Unknown(HubOperation operation) =>
        new(HubFault.InvalidArgument, $"{Title} has no operation {operation}.");

    /// <summary>Faults every call of a queue, because the object goes.</summary>
    private protected void FaultAll(WaitQueue queue)
    {
        while (queue.Take() is { } call)
        {
            hub.Fault(call, HubFault.ObjectGone, $"{Title} was removed.");
        }
    }
}
