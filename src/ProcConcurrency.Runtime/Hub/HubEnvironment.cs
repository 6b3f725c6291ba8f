using System.Diagnostics;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>
/// What handles need to know and the runtime can't: who calls within this process, whether it is being stopped, and what
/// the values are that it stores. Set once, before the first handle is used.
/// </summary>
public static class HubEnvironment
{
    /// <summary>The number of the caller, as the owner of locks; by default its thread's.</summary>
    /// <remarks>What runs on several threads in turn, but is one caller, gives one number.</remarks>
    public static Func<int> Caller { get; internal set; } = static () => Environment.CurrentManagedThreadId;

    /// <summary>Whether the caller on this thread has been asked to stop.</summary>
    public static Func<bool> IsStopping { get; internal set; } = static () => false;

    /// <summary>
    /// Calls back, on any thread, when the caller on this thread is asked to stop, until what it gives is disposed. Null where nothing
    /// would tell: then <see cref="IsStopping"/> is looked at every 100 ms.
    /// </summary>
    public static Func<Action, IDisposable?> WatchStop { get; internal set; } = static _ => null;

    /// <summary>
    /// Makes what a wait throws whose caller has been asked to stop: an <see cref="OperationCanceledException"/>, or where a script has called
    /// what ends that, and no handler of it can take.
    /// </summary>
    public static Func<Exception> StopError { get; internal set; } = static () => new OperationCanceledException();

    /// <summary>What the caller on this thread does while it waits; null for nothing.</summary>
    public static IMeanwhile? Meanwhile { get; internal set; }

    /// <summary>Runs a barrier's stored action, on the thread of the last party.</summary>
    public static Action<object?> RunAction { get; internal set; } = static _ => throw new InvalidOperationException("No way to run an action was set.");

    /// <summary>Encodes and decodes what is stored.</summary>
    public static IValueCodec Codec { get; internal set; } = new NoCodec();

    /// <summary>How objects are made in a hub of this process.</summary>
    internal static HubObjectFactory Factory { get; set; } = static (Hub _, HubObjectIdentity _, ref PayloadReader _) => null;

    private sealed class NoCodec : IValueCodec
    {
        public StoredValue Encode(object? value) => throw new InvalidOperationException("No codec was set.");

        public object? Decode(StoredValue value) => throw new InvalidOperationException("No codec was set.");
    }
}

/// <summary>What a thread that waits may do meanwhile, such as a session's callbacks.</summary>
public interface IMeanwhile
{
    /// <summary>
    /// Calls back, on any thread, when there is something to do for this thread, until what it gives is disposed. Null where there never is.
    /// </summary>
    IDisposable? Watch(Action wake);

    /// <summary>
    /// Does the next of what there is to do; false where there is nothing. Called by the thread that waits, with nothing locked but a
    /// pipe's turn. It throws nothing.
    /// </summary>
    bool Run();
}

/// <summary>How long a call may wait, and what ends it before.</summary>
/// <param name="Timeout">0 or more; null for ever.</param>
/// <param name="Canceled">Ends the wait with an <see cref="OperationCanceledException"/>.</param>
internal readonly record struct WaitLimit(TimeSpan? Timeout, CancellationToken Canceled)
{
    /// <summary>0 or more; null for ever, as <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> is too.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 0.</exception>
    internal TimeSpan? Timeout { get; init; } = Timeout switch
    {
        { } time when time == System.Threading.Timeout.InfiniteTimeSpan => null,
        { Ticks: < 0 } => throw new ArgumentOutOfRangeException(nameof(Timeout), Timeout, "A time limit is 0 or more, or -1 for none."),
        _ => Timeout,
    };

    internal static WaitLimit None => default;

    /// <summary>A number of seconds as a script gives it, in which -1 is for ever.</summary>
    internal static TimeSpan Time(double seconds) => seconds == -1 ? System.Threading.Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(seconds);

    /// <summary>Whether the caller has to come back, whatever it waits for.</summary>
    internal bool IsStopping => Canceled.IsCancellationRequested || HubEnvironment.IsStopping();

    /// <summary>
    /// How long a call waits for what comes before it: as long as its hub has for an answer, and for ever where it has to have that answer.
    /// </summary>
    internal WaitLimit WithGrace(bool canDoWithout) =>
        this with { Timeout = canDoWithout && Timeout < TimeSpan.FromDays(365) ? Timeout + PendingCall.s_grace : null };

    /// <summary>What is left of it since a timestamp.</summary>
    internal WaitLimit Since(long start)
    {
        var left = Timeout - Stopwatch.GetElapsedTime(start);
        return this with { Timeout = left < TimeSpan.Zero ? TimeSpan.Zero : left };
    }

    /// <summary>How many milliseconds are left of the time, which began at a timestamp: 0 where it is over, and so many at the most.</summary>
    internal int Left(long start, int most)
    {
        if (Timeout is not { } timeout)
        {
            return most;
        }

        var left = timeout - Stopwatch.GetElapsedTime(start);
        return left <= TimeSpan.Zero ? 0 : (int)Math.Min(Math.Ceiling(left.TotalMilliseconds), most);
    }

    internal CallFlags Flags => Timeout == TimeSpan.Zero ? CallFlags.NoWait : CallFlags.None;
}
