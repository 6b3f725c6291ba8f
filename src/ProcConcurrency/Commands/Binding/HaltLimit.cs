using System.Globalization;

namespace ProcConcurrency.Commands.Binding;

/// <summary>
/// How many failures end a pool's run, as <c>-HaltOn</c> takes it: Never, FirstError, a number, or a share such as <c>10%</c>. A share is
/// one of the total where that is known, else of what has ended, and then counts from three failures on.
/// </summary>
public sealed class HaltLimit
{
    private const int FewestForShare = 3;
    private readonly long _count = long.MaxValue;
    private readonly double _share;
    private readonly string _text;

    /// <summary>A number.</summary>
    /// <param name="count">1 or more.</param>
    public HaltLimit(int count)
    {
        _text = count.ToString(CultureInfo.InvariantCulture);
        _count = count >= 1 ? count : throw Wrong(_text);
    }

    /// <summary>Text of any form.</summary>
    /// <param name="text">Never, FirstError, a number or a share.</param>
    public HaltLimit(string text)
    {
        _text = text.Trim();
        if (_text.Equals("FirstError", StringComparison.OrdinalIgnoreCase))
        {
            _count = 1;
        }
        else if (_text.EndsWith('%') && double.TryParse(_text[..^1], NumberStyles.Float, CultureInfo.InvariantCulture, out var share) && share is > 0 and <= 100)
        {
            _share = share;
        }
        else if (long.TryParse(_text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count >= 1)
        {
            _count = count;
        }
        else if (!_text.Equals("Never", StringComparison.OrdinalIgnoreCase))
        {
            throw Wrong(_text);
        }
    }

    /// <summary>Whether it ever ends a run.</summary>
    internal bool IsNever => _count == long.MaxValue && _share == 0;

    /// <summary>What was given.</summary>
    public override string ToString() => _text;

    /// <summary>Whether so many failures are enough.</summary>
    /// <param name="failed">How many failed.</param>
    /// <param name="finished">How many have ended, failed ones included.</param>
    /// <param name="total">How many there are; null where nobody knows.</param>
    internal bool Halts(long failed, long finished, long? total) => _share == 0
        ? failed >= _count
        : total is > 0 and { } all ? 100.0 * failed >= _share * all : failed >= FewestForShare && 100.0 * failed >= _share * finished;

    private static WrongArgumentException Wrong(string text) =>
        new($"'{text}' is no limit of failures: give Never, FirstError, a number such as 5, or a share such as 10%.");
}
