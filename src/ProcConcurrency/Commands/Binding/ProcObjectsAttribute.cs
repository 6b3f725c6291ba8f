using System.Collections;
using System.Management.Automation;
using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Commands.Binding;

/// <summary>
/// Takes one or many for an array of references. Without it PowerShell would take a shared list or dictionary apart, which is
/// one object, not many.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ProcObjectsAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        var value = Bare(inputData);
        return value switch
        {
            ProcObject handle => new[] { new ProcObjectReference(handle) },
            IList many => many.Cast<object?>().Select(static item => Bare(item) is ProcObject handle ? new ProcObjectReference(handle) : item).ToArray(),
            _ => inputData,
        };
    }

    private static object? Bare(object? value) => value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;
}
