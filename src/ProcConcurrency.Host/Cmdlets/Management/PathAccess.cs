using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Runtime.CompilerServices;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>The path and child methods that take a context.</summary>
internal static class PathAccess
{
    internal static void Get(this ChildItemCmdletProviderIntrinsics on, string path, bool recurse, uint depth, ProviderContext context) =>
        Get(on, path, recurse, depth, context.Value);

    internal static object? GetChildItemsDynamicParameters(
        this ChildItemCmdletProviderIntrinsics on, string path, bool recurse, ProviderContext context) =>
        GetChildItemsDynamicParameters(on, path, recurse, context.Value);

    internal static void GetNames(
        this ChildItemCmdletProviderIntrinsics on,
        string path,
        ReturnContainers returnContainers,
        bool recurse,
        uint depth,
        ProviderContext context) =>
        GetNames(on, path, returnContainers, recurse, depth, context.Value);

    internal static object? GetChildNamesDynamicParameters(
        this ChildItemCmdletProviderIntrinsics on, string path, ProviderContext context) =>
        GetChildNamesDynamicParameters(on, path, context.Value);

    internal static bool IsCurrentLocationOrAncestor(this PathIntrinsics on, string path, ProviderContext context) =>
        IsCurrentLocationOrAncestor(on, path, context.Value);

    internal static Collection<PathInfo> GetResolvedPSPathFromPSPath(this PathIntrinsics on, string path, ProviderContext context) =>
        GetResolvedPSPathFromPSPath(on, path, context.Value);

    internal static string Combine(this PathIntrinsics on, string parent, string child, ProviderContext context) =>
        Combine(on, parent, child, context.Value);

    internal static string ParseChildName(this PathIntrinsics on, string path, ProviderContext context) =>
        ParseChildName(on, path, context.Value);

    internal static string ParseParent(this PathIntrinsics on, string path, string root, ProviderContext context) =>
        ParseParent(on, path, root, context.Value);

    internal static string NormalizeRelativePath(this PathIntrinsics on, string path, string basePath, ProviderContext context) =>
        NormalizeRelativePath(on, path, basePath, context.Value);

    internal static bool IsValid(this PathIntrinsics on, string path, ProviderContext context) =>
        IsValid(on, path, context.Value);

    internal static void New(this DriveManagementIntrinsics on, PSDriveInfo drive, string? scope, ProviderContext context) =>
        New(on, drive, scope, context.Value);

    internal static void Remove(this DriveManagementIntrinsics on, string driveName, bool force, string? scope, ProviderContext context) =>
        Remove(on, driveName, force, scope, context.Value);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "Get")]
    private static extern void Get(
        ChildItemCmdletProviderIntrinsics on,
        string path,
        bool recurse,
        uint depth,
        [UnsafeAccessorType(ProviderContext.TypeName)] object context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "GetChildItemsDynamicParameters")]
    private static extern object? GetChildItemsDynamicParameters(
        ChildItemCmdletProviderIntrinsics on, string path, bool recurse, [UnsafeAccessorType(ProviderContext.TypeName)] object context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "GetNames")]
    private static extern void GetNames(
        ChildItemCmdletProviderIntrinsics on,
        string path,
        ReturnContainers returnContainers,
        bool recurse,
        uint depth,
        [UnsafeAccessorType(ProviderContext.TypeName)] object context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "GetChildNamesDynamicParameters")]
    private static extern object? GetChildNamesDynamicParameters(
        ChildItemCmdletProviderIntrinsics on, string path, [UnsafeAccessorType(ProviderContext.TypeName)] object context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "IsCurrentLocationOrAncestor")]
    private static extern bool IsCurrentLocationOrAncestor(
        PathIntrinsics on, string path, [UnsafeAccessorType(ProviderContext.TypeName)] object context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "GetResolvedPSPathFromPSPath")]
    private static extern Collection<PathInfo> GetResolvedPSPathFromPSPath(
        PathIntrinsics on, string path, [UnsafeAccessorType(ProviderContext.TypeName)] object context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "Combine")]
    private static extern string Combine(
        PathIntrinsics on, string parent, string child, [UnsafeAccessorType(ProviderContext.TypeName)] object context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "ParseChildName")]
    private static extern string ParseChildName(
        PathIntrinsics on, string path, [UnsafeAccessorType(ProviderContext.TypeName)] object context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "ParseParent")]
    private static extern string ParseParent(
        PathIntrinsics on, string path, string root, [UnsafeAccessorType(ProviderContext.TypeName)] object context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "NormalizeRelativePath")]
    private static extern string NormalizeRelativePath(
        PathIntrinsics on, string path, string basePath, [UnsafeAccessorType(ProviderContext.TypeName)] object context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "IsValid")]
    private static extern bool IsValid(
        PathIntrinsics on, string path, [UnsafeAccessorType(ProviderContext.TypeName)] object context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "New")]
    private static extern void New(
        DriveManagementIntrinsics on, PSDriveInfo drive, string? scope, [UnsafeAccessorType(ProviderContext.TypeName)] object context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "Remove")]
    private static extern void Remove(
        DriveManagementIntrinsics on,
        string driveName,
        bool force,
        string? scope,
        [UnsafeAccessorType(ProviderContext.TypeName)] object context);
}
