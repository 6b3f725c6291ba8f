using System.Management.Automation;

namespace ProcConcurrency.Pools;

/// <summary>What became of one input of a pool.</summary>
public enum ProcPoolStatus
{
    /// <summary>Its block ran to its end and wrote no error.</summary>
    Done,

    /// <summary>It wrote an error, or could not be sent to a worker.</summary>
    Failed,

    /// <summary>It ran longer than a task may.</summary>
    TimedOut,

    /// <summary>Its worker died.</summary>
    Lost,

    /// <summary>It was called off: because others failed, or because time was up for all.</summary>
    Canceled,
}

/// <summary>What <c>Invoke-ProcPool -Detailed</c> writes for each input.</summary>
public sealed class ProcPoolResult
{
    internal ProcPoolResult(long index, object? input)
    {
        Index = index;
        InputObject = input;
    }

    /// <summary>The input's place, from 0.</summary>
    public long Index { get; }

    /// <summary>The input.</summary>
    public object? InputObject { get; }

    /// <summary>What the block wrote.</summary>
    public object?[] Output { get; internal init; } = [];

    /// <summary>The errors that it wrote, and the one that says why it did not come to its end.</summary>
    public ErrorRecord[] Error { get; internal init; } = [];

    /// <summary>What became of it.</summary>
    public ProcPoolStatus Status { get; internal init; }

    /// <summary>How often it was begun.</summary>
    public int Attempts { get; internal init; }

    /// <summary>The process of its last attempt; null where it was never begun.</summary>
    public int? ProcessId { get; internal init; }

    /// <summary>The computer of its last attempt, or that it was for, with -OnEachHost; else null where it was never begun.</summary>
    public string? ComputerName { get; internal init; }

    /// <summary>When its last attempt began; null where it was never begun.</summary>
    public DateTime? Started { get; internal init; }

    /// <summary>How long its last attempt took.</summary>
    public TimeSpan Duration { get; internal init; }

    /// <summary>0 where it is done, 1 where it failed; its worker's exit code where that died, -N for signal N; else null.</summary>
    public int? ExitCode { get; internal init; }

    /// <summary>Its place and what became of it.</summary>
    public override string ToString() => $"{Index} {Status}";
}
