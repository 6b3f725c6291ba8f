using ProcConcurrency.Runtime.Processes;

namespace ProcConcurrency.Worker;

/// <summary>
/// What a worker was told that its tasks run: the last few of them. The pool keeps the same list, so that it tells each once; that is why one
/// that was refused keeps its place.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class KnownDefinitions
{
    private readonly List<(int Id, byte[] Payload, byte[]? Refusal)> _known = [];

    internal void Add(int id, byte[] payload)
    {
        if (_known.Count == ChildProtocol.MaxDefinitions)
        {
            _known.RemoveAt(0);
        }

        _known.Add((id, payload, null));
    }

    /// <summary>Its bytes, or with what it was refused; null where the pool never told it, or too long ago.</summary>
    internal (byte[] Payload, byte[]? Refusal)? Find(int id)
    {
        var at = IndexOf(id);
        return at < 0 ? null : (_known[at].Payload, _known[at].Refusal);
    }

    /// <summary>It can't be set up: tasks that are still on their way get the same answer.</summary>
    internal void Refuse(int id, byte[] refusal)
    {
        var at = IndexOf(id);
        if (at >= 0)
        {
            _known[at] = (id, [], refusal);
        }
    }

    internal void Clear() => _known.Clear();

    private int IndexOf(int id) => _known.FindIndex(known => known.Id == id);
}
