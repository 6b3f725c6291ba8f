using System.Diagnostics;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Processes;

/// <summary>
/// Processes that wait to become somebody's child, so that a start needs none. They are started when nobody else's start would wait
/// for them and processors have nothing else to do, each is taken once, and all end when nobody has started a child for a while.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class SpareProcesses
{
    // Who has just started a child has its processors for that first.
    private static readonly TimeSpan s_delay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_retry = TimeSpan.FromMilliseconds(500);

    // A spare costs half a second of a processor. A session that is busy itself, with what a child sends it say, and the children that it
    // has just started come first. Where that lasts longer than this, children may be started all the time, and gain by it.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);
    private const double Busy = 1.0 / 5;
    private const double Free = 1.0 / 2;

    // Guards what follows.
    private readonly object _gate = new();
    private readonly List<SpareProcess> _waiting = [];
    private readonly List<SpareProcess> _comingUp = [];
    private readonly BackgroundTimer _filling;
    private readonly BackgroundTimer _ending;
    private readonly Stopwatch _sinceUse = new();
    private readonly Stopwatch _sinceMissing = new();
    private readonly ProcessorUse _own;
    private readonly ProcessorUse _idle;
    private readonly TimeSpan _patience;
    private Func<(LaunchSettings Launch, object StartedWith)?>? _describe;
    private bool _isFirstLap;
    private int _size = 1;
    private TimeSpan? _idleTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Makes it; nothing is started before <see cref="Want"/>.</summary>
    public SpareProcesses()
        : this(ProcessorUse.OfThisProcess(), ProcessorUse.OfNobody(), s_patience)
    {
    }

    /// <summary>The same.</summary>
    /// <param name="own">What the session uses.</param>
    /// <param name="idle">What nobody on the machine uses.</param>
    /// <param name="patience">How long at most a spare waits for processors.</param>
    internal SpareProcesses(ProcessorUse own, ProcessorUse idle, TimeSpan patience)
    {
        _own = own;
        _idle = idle;
        _patience = patience;
        _filling = Background.Timer("spare processes", FillWhereIdle, Forgo);
        _ending = Background.Timer("idle spare processes", EndIdle);
    }

    /// <summary>How many wait at most. Those that are too many end when it is set.</summary>
    public int Size
    {
        get
        {
            lock (_gate)
            {
                return _size;
            }
        }

        set
        {
            List<SpareProcess> tooMany;
            lock (_gate)
            {
                _size = value;
                tooMany = RemoveFirst(Math.Max(0, _waiting.Count - value));
                FillLater(s_delay);
            }

            tooMany.ForEach(static spare => spare.Discard());
        }
    }

    /// <summary>How long after the last child's start they wait; null for any time.</summary>
    public TimeSpan? IdleTimeout
    {
        get
        {
            lock (_gate)
            {
                return _idleTimeout;
            }
        }

        set
        {
            lock (_gate)
            {
                _idleTimeout = value;
                EndLater();
            }
        }
    }

    /// <summary>The process ids of those that wait.</summary>
    public IReadOnlyList<int> ProcessIds
    {
        get
        {
            lock (_gate)
            {
                return [.. _waiting.Select(static spare => spare.Link!.ProcessId)];
            }
        }
    }

    private bool IsFull => _waiting.Count + _comingUp.Count >= _size;

    private bool IsIdle => !_sinceUse.IsRunning || _sinceUse.Elapsed >= _idleTimeout;

    /// <summary>Notes that a child was started: another one may be wanted soon.</summary>
    /// <param name="describe">Says later, on another thread, how a spare is to be started, and what is to be noted of that; null: not at all.</param>
    public void Want(Func<(LaunchSettings Launch, object StartedWith)?> describe)
    {
        lock (_gate)
        {
            _describe = describe;
            _sinceUse.Restart();
            _isFirstLap = true;
            EndLater();
            FillLater(s_delay);
        }
    }

    /// <summary>Takes one that fits; null where there is none.</summary>
    /// <param name="fits">Whether one is of use, by what was noted of it.</param>
    public SpareProcess? Take(Predicate<object> fits)
    {
        lock (_gate)
        {
            var at = _waiting.FindIndex(spare => fits(spare.StartedWith));
            if (at < 0)
            {
                return null;
            }

            var spare = _waiting[at];
            _waiting.RemoveAt(at);
            return spare;
        }
    }

    /// <summary>Ends all, also those that come up. There are others when another child was started.</summary>
    public void Clear()
    {
        List<SpareProcess> ending;
        lock (_gate)
        {
            // What comes up meanwhile is of no use from now on.
            _sinceUse.Reset();
            ending = RemoveAll();
        }

        ending.ForEach(static spare => spare.Discard());
    }

    internal void OnRehearsed(SpareProcess spare, bool isOfUse)
    {
        bool isWanted;
        lock (_gate)
        {
            _comingUp.Remove(spare);
            isWanted = isOfUse && _waiting.Count < _size && !IsIdle;
            if (isWanted)
            {
                _waiting.Add(spare);
                FillLater(s_delay);
            }
        }

        if (!isWanted)
        {
            spare.Discard();
        }
    }

    internal void Forget(SpareProcess spare)
    {
        lock (_gate)
        {
            _comingUp.Remove(spare);
            _waiting.Remove(spare);
        }
    }

    // A spare is a convenience. Who starts a child next meets the cause itself, where it can be told.
    private static void Forgo(Exception error)
    {
    }

    private void FillWhereIdle()
    {
        lock (_gate)
        {
            // The first lap says little: a child that will send much has not begun to.
            var (own, idle) = (_own.Lap(), _idle.Lap());
            if (_isFirstLap || ((own > Busy || idle < Free) && _sinceMissing.Elapsed < _patience))
            {
                _isFirstLap = false;
                FillLater(s_delay);
                return;
            }
        }

        Background.Start("spare process", Fill, Forgo);
    }

    private void Fill()
    {
        Func<(LaunchSettings Launch, object StartedWith)?>? describe;
        lock (_gate)
        {
            describe = IsFull || IsIdle ? null : _describe;
        }

        // With nothing locked: a folder on a machine that doesn't answer may take long.
        if (describe?.Invoke() is not { } description)
        {
            return;
        }

        SpareProcess spare;
        var place = StartPlace.TryTake();
        lock (_gate)
        {
            // Whoever cleared it meanwhile, or the idle time, wants none any more.
            if (place is null || IsFull || IsIdle)
            {
                place?.Dispose();
                FillLater(s_retry);
                return;
            }

            spare = new SpareProcess(this, description.StartedWith);
            _comingUp.Add(spare);
            _sinceMissing.Reset();
        }

        try
        {
            spare.Start(description.Launch, place);
        }
        catch (Exception)
        {
            Forget(spare);
            throw;
        }
    }

    private void FillLater(TimeSpan delay)
    {
        if (!IsFull && _describe is not null && !IsIdle)
        {
            _sinceMissing.Start();
            _filling.Set(delay);
        }
    }

    private void EndLater()
    {
        if (_idleTimeout is { } timeout && _sinceUse.IsRunning)
        {
            var left = timeout - _sinceUse.Elapsed;
            _ending.Set(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }
    }

    private void EndIdle()
    {
        List<SpareProcess> ending;
        lock (_gate)
        {
            if (!IsIdle)
            {
                EndLater();
                return;
            }

            // One that still comes up never will.
            ending = RemoveAll();
        }

        ending.ForEach(static spare => spare.Discard());
    }

    private List<SpareProcess> RemoveAll()
    {
        List<SpareProcess> all = [.. RemoveFirst(_waiting.Count), .. _comingUp];
        _comingUp.Clear();
        return all;
    }

    private List<SpareProcess> RemoveFirst(int count)
    {
        var removed = _waiting.GetRange(0, count);
        _waiting.RemoveRange(0, count);
        return removed;
    }
}
