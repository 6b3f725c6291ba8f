using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Runtime.CompilerServices;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>The item methods of a provider that take a context.</summary>
internal static class ItemAccess
{
    internal static void Get(this ItemCmdletProviderIntrinsics on, string path, ProviderContext context) =>
        Get(on, path, context.Value);

    internal static object? GetItemDynamicParameters(this ItemCmdletProviderIntrinsics on, string path, ProviderContext context) =>
        GetItemDynamicParameters(on, path, context.Value);

    internal static void Set(this ItemCmdletProviderIntrinsics on, string path, object? value, ProviderContext context) =>
        Set(on, path, value, context.Value);

    internal static object? SetItemDynamicParameters(
        this ItemCmdletProviderIntrinsics on, string path, object? value, ProviderContext context) =>
        SetItemDynamicParameters(on, path, value, context.Value);

    internal static void Clear(this ItemCmdletProviderIntrinsics on, string path, ProviderContext context) =>
        Clear(on, path, context.Value);

    internal static object? ClearItemDynamicParameters(this ItemCmdletProviderIntrinsics on, string path, ProviderContext context) =>
        ClearItemDynamicParameters(on, path, context.Value);

    internal static void Rename(this ItemCmdletProviderIntrinsics on, string path, string newName, ProviderContext context) =>
        Rename(on, path, newName, context.Value);

    internal static object? RenameItemDynamicParameters(
        this ItemCmdletProviderIntrinsics on, string path, string newName, ProviderContext context) =>
        RenameItemDynamicParameters(on, path, newName, context.Value);

    internal static void New(
        this ItemCmdletProviderIntrinsics on, string path, string? name, string? type, object? content, ProviderContext context) =>
        New(on, path, name, type, content, context.Value);

    internal static object? NewItemDynamicParameters(
        this ItemCmdletProviderIntrinsics on, string path, string? type, object? content, ProviderContext context) =>
        NewItemDynamicParameters(on, path, type, content, context.Value);

    internal static object? RemoveItemDynamicParameters(
        this ItemCmdletProviderIntrinsics on, string path, bool recurse, ProviderContext context) =>
        RemoveItemDynamicParameters(on, path, recurse, context.Value);

    internal static void Copy(
        this ItemCmdletProviderIntrinsics on,
        string path,
        string destinationPath,
        bool recurse,
        CopyContainers copyContainers,
        ProviderContext context) =>
        Copy(on, path, destinationPath, recurse, copyContainers, context.Value);

    internal static object? CopyItemDynamicParameters(
        this ItemCmdletProviderIntrinsics on, string path, string destination, bool recurse, ProviderContext context) =>
        CopyItemDynamicParameters(on, path, destination, recurse, context.Value);

    internal static void Move(this ItemCmdletProviderIntrinsics on, string path, string destination, ProviderContext context) =>
        Move(on, path, destination, context.Value);

    internal static object? MoveItemDynamicParameters(
        this ItemCmdletProviderIntrinsics on, string path, string destination, ProviderContext context) =>
        MoveItemDynamicParameters(on, path, destination, context.Value);

    internal static bool Exists(this ItemCmdletProviderIntrinsics on, string path, ProviderContext context) =>
        Exists(on, path, context.Value);

    internal static object? ItemExistsDynamicParameters(this ItemCmdletProviderIntrinsics on, string path, ProviderContext context) =>
        ItemExistsDynamicParameters(on, path, context.Value);

    internal static bool IsContainer(this ItemCmdletProviderIntrinsics on, string path, ProviderContext context) =>
        IsContainer(on, path, context.Value);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "Get")]
    private static extern void Get(
        ItemCmdletProviderIntrinsics on, string path, [UnsafeAccessorType(ProviderContext.TypeName)] object context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "GetItemDynamicParameters")]
    private static extern object? GetItemDynamicParameters(
        ItemCmdletProviderIntrinsics on, string path, [UnsafeAccessorType(ProviderContext.TypeName)] object context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "Set")]
    private static extern void Set(
        ItemCmdletProviderIntrinsics on, string path, object? value, [UnsafeAccessorType(ProviderContext.TypeName)] object context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "SetItemDynamicParameters")]
    private static extern object? SetItemDynamicParameters(
        ItemCmdletProviderIntrinsics on, string path, object? value, [UnsafeAccessorType(ProviderContext.TypeName)] object context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "Clear")]
    private static extern void Clear(
        ItemCmdletProviderIntrinsics on, string path, [UnsafeAccessorType(ProviderContext.TypeName)] object context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "ClearItemDynamicParameters")]
    private static extern object? ClearItemDynamicParameters(
        ItemCmdletProviderIntrinsics on, string path, [UnsafeAccessorType(ProviderContext.TypeName)] object context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "Rename")]
    private static extern void Rename(
        ItemCmdletProviderIntrinsics on, string path, string newName, [UnsafeAccessorType(ProviderContext.TypeName)] object context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "RenameItemDynamicParameters")]
    private static extern object? RenameItemDynamicParameters(
        ItemCmdletProviderIntrinsics on, string path, string newName, [UnsafeAccessorType(ProviderContext.TypeName)] object context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "New")]
    private static extern void New(
        ItemCmdletProviderIntrinsics on,
        string path,
        string? name,
        string? type,
        object? content,
        [UnsafeAccessorType(ProviderContext.TypeName)] object context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "NewItemDynamicParameters")]
    private static extern object? NewItemDynamicParameters(
        ItemCmdletProviderIntrinsics on,
        string path,
        string? type,
        object? content,
        [UnsafeAccessorType(ProviderContext.TypeName)] object context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "RemoveItemDynamicParameters")]
    private static extern object? RemoveItemDynamicParameters(
        ItemCmdletProviderIntrinsics on, string path, bool recurse, [UnsafeAccessorType(ProviderContext.TypeName)] object context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "Copy")]
    private static extern void Copy(
        ItemCmdletProviderIntrinsics on,
        string path,
        string destinationPath,
        bool recurse,
        CopyContainers copyContainers,
        [UnsafeAccessorType(ProviderContext.TypeName)] object context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "CopyItemDynamicParameters")]
    private static extern object? CopyItemDynamicParameters(
        ItemCmdletProviderIntrinsics on,
        string path,
        string destination,
        bool recurse,
        [UnsafeAccessorType(ProviderContext.TypeName)] object context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "Move")]
    private static extern void Move(
        ItemCmdletProviderIntrinsics on, string path, string destination, [UnsafeAccessorType(ProviderContext.TypeName)] object context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "MoveItemDynamicParameters")]
    private static extern object? MoveItemDynamicParameters(
        ItemCmdletProviderIntrinsics on, string path, string destination, [UnsafeAccessorType(ProviderContext.TypeName)] object context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "Exists")]
    private static extern bool Exists(
        ItemCmdletProviderIntrinsics on, string path, [UnsafeAccessorType(ProviderContext.TypeName)] object context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "ItemExistsDynamicParameters")]
    private static extern object? ItemExistsDynamicParameters(
        ItemCmdletProviderIntrinsics on, string path, [UnsafeAccessorType(ProviderContext.TypeName)] object context);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "IsContainer")]
    private static extern bool IsContainer(
        ItemCmdletProviderIntrinsics on, string path, [UnsafeAccessorType(ProviderContext.TypeName)] object context);
}
