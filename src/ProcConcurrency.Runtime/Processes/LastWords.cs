using System.Text;

namespace ProcConcurrency.Runtime.Processes;

/// <summary>
/// The last that a process wrote. Of a crash report the first lines are kept as well: they say what happened, and the calls that follow
/// may be longer than what is kept.
/// </summary>
internal sealed class LastWords
{
    private const int MaxLength = 4096;
    private const int FirstLength = 1024;

    // How the runtime begins its reports.
    private static readonly string[] s_beginnings =
        ["Process terminated.", "Unhandled exception.", "Stack overflow.", "Fatal error.", "Out of memory."];

    private readonly StringBuilder _last = new();
    private readonly StringBuilder _first = new();
    private bool _isReport;

    internal void Append(ReadOnlySpan<char> text)
    {
        _last.Append(text);
        if (_last.Length > MaxLength)
        {
            _last.Remove(0, _last.Length - MaxLength);
        }
    }

    /// <summary>Forgets what there is: it was another's.</summary>
    internal void Clear()
    {
        _last.Clear();
        _first.Clear();
        _isReport = false;
    }

    /// <summary>Takes the same text, line by line.</summary>
    internal void AppendLine(string line)
    {
        if (Array.Exists(s_beginnings, beginning => line.StartsWith(beginning, StringComparison.Ordinal)))
        {
            _isReport = true;
            _first.Clear();
        }

        if (_isReport && _first.Length < FirstLength)
        {
            _first.Append(line.AsSpan(0, Math.Min(line.Length, FirstLength))).Append('\n');
        }
    }

    public override string ToString()
    {
        var last = _last.ToString().Trim();
        var first = _first.ToString().Trim();
        if (first.Length == 0 || last.Contains(first[..Math.Min(first.Length, 256)], StringComparison.Ordinal))
        {
            return last;
        }

        // From a whole line on.
        var rest = last.AsSpan(Math.Min(last.Length, FirstLength));
        return string.Concat(first, "\n...", rest[Math.Max(rest.IndexOf('\n'), 0)..]);
    }
}
