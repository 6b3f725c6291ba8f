using ProcConcurrency.Commands.Binding;
using ProcConcurrency.Runtime.Pools;

namespace ProcConcurrency.Pools;

/// <summary>What was asked of one call of a pool, beyond its block and its workers.</summary>
internal sealed record CallSettings
{
    /// <summary>How each task is run.</summary>
    internal required TaskOptions Task { get; init; }

    /// <summary>Results come as they are ready.</summary>
    internal bool IsUnordered { get; init; }

    /// <summary>The most workers at a time, where the pool has more.</summary>
    internal int MaxWorkers { get; init; } = int.MaxValue;

    /// <summary>After how long what is unfinished is ended; null for never.</summary>
    internal TimeSpan? Timeout { get; init; }

    /// <summary>How many failures end it; null for none.</summary>
    internal HaltLimit? HaltOn { get; init; }

    /// <summary>Whether that ends what runs, too.</summary>
    internal bool HaltsNow { get; init; }

    /// <summary>A record an item is written.</summary>
    internal bool IsDetailed { get; init; }

    /// <summary>How many inputs come; null where nobody knows.</summary>
    internal long? Total { get; init; }

    /// <summary>What the first input counts as.</summary>
    internal long FirstIndex { get; init; }

    /// <summary>The machine that it is for, as records have it; null where it is for any.</summary>
    internal string? ComputerName { get; init; }

    /// <summary>Whether it has a progress bar.</summary>
    internal bool ShowsProgress { get; init; } = true;

    /// <summary>What its group of tasks has of whatever it is a part of: what wakes who takes results, and what ends them all.</summary>
    internal TaskGroupSettings Group { get; init; } = new();

    /// <summary>Whether its workers go where the next call finds them.</summary>
    internal bool KeepsWorkers { get; init; }
}
