using System.Diagnostics;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>
/// Places for the children that come up at this moment, in the order in which they were asked for. It paces starts and protects
/// nothing: a place that is not given back in time, because its child hangs or a link in between isn't read, counts no more, so
/// that no start waits for ever for another.
/// </summary>
internal sealed class StartGate : HubObject
{
    // As many as the processors have to do, and some more that wait for the disk meanwhile.
    private static readonly int s_places = Math.Max(2, Environment.ProcessorCount * 3 / 2);

    private readonly WaitQueue _queue;
    private readonly List<Place> _taken = []; // The oldest first.
    private BackgroundTimer? _timer;

    /// <summary>Makes it.</summary>
    /// <param name="hub">Its hub, in which it stays.</param>
    internal StartGate(Hub hub)
        : base(hub, new HubObjectIdentity(HubProtocol.StartGate, HubObjectKind.Semaphore, null))
    {
        _queue = new WaitQueue(this);
        References = 1;
    }

    internal override bool IsListed => false;

    internal override int WaiterCount => _queue.Count;

    internal override void Execute(HubOperation operation, HubCall call, ref PayloadReader arguments)
    {
        switch (operation)
        {
            case HubOperation.Enter:
                _queue.Add(call);
                Grant();
                break;
            case HubOperation.Exit:
                // One whose lease has run out is not there any more.
                if (_taken.FindIndex(place => place.Client == call.Client) is >= 0 and var index)
                {
                    _taken.RemoveAt(index);
                }

                Grant();
                Answer(call, false);
                break;
            default:
                throw Unknown(operation);
        }
    }

    internal override void Cancel(HubCall call, bool forGood)
    {
        if (_queue.Remove(call))
        {
            Answer(call, false);
        }
    }

    internal override void OnClientGone(HubClient client, ProcessDeath death)
    {
        _taken.RemoveAll(place => place.Client == client);
        Grant();
    }

    /// <summary>Gives what is free, those whose lease has run out included.</summary>
    private void Grant()
    {
        _taken.RemoveAll(place => Stopwatch.GetElapsedTime(place.Since) >= Hub.StartLease);
        while (_taken.Count < s_places && _queue.Take() is { } next)
        {
            _taken.Add(new Place(next.Client, Stopwatch.GetTimestamp()));
            Answer(next, true);
        }

        if (_queue.Count > 0)
        {
            // A little later than the lease: a timer's clock is coarser.
            var left = Hub.StartLease - Stopwatch.GetElapsedTime(_taken[0].Since) + TimeSpan.FromMilliseconds(20);
            _timer ??= Background.Timer("start gate", () => Hub.Run(Grant));
            _timer.Set(left);
        }
    }

    private sealed record Place(HubClient Client, long Since);
}
