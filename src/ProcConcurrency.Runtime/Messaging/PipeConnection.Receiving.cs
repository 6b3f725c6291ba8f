using System.Diagnostics;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Messaging;

// Receiving, as its callers want it.
internal sealed partial class PipeConnection
{
    /// <summary>Receives the next message.</summary>
    /// <param name="maxLength">The longest to take.</param>
    /// <param name="bytesOnly">An object stays where it is.</param>
    /// <param name="limit">How long to wait.</param>
    /// <returns>The message; null where none came in time.</returns>
    /// <exception cref="PipeClosedException">An end is closed, and what had come was received.</exception>
    /// <exception cref="MessageTooLargeException">It is longer than that; nothing more can be received.</exception>
    internal PipeMessage? Receive(int maxLength, bool bytesOnly, WaitLimit limit)
    {
        var start = Stopwatch.GetTimestamp();
        if (!BeginReceive(limit, start))
        {
            return null;
        }

        try
        {
            if (!ReadHeader(maxLength, bytesOnly, limit, start) || !ReadPayload(limit, start))
            {
                return null;
            }

            return new PipeMessage(_kind, _length, TakePayload());
        }
        finally
        {
            _receiving.Pass();
        }
    }

    /// <summary>Receives a message of bytes into a buffer.</summary>
    /// <returns>How many bytes it has.</returns>
    /// <exception cref="BufferTooShortException">It has more; the exception has them.</exception>
    internal int ReceiveInto(Span<byte> target, WaitLimit limit)
    {
        var start = Stopwatch.GetTimestamp();
        BeginReceive(limit, start);
        try
        {
            ReadHeader(int.MaxValue, bytesOnly: true, limit, start);
            var length = _length;
            if (length > target.Length)
            {
                ReadPayload(limit, start);
                throw new BufferTooShortException(TakePayload(), target.Length);
            }

            // What came of it before; then the rest, straight to where it is to go.
            _payload.AsSpan(0, _filled).CopyTo(target);
            var done = _filled + TakeBuffered(target[_filled..length]);
            while (done < length)
            {
                var read = Read(target[done..length], isInside: true);
                done += Math.Max(read, 0);
                if (read < 0 && limit.IsStopping)
                {
                    // For the next receiver.
                    _payload = target[..done].ToArray();
                    _filled = done;
                    throw HubEnvironment.StopError();
                }

                if (read < 0)
                {
                    WaitLong(forRoom: false, limit, start);
                }
            }

            ClearPayload();
            return length;
        }
        finally
        {
            _receiving.Pass();
        }
    }

    /// <summary>Waits until there is something to receive, the end of the pipe included.</summary>
    internal bool Poll(WaitLimit limit)
    {
        var start = Stopwatch.GetTimestamp();
        if (!BeginReceive(limit, start))
        {
            return false;
        }

        try
        {
            while (true)
            {
                var slice = Slice(limit, start);
                if (_start < _end || _length != NoMessage || WaitForData(slice))
                {
                    return true;
                }

                StopOrNot(limit);
                if (slice == 0)
                {
                    return false;
                }

                WaitLong(forRoom: false, limit, start);
            }
        }
        finally
        {
            _receiving.Pass();
        }
    }

    private static void StopOrNot(WaitLimit limit)
    {
        if (limit.IsStopping)
        {
            throw HubEnvironment.StopError();
        }
    }

    private bool BeginReceive(WaitLimit limit, long start)
    {
        if ((_ways & PipeWays.Receive) == 0)
        {
            throw new PipeDirectionException("This is the sending end of a one-way pipe: the other end receives.");
        }

        return _receiving.Take(limit, start);
    }
}
