using System.Management.Automation;

namespace ProcConcurrency.Commands.Binding;

/// <summary>Takes bytes for an <see cref="AuthKey"/>: PowerShell converts no array to a parameter that is none.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AuthKeyBytesAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) is Array array
            ? new AuthKey(LanguagePrimitives.ConvertTo<byte[]>(array))
            : inputData;
}
