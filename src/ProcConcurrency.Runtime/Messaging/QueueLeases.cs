using System.Diagnostics;
using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Messaging;

/// <summary>Items that a reader has fetched, in the hub: they are the queue's until the reader's process hands them out.</summary>
/// <param name="call">What fetched them.</param>
/// <param name="slot">The word of the process's page that tells how many were handed out.</param>
/// <param name="items">They.</param>
internal sealed class QueueLease(HubCall call, int slot, QueueItem[] items)
{
    private readonly LeasePage _page = call.Client.Leases!;
    private int _noted;
    private int _seen;
    private long _movedAt = Stopwatch.GetTimestamp();

    internal HubClient Client => call.Client;

    internal int Slot => slot;

    internal HubCall Call => call;

    /// <summary>How many nobody has handed out yet, at this moment.</summary>
    internal int Left => items.Length - Taken(_page.Taken(slot));

    /// <summary>How many are not known to be handed out.</summary>
    internal int Unnoted => items.Length - _noted;

    /// <summary>For how long nothing was handed out, as far as this has been asked.</summary>
    internal TimeSpan Stands
    {
        get
        {
            var taken = _page.Taken(slot);
            if (taken != _seen)
            {
                (_seen, _movedAt) = (taken, Stopwatch.GetTimestamp());
            }

            return Stopwatch.GetElapsedTime(_movedAt);
        }
    }

    /// <summary>Those that were handed out since this was last asked.</summary>
    internal ReadOnlySpan<QueueItem> Note() => Note(_page.Taken(slot));

    /// <summary>Takes away what was not handed out.</summary>
    /// <param name="taken">What was handed out, and not noted yet.</param>
    /// <returns>The rest.</returns>
    internal ReadOnlySpan<QueueItem> Recall(out ReadOnlySpan<QueueItem> taken)
    {
        taken = Note(_page.Close(slot));
        var rest = items.AsSpan(_noted);
        _noted = items.Length;
        return rest;
    }

    private ReadOnlySpan<QueueItem> Note(int taken)
    {
        var first = _noted;
        _noted = Math.Max(first, Taken(taken));
        return items.AsSpan(first, _noted - first);
    }

    // A process may write there what it likes.
    private int Taken(int told) => Math.Clamp(told, 0, items.Length);
}
