using System.Diagnostics;
using System.Runtime.InteropServices;
using ProcConcurrency.Runtime.Channels;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>One request on the caller's side: sent, and waited for until its one answer is there.</summary>
/// <remarks>The caller waits, the port's reading thread completes.</remarks>
/// <param name="port">The way to the hub.</param>
/// <param name="id">Its number.</param>
/// <param name="late">What to do where the caller doesn't wait for the answer any more; null for nothing.</param>
internal sealed class PendingCall(HubPort port, uint id, LateAnswer? late = null)
{
    /// <summary>How long a hub has to answer whose caller's time is up. It needs a small part of it, unless it is stopped.</summary>
    internal static readonly TimeSpan s_grace = TimeSpan.FromSeconds(1);

    // The same where the caller is stopped: somebody sits there and has pressed Ctrl-C.
    private static readonly TimeSpan s_stopGrace = TimeSpan.FromSeconds(0.5);

    // A round trip to the hub takes some 20 microseconds; a thread that sleeps for it takes as long again to wake up, and on a
    // machine with nothing else to do longer. After the first ten, each of these lets others run.
    private const int Spins = 60;
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100);

    // A wait of the system's is not longer.
    private static readonly TimeSpan s_longest = TimeSpan.FromMilliseconds(int.MaxValue);
    private static readonly bool s_canSpin = Environment.ProcessorCount > 1;

    private readonly object _gate = new();
    private volatile bool _done;
    private ReadOnlyMemory<byte> _payload;
    private int _length;
    private object? _held;
    private bool _recycled;
    private MessageKind _kind;
    private Attachment? _attachment;
    private bool _stopped;
    private bool _woken;
    private volatile bool _left;
    private object? _requestHeld;

    internal uint Id => id;

    /// <summary>What it is about.</summary>
    internal long ObjectId { get; init; }

    /// <summary>Who called; known where the caller has left.</summary>
    internal int Caller { get; private set; }

    /// <summary>Its answer is there, and is the caller's.</summary>
    internal bool IsAnswered => _done && !_left;

    /// <summary>The caller waits no more, and the answer is still to come.</summary>
    internal bool IsLeft => _left;

    /// <summary>It is no answer of the hub's, but what the caller gets instead.</summary>
    internal bool IsOutcome { get; private init; }

    internal bool IsStopped => _stopped;

    /// <summary>Its answer is there.</summary>
    /// <param name="kind">Answer or fault.</param>
    /// <param name="payload">As <see cref="SpareArrays.Keep"/> makes it; the call's, where it takes it.</param>
    /// <param name="descriptor">What came with it; the call's, where it takes it.</param>
    /// <returns>False where it has its answer: it may be read by now.</returns>
    internal bool Complete(MessageKind kind, ReadOnlyMemory<byte> payload, SafeHandle? descriptor)
    {
        lock (_gate)
        {
            if (_done)
            {
                return false;
            }

            _kind = kind;
            _payload = payload;
            _length = payload.Length;
            _attachment = descriptor is null ? null : new Attachment(descriptor);
            _done = true;
            Monitor.Pulse(_gate);
        }

        if (_left)
        {
            port.OnLate(this);
        }

        return true;
    }

    /// <summary>The answer, after the client's number.</summary>
    /// <exception cref="OperationCanceledException">The caller was stopped, and the request failed or was not answered.</exception>
    internal HubReply Wait(WaitLimit limit)
    {
        if (!_done && s_canSpin)
        {
            Spin();
        }

        return _done || WaitLong(limit) ? Take() : _stopped ? throw HubEnvironment.StopError() : Outcome();
    }

    /// <summary>What the request holds, to live until it is answered.</summary>
    internal void Holds(object? held) => _requestHeld = held;

    /// <summary>The caller has left before the answer came: gives back what it brought.</summary>
    internal void Undo()
    {
        _requestHeld = null;
        if (_kind == MessageKind.Answer)
        {
            try
            {
                // Taken in any case: so the references that were counted for it are given back with it.
                var reply = Take();
                late?.Undo(reply);
            }
            catch (Exception error) when (error is InvalidOperationException or SynchronizationLockException or SemaphoreFullException)
            {
                // It, or the hub, is gone, or somebody has given it back already.
            }
        }
        else if ((HubFault)Read().Byte() == HubFault.Withdrawn)
        {
            late?.Withdrawn?.Invoke();
        }
        else
        {
            late?.Refused?.Invoke();
        }

        Recycle();
        _attachment?.Dispose();
    }

    private HubReply Take()
    {
        if (_kind == MessageKind.Answer)
        {
            (_length, _held) = port.References.Take(_payload.Span);
            return new HubReply(this);
        }

        var reader = Read();
        var fault = (HubFault)reader.Byte();
        var message = reader.Text() ?? string.Empty;
        if (fault == HubFault.Withdrawn)
        {
            late?.Withdrawn?.Invoke();
            return _stopped ? throw HubEnvironment.StopError() : Outcome();
        }

        if (_stopped)
        {
            late?.Refused?.Invoke();
            throw HubEnvironment.StopError();
        }

        throw HubFaultException.ToException(fault, message);
    }

    /// <summary>Reads the answer that <see cref="Wait"/> has waited for.</summary>
    internal PayloadReader Read()
    {
        ObjectDisposedException.ThrowIf(_recycled, typeof(HubReply));
        return new PayloadReader(_payload[HubProtocol.ClientSize.._length], _attachment, _held);
    }

    /// <summary>See <see cref="HubReply.Recycle"/>.</summary>
    internal void Recycle()
    {
        if (!_recycled)
        {
            _recycled = true;
            SpareArrays.Recycle(_payload);
            _payload = default;
        }
    }

    private void Spin()
    {
        var spinner = default(SpinWait);
        for (var i = 0; i < Spins && !_done; i++)
        {
            spinner.SpinOnce(sleep1Threshold: -1);
        }
    }

    /// <summary>What the caller gets that can't wait for the hub's answer.</summary>
    internal HubReply Outcome()
    {
        var answer = new PayloadWriter().Int64(port.ClientId);
        late!.Outcome!(answer);
        var call = new PendingCall(port, id) { IsOutcome = true };
        call.Complete(MessageKind.Answer, answer.Int32(0).Written.ToArray(), null);
        return call.Take();
    }

    /// <summary>Returns whether there is an answer: not where the caller has left.</summary>
    private bool WaitLong(WaitLimit limit)
    {
        var start = Stopwatch.GetTimestamp();
        using var registration = limit.Canceled.CanBeCanceled ? limit.Canceled.UnsafeRegister(static call => ((PendingCall)call!).Wake(), this) : default;
        using var watch = HubEnvironment.WatchStop(Wake);
        using var meanwhile = HubEnvironment.Meanwhile?.Watch(Wake);
        var longest = watch is null ? s_look : s_longest;
        var told = 0;
        var toldAt = start;
        while (!_done)
        {
            var left = limit.Timeout is { } timeout ? timeout - Stopwatch.GetElapsedTime(start) : TimeSpan.MaxValue;
            var tell = limit.IsStopping ? 2 : left <= TimeSpan.Zero ? 1 : 0;
            if (tell > told)
            {
                // The hub answers this at once: that the wait is over, or with what had been granted just before. Only a
                // condition's lock may still have to be waited for, until the caller stops.
                told = tell;
                toldAt = Stopwatch.GetTimestamp();
                _stopped = tell == 2;
                if (late?.Outcome is not null && port.TryWithdraw(id))
                {
                    late.Withdrawn?.Invoke();
                    return false;
                }

                port.Cancel(id, forGood: tell == 2, canDoWithout: late?.Outcome is not null);
            }

            if (told > 0 && Stopwatch.GetElapsedTime(toldAt) > (told == 2 ? s_stopGrace : s_grace) && TryLeave())
            {
                return false;
            }

            if (told == 0 && HubEnvironment.Meanwhile?.Run() == true)
            {
                continue;
            }

            lock (_gate)
            {
                if (!_done && !_woken)
                {
                    Monitor.Wait(_gate, told > 0 ? s_look : left < longest ? left : longest);
                }

                _woken = false;
            }
        }

        return true;
    }

    /// <summary>From now on the answer is not the caller's. False where it is there, or the caller can't do without it.</summary>
    private bool TryLeave()
    {
        lock (_gate)
        {
            if (_done || (!_stopped && late?.Outcome is null))
            {
                return false;
            }

            Caller = HubPort.Caller();
            port.OnLeft(this);
            _left = true;
            return true;
        }
    }

    private void Wake()
    {
        lock (_gate)
        {
            _woken = true;
            Monitor.Pulse(_gate);
        }
    }
}

/// <summary>An answer of the hub.</summary>
/// <remarks>For the thread that asked.</remarks>
/// <param name="call">What it answers.</param>
internal readonly struct HubReply(PendingCall call)
{
    /// <summary>The caller was stopped while it waited: it has to give back what it got after all.</summary>
    internal bool IsStopped => call.IsStopped;

    /// <summary>It is not the hub's, which didn't answer in time: see <see cref="LateAnswer.Outcome"/>.</summary>
    internal bool IsOutcome => call.IsOutcome;

    /// <summary>Begins to read. Values that are read are no copies.</summary>
    /// <exception cref="ObjectDisposedException">It was recycled.</exception>
    internal PayloadReader Read() => call.Read();

    /// <summary>
    /// Call it when all is read and every value decoded: the array of a large answer is used again. A second call does nothing.
    /// Without a call the array is collected like any other.
    /// </summary>
    internal void Recycle() => call.Recycle();
}
