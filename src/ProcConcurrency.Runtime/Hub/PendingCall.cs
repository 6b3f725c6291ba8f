using System.Diagnostics;
using System.Runtime.InteropServices;
using ProcConcurrency.Runtime.Channels;

namespace ProcConcurrency.Runtime.Hub;

/// <summary>One request on the caller's side: sent, and waited for until its one answer is there.</summary>
/// <remarks>The caller waits, the port's reading thread completes.</remarks>
internal sealed class PendingCall(HubPort port, uint id)
{
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
    private SafeHandle? _descriptor;
    private bool _stopped;
    private bool _woken;

    internal uint Id => id;

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
            _descriptor = descriptor;
            _done = true;
            Monitor.Pulse(_gate);
            return true;
        }
    }

    /// <summary>The answer, after the client's number.</summary>
    /// <exception cref="OperationCanceledException">The caller was stopped, and the request failed.</exception>
    internal HubReply Wait(WaitLimit limit)
    {
        if (!_done && s_canSpin)
        {
            Spin();
        }

        if (!_done)
        {
            WaitLong(limit);
        }

        _length = _payload.Length;
        if (_kind == MessageKind.Answer)
        {
            (_length, _held) = port.References.Take(_payload.Span);
            return new HubReply(this);
        }

        var reader = Read();
        var fault = (HubFault)reader.Byte();
        var message = reader.Text() ?? string.Empty;
        throw _stopped ? new OperationCanceledException(message) : HubFaultException.ToException(fault, message);
    }

    /// <summary>Reads the answer that <see cref="Wait"/> has waited for.</summary>
    internal PayloadReader Read()
    {
        ObjectDisposedException.ThrowIf(_recycled, typeof(HubReply));
        return new PayloadReader(_payload[HubProtocol.ClientSize.._length], _descriptor is null ? null : new Attachment(_descriptor), _held);
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

    private void WaitLong(WaitLimit limit)
    {
        var start = Stopwatch.GetTimestamp();
        using var registration = limit.Canceled.CanBeCanceled ? limit.Canceled.UnsafeRegister(static call => ((PendingCall)call!).Wake(), this) : default;
        using var watch = HubEnvironment.WatchStop(Wake);
        var look = watch is null ? s_look : Timeout.InfiniteTimeSpan;
        var told = 0;
        while (!_done)
        {
            var left = limit.Timeout is { } timeout ? timeout - Stopwatch.GetElapsedTime(start) : TimeSpan.MaxValue;
            var tell = limit.IsStopping ? 2 : left <= TimeSpan.Zero ? 1 : 0;
            if (tell > told)
            {
                // The hub answers this at once: that the wait is over, or with what had been granted just before. Only a
                // condition's lock may still have to be waited for, until the caller stops.
                told = tell;
                _stopped = tell == 2;
                port.Cancel(id, forGood: tell == 2);
            }

            lock (_gate)
            {
                if (!_done && !_woken)
                {
                    Monitor.Wait(_gate, told > 0 ? s_look : left > s_longest || (watch is null && left > s_look) ? look : left);
                }

                _woken = false;
            }
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

    /// <summary>Begins to read. Values that are read are no copies.</summary>
    /// <exception cref="ObjectDisposedException">It was recycled.</exception>
    internal PayloadReader Read() => call.Read();

    /// <summary>
    /// Call it when all is read and every value decoded: the array of a large answer is used again. A second call does nothing.
    /// Without a call the array is collected like any other.
    /// </summary>
    internal void Recycle() => call.Recycle();
}
