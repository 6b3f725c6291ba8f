using ProcConcurrency.Values;

namespace ProcConcurrency.Worker;

/// <summary>
/// Records on their way into a message. To encode one may run the user's code, a property's getter, which writes records itself, waits
/// for other threads or never ends: so nothing is locked meanwhile, and what is written meanwhile becomes a message of its own.
/// <code>
/// Add -> [nobody encodes] -> writer, which the records of one message share -> Take -> sent -> Recycle
///     -> [somebody does]  -> a writer apart                                 -> Take, after that one's
/// </code>
/// </summary>
/// <remarks>Thread-safe.</remarks>
/// <param name="context">Key and handles.</param>
internal sealed class RecordBatch(ValueContext context) : IDisposable
{
    // Guards everything below, for moments: never while user code runs, never while something is sent.
    private readonly object _gate = new();
    private readonly Queue<ValueWriter> _apart = [];
    private ValueWriter _writer = new(context);
    private ValueWriter? _spare;
    private bool _isEncoding;
    private int _encodingApart;
    private int _apartBytes;
    private bool _isAwaited;

    /// <summary>Encodes a record. If that throws, nothing is left of it.</summary>
    /// <returns>How many bytes are ready to be sent.</returns>
    internal int Add(RecordStream stream, object? record)
    {
        ValueWriter writer;
        bool isApart;
        int ready;
        lock (_gate)
        {
            isApart = _isEncoding;
            writer = isApart ? new ValueWriter(context) : _writer;
            _isEncoding = true;
            _encodingApart += isApart ? 1 : 0;
        }

        var isDone = false;
        try
        {
            RecordCodec.Write(writer, stream, record);
            isDone = true;
        }
        finally
        {
            lock (_gate)
            {
                if (!isApart)
                {
                    _isEncoding = false;
                }
                else
                {
                    _encodingApart--;
                    if (isDone)
                    {
                        _apart.Enqueue(writer);
                        _apartBytes += writer.Length;
                    }
                }

                if (_isAwaited)
                {
                    Monitor.PulseAll(_gate);
                }

                ready = _isEncoding ? 0 : _writer.Length + _apartBytes;
            }
        }

        return ready;
    }

    /// <summary>Takes the records of one message, the oldest; null where none are ready. They go back by <see cref="Recycle"/>.</summary>
    /// <param name="isLast">Other threads that are encoding just now are waited for: there is no later.</param>
    internal ValueWriter? Take(bool isLast)
    {
        lock (_gate)
        {
            while (_isEncoding || (isLast && _encodingApart > 0 && _writer.Length == 0 && _apart.Count == 0))
            {
                if (!isLast)
                {
                    return null;
                }

                _isAwaited = true;
                Monitor.Wait(_gate);
            }

            if (_writer.Length > 0)
            {
                var full = _writer;
                _writer = _spare ?? new ValueWriter(context);
                _spare = null;
                return full;
            }

            if (_apart.TryDequeue(out var apart))
            {
                _apartBytes -= apart.Length;
            }

            return apart;
        }
    }

    /// <summary>Gives the buffers back. What is not sent is lost.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (!_isEncoding)
            {
                _writer.Dispose();
            }

            _spare?.Dispose();
        }
    }

    /// <summary>The bytes of a message have been sent.</summary>
    internal void Recycle(ValueWriter sent)
    {
        sent.Reset();
        lock (_gate)
        {
            _spare ??= sent;
        }
    }
}
