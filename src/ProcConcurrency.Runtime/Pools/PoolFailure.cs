namespace ProcConcurrency.Runtime.Pools;

/// <summary>Why a pool could not go on.</summary>
/// <param name="Reason">What a worker said when its initialization failed, encoded; or null.</param>
/// <param name="Crash">How a worker died that had not finished a single task; or null.</param>
/// <param name="Error">Why a worker's process could not be started; or null.</param>
public sealed record PoolFailure(byte[]? Reason = null, WorkerCrash? Crash = null, Exception? Error = null);
