using System.Management.Automation;
using System.Reflection;

namespace ProcConcurrency.Values;

/// <summary>The method ToString of property bags. PowerShell wants the method of a script's object to be public.</summary>
public static class BagText
{
    private static readonly MethodInfo s_toString = typeof(BagText).GetMethod(nameof(Of))!;

    /// <summary>The text that the original had.</summary>
    /// <param name="bag">The property bag.</param>
    public static string Of(PSObject bag) => bag is null ? string.Empty : EngineInternals.Objects.Text(bag) ?? string.Empty;

    /// <summary>Gives a property bag the text its original had, for casts and the inside of strings too: these ask for a method ToString.</summary>
    internal static void Set(PSObject bag, string text)
    {
        EngineInternals.Objects.SetText(bag, text);
        bag.Methods.Add(new PSCodeMethod(nameof(ToString), s_toString), preValidated: true);
    }
}
