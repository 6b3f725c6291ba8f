using System.Management.Automation;
using ProcConcurrency.Runtime.Pools;
using ProcConcurrency.Runtime.Processes;

namespace ProcConcurrency.Pools;

/// <summary>Why a pool can't go on, as the error that its user gets.</summary>
internal static class PoolFailures
{
    internal static CallerException ToException(PoolFailure failure) => failure switch
    {
        { Reason: { } reason } => new CallerException(Errors.ToldBy(reason)),
        { Error: RemoteHostException error } => new CallerException(Errors.OfHost(error)),
        { Error: { } error } => Errors.WorkerStartFailed(error, null),
        _ => Errors.WorkersDoNotStart(failure.Crash!),
    };
}
