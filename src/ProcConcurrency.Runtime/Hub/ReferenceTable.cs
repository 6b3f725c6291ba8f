using System.Buffers.Binary;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>
/// The objects that this process has handles to. The hub counts one reference an object and process; it is given back when
/// the last handle here has been collected.
/// </summary>
/// <param name="port">The way to the hub.</param>
internal sealed class ReferenceTable(HubPort port)
{
    // Guards the two below.
    private readonly object _gate = new();
    private readonly Dictionary<long, WeakReference<ObjectReference>> _living = [];
    private readonly List<long> _gone = [];

    /// <summary>The reference to an object.</summary>
    /// <param name="id">The object.</param>
    /// <param name="isCounted">The hub has counted it: this process has just made or opened the object.</param>
    internal ObjectReference Get(long id, bool isCounted = false)
    {
        ObjectReference? reference;
        bool isNew;
        lock (_gate)
        {
            reference = null;
            isNew = !_living.TryGetValue(id, out var weak) || !weak.TryGetTarget(out reference);
            if (isNew)
            {
                reference = new ObjectReference(this, id);
                _living[id] = new WeakReference<ObjectReference>(reference);
            }
        }

        // Told outside the gate, where the finalizer may wait.
        if (isNew != isCounted)
        {
            port.SendReference(isNew ? HubNotice.AddReference : HubNotice.ReleaseReference, id);
        }

        return reference!;
    }

    /// <summary>References that live as long as what is given back: the hub has counted them for this process.</summary>
    internal object? Hold(ReadOnlySpan<long> ids, bool isCounted)
    {
        if (ids.IsEmpty)
        {
            return null;
        }

        var held = new ObjectReference[ids.Length];
        for (var i = 0; i < held.Length; i++)
        {
            held[i] = Get(ids[i], isCounted);
        }

        return held;
    }

    /// <summary>Takes over what the hub has counted for this process in an answer: at its end stand the ids, and how many they are.</summary>
    /// <returns>The length of the answer without them, and what holds them.</returns>
    /// <exception cref="ProtocolException">The answer is too short for them.</exception>
    internal (int Length, object? Held) Take(ReadOnlySpan<byte> answer)
    {
        var length = answer.Length - sizeof(int);
        var count = length < HubProtocol.ClientSize ? -1 : BinaryPrimitives.ReadInt32LittleEndian(answer[length..]);
        if (count < 0 || count > (length - HubProtocol.ClientSize) / sizeof(long))
        {
            throw new ProtocolException("an answer of the hub has no end");
        }

        length -= count * sizeof(long);
        return (length, Hold(ObjectIds.Read(answer.Slice(length, count * sizeof(long))), isCounted: true));
    }

    /// <summary>From the finalizer's thread, which must not wait for a channel: another thread tells the hub.</summary>
    internal void OnCollected(long id)
    {
        lock (_gate)
        {
            if (_living.TryGetValue(id, out var weak) && !weak.TryGetTarget(out _))
            {
                _living.Remove(id);
            }

            _gone.Add(id);
            if (_gone.Count > 1)
            {
                return;
            }
        }

        Background.Queue("references", TellGone);
    }

    private void TellGone()
    {
        long[] gone;
        lock (_gate)
        {
            gone = [.. _gone];
            _gone.Clear();
        }

        foreach (var id in gone)
        {
            port.SendReference(HubNotice.ReleaseReference, id);
        }
    }
}

/// <summary>One process's reference to one object, shared by all its handles to it.</summary>
/// <param name="table">Told when it is collected.</param>
/// <param name="id">The object.</param>
internal sealed class ObjectReference(ReferenceTable table, long id)
{
    private int _sentCount;

    ~ObjectReference() => table.OnCollected(id);

    internal long Id => id;

    /// <summary>How often this process has sent a handle to another one.</summary>
    internal int SentCount => Volatile.Read(ref _sentCount);

    internal void NoteSent() => Interlocked.Increment(ref _sentCount);
}
