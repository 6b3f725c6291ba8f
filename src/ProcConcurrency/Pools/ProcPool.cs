using ProcConcurrency.Runtime.Pools;

namespace ProcConcurrency.Pools;

/// <summary>Worker processes that live from call to call, and do what is given to them: Python's <c>multiprocessing.Pool</c>.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class ProcPool
{
    internal ProcPool(string name, WorkerPool engine)
    {
        Name = name;
        Engine = engine;
    }

    /// <summary>Its name, by which cmdlets find it.</summary>
    public string Name { get; }

    internal WorkerPool Engine { get; }
}
