using ProcConcurrency.Runtime.Processes;

namespace ProcConcurrency.Worker;

/// <summary>
/// What a worker was told that its tasks run: the last few of them. The pool keeps the same list, so that it tells each once; that is why one
/// that was refused keeps its place.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class KnownDefinitions
{
    private readonly List<KnownDefinition> _known = [];

    internal void Add(int id, byte[] payload)
    {
        if (_known.Count == ChildProtocol.MaxDefinitions)
        {
            _known.RemoveAt(0);
        }

        _known.Add(new KnownDefinition(id, payload, null));
    }

    /// <summary>One of them; null where the pool never told it, or too long ago.</summary>
    internal KnownDefinition? Find(int id) => _known.Find(known => known.Id == id);

    /// <summary>It can't be set up: tasks that are still on their way get the same answer.</summary>
    internal void Refuse(int id, byte[] refusal)
    {
        var at = _known.FindIndex(known => known.Id == id);
        if (at >= 0)
        {
            _known[at] = new KnownDefinition(id, [], refusal);
        }
    }

    internal void Clear() => _known.Clear();
}

/// <summary>What some tasks run.</summary>
/// <param name="Id">The pool's number for it.</param>
/// <param name="Payload">Its bytes.</param>
/// <param name="Refusal">With what it was refused; null where it was not.</param>
internal sealed record KnownDefinition(int Id, byte[] Payload, byte[]? Refusal);
