using System.Text;

namespace ProcConcurrency.Runtime.Processes;

/// <summary>
/// Takes what a process writes to its standard output and error past the channel: a native library's message, a crash
/// report. It is always drained, so that the process never blocks on it; lines go to a receiver and the last are kept.
/// </summary>
internal sealed class OutputCapture
{
    private const int MaxLineLength = 64 * 1024;

    // A closed stream's read ends at once; but no child's end may hang on that.
    private static readonly TimeSpan s_closing = TimeSpan.FromSeconds(5);

    private readonly Stream _stream;
    private readonly Action<string>? _onLine;
    private readonly Task _reading;

    // Guards _tail.
    private readonly object _gate = new();
    private readonly LastWords _tail = new();

    internal OutputCapture(Stream stream, Action<string>? onLine)
    {
        _stream = stream;
        _onLine = onLine;
        _reading = ReadAsync();
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

    /// <summary>Adds a line of ours to the tail.</summary>
    internal void Note(string message)
    {
        lock (_gate)
        {
            _tail.Append(message + "\n");
        }
    }

    /// <summary>After the process has ended: takes what is still there, and no more, for its own children may hold the other end.</summary>
    internal void Finish()
    {
        if (!_reading.Wait(TimeSpan.FromMilliseconds(100)))
        {
            _stream.Dispose();
            _reading.Wait(s_closing);
        }
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[4096];
        var characters = new char[4096];
        var decoder = Encoding.UTF8.GetDecoder();
        var line = new StringBuilder();
        try
        {
            int read;
            while ((read = await _stream.ReadAsync(buffer.AsMemory()).ConfigureAwait(false)) > 0)
            {
                var count = decoder.GetChars(buffer, 0, read, characters, 0);
                Take(characters.AsSpan(0, count), line);
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // Finish closed it under us.
        }

        if (line.Length > 0)
        {
            _onLine?.Invoke(line.ToString());
        }

        _stream.Dispose();
    }

    private void Take(ReadOnlySpan<char> text, StringBuilder line)
    {
        lock (_gate)
        {
            _tail.Append(text);
        }

        foreach (var character in text)
        {
            if (character == '\n' || line.Length == MaxLineLength)
            {
                var whole = line.ToString().TrimEnd('\r');
                lock (_gate)
                {
                    _tail.AppendLine(whole);
                }

                _onLine?.Invoke(whole);
                line.Clear();
            }

            if (character != '\n')
            {
                line.Append(character);
            }
        }
    }
}
