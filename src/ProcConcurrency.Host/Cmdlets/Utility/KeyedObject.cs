using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>An object and the values it is ordered or grouped by.</summary>
internal sealed record KeyedObject(PSObject Item, object?[] Keys, bool[] Present)
{
    internal static KeyedObject Of(PSObject item, PropertyTerm[] terms)
    {
        if (terms.Length == 0)
        {
            return new KeyedObject(item, [item], [true]);
        }

        var keys = new object?[terms.Length];
        var present = new bool[terms.Length];
        for (var i = 0; i < terms.Length; i++)
        {
            present[i] = terms[i].TryRead(item, out keys[i]);
        }

        return new KeyedObject(item, keys, present);
    }
}
