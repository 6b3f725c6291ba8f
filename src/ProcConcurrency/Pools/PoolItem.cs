using System.Management.Automation;
using ProcConcurrency.Values;

namespace ProcConcurrency.Pools;

/// <summary>One input of a call on its way through a pool, with what has been taken of its results so far.</summary>
/// <param name="index">Its place in the input, from 0.</param>
/// <param name="input">The input.</param>
internal sealed class PoolItem(long index, object? input)
{
    private volatile string? _firstError;

    internal long Index => index;

    internal object? Input => input;

    /// <summary>What it is known by in a log; null where there is none.</summary>
    internal string? Key { get; init; }

    /// <summary>The input as a log shows it; null where there is none.</summary>
    internal string? Text { get; init; }

    /// <summary>What its task wrote first to the error stream. The log's thread reads it, too.</summary>
    internal string? FirstError
    {
        get => _firstError;
        set => _firstError = value;
    }

    /// <summary>What its record is to have as output; null while there is none.</summary>
    internal List<object?>? Output { get; set; }

    /// <summary>What its record is to have as errors; null while there are none.</summary>
    internal List<ErrorRecord>? Errors { get; set; }

    /// <summary>Whether something of what it wrote can't be had any more.</summary>
    internal bool IsLost { get; set; }

    /// <summary>Keeps together what it formats: a formatter takes no two tables at a time; null where it formats nothing.</summary>
    internal FormatSequence? Format { get; set; }
}
