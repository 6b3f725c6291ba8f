using System.Management.Automation;

namespace ProcConcurrency.Values;

/// <summary>The parts of an <see cref="ErrorRecord"/> as they came over the wire.</summary>
internal sealed class ErrorDetailsOnWire
{
    public string FullyQualifiedErrorId { get; init; } = string.Empty;

    public ErrorCategory Category { get; init; }

    public string? Activity { get; init; }

    public string? Reason { get; init; }

    public string? TargetName { get; init; }

    public string? TargetType { get; init; }

    public string? CategoryMessage { get; init; }

    public string? DetailsMessage { get; init; }

    public string? RecommendedAction { get; init; }

    public string? ScriptStackTrace { get; init; }

    public InvocationDetails? Invocation { get; init; }

    public PSObject? Exception { get; init; }

    public object? Target { get; init; }
}
