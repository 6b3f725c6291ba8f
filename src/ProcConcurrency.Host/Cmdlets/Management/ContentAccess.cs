using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Provider;
using System.Runtime.CompilerServices;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>The content and property methods of a provider that take a context.</summary>
internal static class ContentAccess
{
    internal static Collection<IContentReader> GetReader(this ContentCmdletProviderIntrinsics on, string path, ProviderContext context) =>
        GetReader(on, path, context.Value);

    internal static object? GetContentReaderDynamicParameters(
        this ContentCmdletProviderIntrinsics on, string path, ProviderContext context) =>
        GetContentReaderDynamicParameters(on, path, context.Value);

    internal static Collection<IContentWriter> GetWriter(this ContentCmdletProviderIntrinsics on, string path, ProviderContext context) =>
        GetWriter(on, path, context.Value);

    internal static object? GetContentWriterDynamicParameters(
        this ContentCmdletProviderIntrinsics on, string path, ProviderContext context) =>
        GetContentWriterDynamicParameters(on, path, context.Value);

    internal static void Clear(this ContentCmdletProviderIntrinsics on, string path, ProviderContext context) =>
        Clear(on, path, context.Value);

    internal static object? ClearContentDynamicParameters(this ContentCmdletProviderIntrinsics on, string path, ProviderContext context) =>
        ClearContentDynamicParameters(on, path, context.Value);

    internal static void Get(
        this PropertyCmdletProviderIntrinsics on, string path, Collection<string>? properties, ProviderContext context) =>
        Get(on, path, properties, context.Value);

    internal static object? GetPropertyDynamicParameters(
        this PropertyCmdletProviderIntrinsics on, string path, Collection<string>? properties, ProviderContext context) =>
        GetPropertyDynamicParameters(on, path, properties, context.Value);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "GetReader")]
    private static extern Collection<IContentReader> GetReader(
        ContentCmdletProviderIntrinsics on, string path, [UnsafeAccessorType(ProviderContext.TypeName)] object context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "GetContentReaderDynamicParameters")]
    private static extern object? GetContentReaderDynamicParameters(
        ContentCmdletProviderIntrinsics on, string path, [UnsafeAccessorType(ProviderContext.TypeName)] object context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "GetWriter")]
    private static extern Collection<IContentWriter> GetWriter(
        ContentCmdletProviderIntrinsics on, string path, [UnsafeAccessorType(ProviderContext.TypeName)] object context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "GetContentWriterDynamicParameters")]
    private static extern object? GetContentWriterDynamicParameters(
        ContentCmdletProviderIntrinsics on, string path, [UnsafeAccessorType(ProviderContext.TypeName)] object context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "Clear")]
    private static extern void Clear(
        ContentCmdletProviderIntrinsics on, string path, [UnsafeAccessorType(ProviderContext.TypeName)] object context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "ClearContentDynamicParameters")]
    private static extern object? ClearContentDynamicParameters(
        ContentCmdletProviderIntrinsics on, string path, [UnsafeAccessorType(ProviderContext.TypeName)] object context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "Get")]
    private static extern void Get(
        PropertyCmdletProviderIntrinsics on,
        string path,
        Collection<string>? properties,
        [UnsafeAccessorType(ProviderContext.TypeName)] object context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "GetPropertyDynamicParameters")]
    private static extern object? GetPropertyDynamicParameters(
        PropertyCmdletProviderIntrinsics on,
        string path,
        Collection<string>? properties,
        [UnsafeAccessorType(ProviderContext.TypeName)] object context);
}
