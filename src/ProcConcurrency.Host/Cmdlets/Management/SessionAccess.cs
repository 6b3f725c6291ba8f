using System.Management.Automation;
using System.Runtime.CompilerServices;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>The session's own provider methods: paths are a provider's, already resolved, and no filter is applied again.</summary>
internal static class SessionAccess
{
    private const string Session = "System.Management.Automation.SessionStateInternal, System.Management.Automation";

    internal static bool HasChildren(SessionState state, PathInfo path, string providerPath, ProviderContext context) =>
        HasChildItems(EngineAccess.SessionOf(state), path.Provider.Name, providerPath, context.Value);

    internal static void Remove(SessionState state, PathInfo path, string providerPath, bool recurse, ProviderContext context) =>
        RemoveItem(EngineAccess.SessionOf(state), path.Provider.Name, providerPath, recurse, context.Value);

    internal static PathInfo SetLocation(PathIntrinsics paths, string path, ProviderContext context, bool literal) =>
        SetLocation(paths, path, context.Value, literal);

    internal static string Unresolved(
        PathIntrinsics paths, string path, ProviderContext context, out ProviderInfo provider, out PSDriveInfo? drive) =>
        GetUnresolvedProviderPathFromPSPath(paths, path, context.Value, out provider, out drive);

    /// <summary>The parent of a path, by the rules of the file system where the path names no provider that is there.</summary>
    internal static string Parent(PathIntrinsics paths, string path, ProviderContext context) =>
        ParseParent(paths, path, "", context.Value, true);

    internal static string ChildName(PathIntrinsics paths, string path, ProviderContext context) =>
        ParseChildName(paths, path, context.Value, true);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "ParseParent")]
    private static extern string ParseParent(
        PathIntrinsics paths,
        string path,
        string root,
        [UnsafeAccessorType(ProviderContext.TypeName)] object context,
        bool useDefaultProvider);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "ParseChildName")]
    private static extern string ParseChildName(
        PathIntrinsics paths, string path, [UnsafeAccessorType(ProviderContext.TypeName)] object context, bool useDefaultProvider);

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    internal static extern PathInfo NewPath(PSDriveInfo? drive, ProviderInfo provider, string path, SessionState state);

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    internal static extern ItemNotFoundException NewNotFound(string path, string errorId, string message);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "HasChildItems")]
    private static extern bool HasChildItems(
        [UnsafeAccessorType(Session)] object session,
        string providerId,
        string path,
        [UnsafeAccessorType(ProviderContext.TypeName)] object context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "RemoveItem")]
    private static extern void RemoveItem(
        [UnsafeAccessorType(Session)] object session,
        string providerId,
        string path,
        bool recurse,
        [UnsafeAccessorType(ProviderContext.TypeName)] object context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "SetLocation")]
    private static extern PathInfo SetLocation(
        PathIntrinsics paths, string path, [UnsafeAccessorType(ProviderContext.TypeName)] object context, bool literalPath);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "GetUnresolvedProviderPathFromPSPath")]
    private static extern string GetUnresolvedProviderPathFromPSPath(
        PathIntrinsics paths,
        string path,
        [UnsafeAccessorType(ProviderContext.TypeName)] object context,
        out ProviderInfo provider,
        out PSDriveInfo? drive);
}
