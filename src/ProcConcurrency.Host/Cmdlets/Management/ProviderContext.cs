using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Runtime.CompilerServices;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>
/// What a provider is called with: the filters, and the cmdlet that its output, errors and questions go to.
/// The engine's public provider methods take no filters and throw on the first error, so its own context is used.
/// </summary>
internal sealed class ProviderContext(Cmdlet command)
{
    internal const string TypeName = "System.Management.Automation.CmdletProviderContext, System.Management.Automation";

    /// <summary>The engine's context.</summary>
    internal object Value { get; } = Create(command);

    internal bool PassThru
    {
        set => SetPassThru(Value, value);
    }

    internal bool Force
    {
        set => SetForce(Value, value);
    }

    internal bool Literal
    {
        get => GetLiteral(Value);
        set => SetLiteral(Value, value);
    }

    internal object? DynamicParameters
    {
        set => SetDynamicParameters(Value, value);
    }

    internal void Filter(string[] include, string[] exclude, string? filter) =>
        SetFilters(Value, new Collection<string>(include), new Collection<string>(exclude), filter);

    internal void Stop() => StopProcessing(Value);

    internal void ThrowFirstError() => ThrowFirstErrorOrDoNothing(Value);

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    [return: UnsafeAccessorType(TypeName)]
    private static extern object Create(Cmdlet command);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_PassThru")]
    private static extern void SetPassThru([UnsafeAccessorType(TypeName)] object context, bool value);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_Force")]
    private static extern void SetForce([UnsafeAccessorType(TypeName)] object context, SwitchParameter value);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_SuppressWildcardExpansion")]
    private static extern bool GetLiteral([UnsafeAccessorType(TypeName)] object context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_SuppressWildcardExpansion")]
    private static extern void SetLiteral([UnsafeAccessorType(TypeName)] object context, bool value);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_DynamicParameters")]
    private static extern void SetDynamicParameters([UnsafeAccessorType(TypeName)] object context, object? value);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "SetFilters")]
    private static extern void SetFilters(
        [UnsafeAccessorType(TypeName)] object context, Collection<string> include, Collection<string> exclude, string? filter);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "StopProcessing")]
    private static extern void StopProcessing([UnsafeAccessorType(TypeName)] object context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "ThrowFirstErrorOrDoNothing")]
    private static extern void ThrowFirstErrorOrDoNothing([UnsafeAccessorType(TypeName)] object context);
}
