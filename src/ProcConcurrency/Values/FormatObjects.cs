using System.Management.Automation;

namespace ProcConcurrency.Values;

/// <summary>
/// What Format-Table and its like write: instructions for the formatter, objects within objects. The formatter takes them as
/// property bags too, if they are whole.
/// </summary>
internal static class FormatObjects
{
    private static readonly Type? s_base = typeof(PSObject).Assembly.GetType("Microsoft.PowerShell.Commands.Internal.Format.FormatInfoData");

    public static bool Is(object value) => s_base is not null && s_base.IsInstanceOfType(value);
}
