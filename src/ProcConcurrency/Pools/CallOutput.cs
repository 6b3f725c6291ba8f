using System.Management.Automation;
using ProcConcurrency.Worker;

namespace ProcConcurrency.Pools;

/// <summary>Where a call's records go: to its cmdlet's streams, or into its job.</summary>
/// <param name="Write">Takes what workers wrote, and what else is written as it is.</param>
/// <param name="WriteError">Takes the call's own errors.</param>
internal sealed record CallOutput(Action<RecordStream, object?> Write, Action<ErrorRecord> WriteError);
