using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Messaging;

/// <summary>
/// The objects that messages on their way to one end of a pipe mention. The messages never pass through the hub, and their sender
/// may be gone before they are received: so the receiving end holds these until the receiver does, or will never.
/// </summary>
/// <param name="hub">Counts them.</param>
internal sealed class UnreadMentions(Hub.Hub hub)
{
    private readonly ReferenceCounts _counts = new();
    private bool _closed;

    /// <summary>A message is about to be sent.</summary>
    /// <returns>Whether anybody can receive it.</returns>
    internal bool Hold(ref PayloadReader ids)
    {
        if (_closed)
        {
            return false;
        }

        foreach (var id in ids.Ids())
        {
            hub.AddReferences([id]);
            _counts.Add(id);
        }

        return true;
    }

    /// <summary>A message was received, or not sent.</summary>
    internal void Release(ref PayloadReader ids)
    {
        foreach (var id in ids.Ids())
        {
            if (_counts.Remove(id))
            {
                hub.ReleaseReferences([id]);
            }
        }
    }

    /// <summary>Nobody will receive here any more.</summary>
    internal void Close()
    {
        _closed = true;
        foreach (var left in _counts.Clear())
        {
            hub.ReleaseReferences(Enumerable.Repeat(left.Id, left.Count));
        }
    }
}
