namespace ProcConcurrency.Runtime.Pools;

/// <summary>Some of an item's results: in memory, or in the pool's <see cref="SpillFile"/>.</summary>
/// <param name="Length">How many bytes.</param>
/// <param name="Bytes">They; null where they are in a file.</param>
/// <param name="Place">Where in which file.</param>
/// <param name="Lender">The worker that gets its credit back when they are taken; null where it has it back already.</param>
internal readonly record struct ResultChunk(int Length, byte[]? Bytes, SpillPlace Place, WorkerSlot? Lender);
