using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Processes;

/// <summary>
/// A process that was started ahead, has proved itself and was told nothing yet.
/// <code>
/// Start -> engine open -> rehearsal -> waits -> TryBecome (the call's surroundings) -> HandOver -> the taker's child, like any other
/// </code>
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class SpareProcess : IChildHandler
{
    private const int MaxLines = 1000;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private readonly SpareProcesses _store;
    private readonly TaskCompletionSource<bool> _became = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Guards what follows.
    private readonly object _gate = new();
    private readonly List<string> _lines = [];
    private IChildHandler? _taker;
    private Action<string>? _onOutput;
    private ExitStatus? _status;
    private ChildLink? _link;
    private bool _isDiscarded;

    internal SpareProcess(SpareProcesses store, object startedWith)
    {
        _store = store;
        StartedWith = startedWith;
    }

    /// <summary>What its owner noted of how it was started.</summary>
    public object StartedWith { get; }

    internal ChildLink? Link
    {
        get
        {
            lock (_gate)
            {
                return _link;
            }
        }
    }

    /// <summary>Tells the process what to become. False where it can't, is dead or doesn't answer: then it is ended, and of no use.</summary>
    /// <param name="payload">What it needs to know; only the child reads it.</param>
    public bool TryBecome(ReadOnlySpan<byte> payload)
    {
        try
        {
            Link!.Post(MessageKind.Request, ChildProtocol.Become, payload);
            if (_became.Task.Wait(s_patience) && _became.Task.Result)
            {
                return true;
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // It is gone.
        }

        Discard();
        return false;
    }

    /// <summary>Makes it somebody's child. One that has died since it answered tells its taker so, as a child does.</summary>
    /// <param name="taker">Hears of the child from now on.</param>
    /// <param name="name">See <see cref="ChildLink.Name"/>.</param>
    /// <param name="daemon">See <see cref="ChildLink.IsDaemon"/>.</param>
    /// <param name="onOutput">Takes each line that it has written and will write past the channel.</param>
    public ChildLink HandOver(IChildHandler taker, string name, bool daemon, Action<string>? onOutput)
    {
        ExitStatus? status;
        ChildLink link;
        lock (_gate)
        {
            link = _link!;
            link.Become(name, daemon);
            _onOutput = onOutput;
            _lines.ForEach(line => onOutput?.Invoke(line));
            _lines.Clear();
            Volatile.Write(ref _taker, taker);
            status = _status;
        }

        try
        {
            taker.OnReady(link);
        }
        catch (IOException)
        {
            // It is gone, and its end is told.
        }

        if (status is { } known)
        {
            Background.Start($"end of '{name}' ({link.ProcessId})", () => taker.OnExited(link, known));
        }

        return link;
    }

    /// <summary>Ends it, or as soon as it is started.</summary>
    public void Discard()
    {
        ChildLink? link;
        lock (_gate)
        {
            _isDiscarded = true;
            link = _link;
        }

        link?.Kill();
    }

    internal void Start(LaunchSettings settings, IDisposable place) =>
        Note(ChildLink.Start(settings, place, this, "spare", daemon: true, TakeLine));

    void IChildHandler.OnReady(IChildLink child)
    {
    }

    void IChildHandler.OnOpened(IChildLink child)
    {
        // It may be quicker than its starter.
        Note((ChildLink)child);
        child.Post(MessageKind.Request, ChildProtocol.Rehearse, []);
    }

    void IChildHandler.OnMessage(MessageKind kind, uint id, ReadOnlySpan<byte> payload)
    {
        if (Volatile.Read(ref _taker) is { } taker)
        {
            taker.OnMessage(kind, id, payload);
        }
        else if (id == ChildProtocol.Rehearse)
        {
            _store.OnRehearsed(this, kind == MessageKind.Answer);
        }
        else if (id == ChildProtocol.Become)
        {
            _became.TrySetResult(kind == MessageKind.Answer);
        }
    }

    void IChildHandler.OnExited(IChildLink child, ExitStatus status)
    {
        IChildHandler? taker;
        lock (_gate)
        {
            taker = _taker;
            _status = status;
        }

        _became.TrySetResult(false);
        if (taker is null)
        {
            _store.Forget(this);
        }
        else
        {
            taker.OnExited(child, status);
        }
    }

    private void Note(ChildLink link)
    {
        bool isDiscarded;
        lock (_gate)
        {
            _link = link;
            isDiscarded = _isDiscarded;
        }

        if (isDiscarded)
        {
            link.Kill();
        }
    }

    private void TakeLine(string line)
    {
        lock (_gate)
        {
            if (_taker is null && _lines.Count < MaxLines)
            {
                _lines.Add(line);
                return;
            }
        }

        _onOutput?.Invoke(line);
    }
}
