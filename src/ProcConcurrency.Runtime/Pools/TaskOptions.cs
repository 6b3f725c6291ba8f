namespace ProcConcurrency.Runtime.Pools;

/// <summary>How tasks are to be run. Many tasks share one.</summary>
public sealed record TaskOptions
{
    /// <summary>Nothing is asked for.</summary>
    public static TaskOptions Default { get; } = new();

    /// <summary>How long an attempt may run, from its own start; null for any time. Its worker is ended then, with all below it.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How many more attempts follow one that fails, from 0.</summary>
    public int RetryCount { get; init; }

    /// <summary>About how long to wait before another attempt: from half of it to one and a half.</summary>
    public TimeSpan RetryDelay { get; init; }

    /// <summary>Tasks with a higher one go first; 0 is usual.</summary>
    public int Priority { get; init; }

    /// <summary>How many go to a worker together; null for what is measured to be best.</summary>
    public int? BatchSize { get; init; }
}

/// <summary>What many tasks run: a block with all that it needs, encoded. A worker is told it once.</summary>
/// <param name="payload">The encoded block.</param>
/// <param name="kept">What the payload mentions, and must live as long; may be null.</param>
public sealed class TaskDefinition(byte[] payload, object? kept = null)
{
    private static readonly TimeSpan s_mostPatience = TimeSpan.FromMinutes(10);
    private static int s_lastId;

    /// <summary>Its number in this process.</summary>
    public int Id { get; } = Interlocked.Increment(ref s_lastId);

    /// <summary>Why a worker could not set it up, encoded; null while none has failed to.</summary>
    public byte[]? Failure { get; internal set; }

    /// <summary>The encoded block.</summary>
    public ReadOnlySpan<byte> Content => payload;

    /// <summary>The same for another pool: what one pool's workers make of it says nothing of another's.</summary>
    public TaskDefinition Copy() => new(payload, kept);

    internal byte[] Payload => payload;

    internal object? Kept => kept;

    /// <summary>How many of its tasks should travel together. The scheduler's lock guards it.</summary>
    internal BatchSizer Sizer { get; } = new();

    /// <summary>How long a worker may take to set it up where its tasks have a time limit. The scheduler's lock guards it.</summary>
    internal TimeSpan Patience { get; private set; } = TimeSpan.FromSeconds(30);

    /// <summary>A worker has taken longer. It may be slow to set up everywhere: all others get twice as long.</summary>
    internal void AllowMore(TimeSpan taken) =>
        Patience = 2 * taken < s_mostPatience ? 2 * taken : s_mostPatience;
}
