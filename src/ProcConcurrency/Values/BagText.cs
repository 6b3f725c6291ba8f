using System.Management.Automation;

namespace ProcConcurrency.Values;

/// <summary>The method ToString of property bags. PowerShell wants the method of a script's object to be public.</summary>
public static class BagText
{
    /// <summary>The text that the original had.</summary>
    /// <param name="bag">The property bag.</param>
    public static string Of(PSObject bag) => bag is null ? string.Empty : PSObjectInternals.Text(bag) ?? string.Empty;
}
