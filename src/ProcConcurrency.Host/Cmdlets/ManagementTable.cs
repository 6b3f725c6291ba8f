namespace ProcConcurrency.Host.Cmdlets;

/// <summary>The cmdlets for items, paths, drives and processes by name, and the short names pwsh has on every system.</summary>
internal static class ManagementTable
{
    internal static IEnumerable<(string Name, Type Type)> Cmdlets { get; } =
    [
        ("Clear-Content", typeof(ClearContentCommand)),
        ("Clear-Item", typeof(ClearItemCommand)),
        ("Copy-Item", typeof(CopyItemCommand)),
        ("Get-ChildItem", typeof(GetChildItemCommand)),
        ("Get-Item", typeof(GetItemCommand)),
        ("Get-ItemProperty", typeof(GetItemPropertyCommand)),
        ("Get-ItemPropertyValue", typeof(GetItemPropertyValueCommand)),
        ("Move-Item", typeof(MoveItemCommand)),
        ("New-Item", typeof(NewItemCommand)),
        ("Remove-Item", typeof(RemoveItemCommand)),
        ("Rename-Item", typeof(RenameItemCommand)),
        ("Set-Item", typeof(SetItemCommand)),
        ("Add-Content", typeof(AddContentCommand)),
        ("Get-Content", typeof(GetContentCommand)),
        ("Set-Content", typeof(SetContentCommand)),
    ];
}
