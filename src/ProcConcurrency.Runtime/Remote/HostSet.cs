using System.Diagnostics;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Processes;

namespace ProcConcurrency.Runtime.Remote;

/// <summary>
/// The machines that a pool's workers run on, each with so many at most:
/// <code>
/// all are connected to side by side -> TakePlace: the one with the fewest workers -> the worker's start -> ... -> its end
///                                  \-> can't be used: its error is told, and the others go on
/// </code>
/// One that is lost is connected to again, a few times.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class HostSet : IDisposable
{
    private const int MostTries = 3;
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    // A connection that has lasted so long, and is lost then, is no sign that the next one will be.
    private static readonly TimeSpan s_lasting = TimeSpan.FromSeconds(30);

    private readonly Places _throttle;
    private readonly CancellationTokenSource _closing = new();

    // Guards what follows.
    private readonly object _gate = new();
    private readonly List<Member> _members;
    private readonly Queue<RemoteHostException> _errors = [];
    private int _perHost;
    private RemoteHostException? _last; // That of the machine which was given up last, when none is left.

    /// <summary>Makes it; nothing is connected to before the first worker is wanted.</summary>
    /// <param name="targets">The machines; null stands for this one.</param>
    /// <param name="perHost">The most workers on each at a time.</param>
    /// <param name="throttle">How many are connected to at a time.</param>
    public HostSet(IEnumerable<RemoteTarget?> targets, int perHost, Places throttle)
    {
        _perHost = perHost;
        _throttle = throttle;
        _members = [.. targets.Select(static target => new Member(target))];
    }

    /// <summary>The most workers on each machine at a time.</summary>
    public int PerHost
    {
        get
        {
            lock (_gate)
            {
                return _perHost;
            }
        }

        set
        {
            lock (_gate)
            {
                _perHost = value;
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>The machines that are not this one, by their names.</summary>
    public IReadOnlyList<string> HostNames => [.. _members.Where(static member => member.Target is not null).Select(static member => member.Target!.Name)];

    /// <summary>The most workers of all together.</summary>
    public int Size => _members.Count * PerHost;

    /// <summary>Waits until a worker may be started on one of the machines, which is the place's.</summary>
    /// <exception cref="RemoteHostException">None of them can be used.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    public HostPlace TakePlace(CancellationToken canceled)
    {
        using var registration = canceled.UnsafeRegister(static set => ((HostSet)set!).Pulse(), this);
        var place = Reserve(canceled);
        try
        {
            place.StartPlace ??= StartPlace.Take(canceled);
            return place;
        }
        catch
        {
            place.Dispose();
            throw;
        }
    }

    /// <summary>Takes what there is to be told of a machine that was given up, once; null where there is nothing.</summary>
    public RemoteHostException? TakeError()
    {
        lock (_gate)
        {
            return _errors.TryDequeue(out var error) ? error : null;
        }
    }

    /// <summary>A worker could not be set up on a machine. False where that is the last: then it is the pool's error.</summary>
    /// <param name="hostName">Its name; null for this machine.</param>
    /// <param name="reason">The error, encoded.</param>
    public bool TryDoWithout(string? hostName, byte[] reason)
    {
        var name = hostName ?? RemoteTarget.ThisMachine;
        return TryDoWithout(hostName, new RemoteHostException(name, RemoteHostFault.StartFailed, $"A worker could not be set up on '{name}'.") { Reason = reason });
    }

    /// <summary>Workers don't come up on a machine. False where that is the last: then it is the pool's error.</summary>
    /// <param name="hostName">Its name; null for this machine.</param>
    /// <param name="error">What is told of it.</param>
    public bool TryDoWithout(string? hostName, RemoteHostException error)
    {
        lock (_gate)
        {
            var member = _members.Find(member => member.Target?.Name == hostName);
            if (member is null || _members.TrueForAll(other => other == member || other.Error is not null))
            {
                return false;
            }

            GiveUp(member, error);
            return true;
        }
    }

    /// <summary>Connects no more, and needs the connections no longer.</summary>
    public void Dispose()
    {
        _closing.Cancel();
        lock (_gate)
        {
            _members.ForEach(Detach);
            Monitor.PulseAll(_gate);
        }
    }

    private HostPlace Reserve(CancellationToken canceled)
    {
        lock (_gate)
        {
            while (true)
            {
                canceled.ThrowIfCancellationRequested();
                _closing.Token.ThrowIfCancellationRequested();
                Look();
                // One that has lately not answered is asked last.
                foreach (var member in _members.Where(member => member is { Host: not null, Error: null } && member.Count < _perHost)
                    .OrderBy(static member => (member.IsSlow, member.Count)))
                {
                    // Where as many come up already as can, one that hangs perhaps, nobody waits as long as another has room.
                    var startPlace = (member.Host as RemoteHost)?.TryTakePlace();
                    if (startPlace is not null || member.Host == ProcessHost.Local)
                    {
                        var place = new HostPlace(member.Host!, place => Free(member, place), error => TakeRefusal(member, error), canceled) { StartPlace = startPlace };
                        member.Places.Add(place);
                        return place;
                    }
                }

                if (_members.TrueForAll(static member => member.Error is not null))
                {
                    throw _last!;
                }

                Monitor.Wait(_gate);
            }
        }
    }

    /// <summary>Begins to connect to what is not connected.</summary>
    private void Look()
    {
        Debug.Assert(Monitor.IsEntered(_gate));
        foreach (var member in _members)
        {
            if (member.Host is RemoteHost { IsConnected: false } lost)
            {
                Detach(member);
                member.Tries = Stopwatch.GetElapsedTime(member.Since) > s_lasting ? 1 : member.Tries + 1;
                if (member.Tries > MostTries)
                {
                    GiveUp(member, new RemoteHostException(
                        member.Target!.Name, RemoteHostFault.Unreachable, lost.Loss ?? $"The connection to '{member.Target.Name}' is lost again and again."));
                }
            }

            if (member is { Target: not null, Host: null, IsConnecting: false, Error: null })
            {
                member.IsConnecting = true;
                try
                {
                    Background.Start($"connection to {member.Target.Name}", () => Connect(member), error => Fail(member, RemoteHostException.Of(member.Target.Name, error)));
                }
                catch (IOException error)
                {
                    member.IsConnecting = false;
                    GiveUp(member, RemoteHostException.Of(member.Target.Name, error));
                }
            }
        }
    }

    private void Connect(Member member)
    {
        if (member.Tries > 0)
        {
            _closing.Token.WaitHandle.WaitOne(s_pause * member.Tries);
        }

        RemoteHost host;
        using (_throttle.Take(_closing.Token))
        {
            host = RemoteHosts.Acquire(member.Target!, _closing.Token);
        }

        lock (_gate)
        {
            member.IsConnecting = false;
            member.Tries = Math.Max(1, member.Tries);
            member.Since = Stopwatch.GetTimestamp();
            member.SlowSince = 0;
            member.Host = host;
            host.Gone += Pulse;
            host.PlaceFreed += Pulse;
            if (_closing.IsCancellationRequested || member.Error is not null)
            {
                Detach(member);
            }

            // Whoever waits looks whether it is there still.
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Needs a connection no longer.</summary>
    private void Detach(Member member)
    {
        Debug.Assert(Monitor.IsEntered(_gate));
        if (member.Host is RemoteHost host)
        {
            host.Gone -= Pulse;
            host.PlaceFreed -= Pulse;
            host.Release();
            member.Host = null;
        }
    }

    /// <summary>It couldn't be connected to; one that was there before may come back, and what this machine lacked.</summary>
    private void Fail(Member member, RemoteHostException error)
    {
        lock (_gate)
        {
            member.IsConnecting = false;
            if (member.Tries > MostTries || (member.Since == 0 && !ShortageException.IsBehind(error)))
            {
                GiveUp(member, error);
            }
            else
            {
                member.Tries++;
            }

            if (!_closing.IsCancellationRequested)
            {
                Look();
            }

            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>One of the machines is of no use. The last error of all is for who waits for a place.</summary>
    private void GiveUp(Member member, RemoteHostException error)
    {
        lock (_gate)
        {
            if (member.Error is not null)
            {
                return;
            }

            member.Error = error;
            Detach(member);
            if (_members.TrueForAll(static other => other.Error is not null))
            {
                _last = error;
            }
            else if (!_closing.IsCancellationRequested)
            {
                _errors.Enqueue(error);
            }

            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>
    /// No process could be started on one. It can't be; or it doesn't answer or lacks something for the moment, and others are asked first.
    /// What is lacking where nothing else of this set runs will hardly pass: there is no use for it where there are others.
    /// </summary>
    private void TakeRefusal(Member member, RemoteHostException error)
    {
        lock (_gate)
        {
            var mayPass = ShortageException.IsBehind(error) && (member.Count > 0 || _members.TrueForAll(other => other == member || other.Error is not null));
            if (error.Fault == RemoteHostFault.StartFailed && !mayPass)
            {
                GiveUp(member, error);
            }
            else
            {
                member.SlowSince = Stopwatch.GetTimestamp();
            }
        }
    }

    private void Pulse()
    {
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }

    private void Free(Member member, HostPlace place)
    {
        lock (_gate)
        {
            member.Places.Remove(place);
            Monitor.PulseAll(_gate);
        }
    }

    private sealed class Member(RemoteTarget? target)
    {
        internal RemoteTarget? Target => target;

        internal ProcessHost? Host { get; set; } = target is null ? ProcessHost.Local : null;

        internal List<HostPlace> Places { get; } = [];

        internal int Count => Places.Count;

        internal bool IsConnecting { get; set; }

        /// <summary>How often it was connected to, or couldn't be, or was soon lost, in a row.</summary>
        internal int Tries { get; set; }

        /// <summary>When it was last connected to.</summary>
        internal long Since { get; set; }

        /// <summary>When it last did not answer, or lacked something; 0 for never.</summary>
        internal long SlowSince { get; set; }

        /// <summary>Whether that was just now.</summary>
        internal bool IsSlow => SlowSince != 0 && Stopwatch.GetElapsedTime(SlowSince) < s_lasting;

        internal RemoteHostException? Error { get; set; }
    }
}
