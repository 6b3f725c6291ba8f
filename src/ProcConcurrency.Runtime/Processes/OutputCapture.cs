using System.Text;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Processes;

/// <summary>
/// Takes what a process writes to its standard output and error past the channel: a native library's message, a crash
/// report. A thread of its own drains it, so that the process never blocks on it; lines go to a receiver and the last are kept.
/// </summary>
internal sealed class OutputCapture
{
    private const int MaxLineLength = 64 * 1024;
    private const int BufferSize = 4096;

    private readonly Stream _stream;
    private readonly Action<string>? _onLine;
    private readonly Thread _reading;

    // Guards _tail and _mark.
    private readonly object _gate = new();
    private readonly LastWords _tail = new();
    private (string Text, TaskCompletionSource Seen)? _mark;

    // Of the reading thread.
    private readonly StringBuilder _line = new();
    private bool _failed;

    /// <summary>Begins to read.</summary>
    /// <param name="stream">Owned from now on.</param>
    /// <param name="onLine">Takes each line, on the reading thread; may be null.</param>
    /// <exception cref="IOException">There are too many threads.</exception>
    internal OutputCapture(Stream stream, Action<string>? onLine)
    {
        _stream = stream;
        _onLine = onLine;
        _reading = Background.Start("output", Read, error => Note(error.Message));
    }

    internal string Tail
    {
        get
        {
            lock (_gate)
            {
                return _tail.ToString();
            }
        }
    }

    /// <summary>What was written so far is of no use any more.</summary>
    internal void Forget()
    {
        lock (_gate)
        {
            _tail.Clear();
        }
    }

    /// <summary>Adds a line of ours to the tail.</summary>
    internal void Note(string message)
    {
        lock (_gate)
        {
            _tail.Append(message + "\n");
        }
    }

    /// <summary>
    /// Completes when a line ends with this text, which is not handed on: all that was written before it has been, and is the past.
    /// </summary>
    internal Task UpTo(string mark)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _mark = (mark, seen);
        }

        return seen.Task;
    }

    /// <summary>
    /// After the process has ended: returns when all that it wrote has been taken. What its own children write later is not, for
    /// they may hold the other end for ever.
    /// </summary>
    internal void Finish()
    {
        (_stream as IEndsWhenEmpty)?.EndWhenEmpty();
        _reading.Join();
    }

    private void Read()
    {
        // Not by StreamReader, which reads again where a read has filled its buffer, and keeps meanwhile what it has. A text that
        // isn't UTF-8, or is cut within a character, has a replacement character there.
        var bytes = new byte[BufferSize];
        var decoder = Encoding.UTF8.GetDecoder();
        var characters = new char[Encoding.UTF8.GetMaxCharCount(BufferSize)];
        using (_stream)
        {
            int read;
            do
            {
                read = _stream.Read(bytes, 0, BufferSize);
                var count = decoder.GetChars(bytes, 0, read, characters, 0, flush: read == 0);
                Take(characters.AsSpan(0, count));
            }
            while (read > 0);
        }

        if (_line.Length > 0)
        {
            EndLine();
        }
    }

    private void Take(ReadOnlySpan<char> text)
    {
        lock (_gate)
        {
            _tail.Append(text);
        }

        foreach (var character in text)
        {
            if (character == '\n' || _line.Length == MaxLineLength)
            {
                EndLine();
            }

            if (character != '\n')
            {
                _line.Append(character);
            }
        }
    }

    private void EndLine()
    {
        var line = _line.ToString().TrimEnd('\r');
        _line.Clear();
        TaskCompletionSource? seen = null;
        lock (_gate)
        {
            if (_mark is { } mark && line.EndsWith(mark.Text, StringComparison.Ordinal))
            {
                line = line[..^mark.Text.Length];
                seen = mark.Seen;
                _tail.Clear();
                _mark = null;
            }
            else
            {
                _tail.AppendLine(line);
            }
        }

        if (seen is null || line.Length > 0)
        {
            HandOn(line);
        }

        seen?.SetResult();
    }

    private void HandOn(string line)
    {

        try
        {
            _onLine?.Invoke(line);
        }
        catch (Exception error) when (!_failed)
        {
            // The handler can't take the output; the process must be able to go on writing all the same.
            _failed = true;
            Note($"A line of the output could not be taken: {error.Message}");
        }
        catch (Exception)
        {
            // Said before.
        }
    }
}
