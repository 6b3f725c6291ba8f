using System.Collections.ObjectModel;
using System.Management.Automation;

namespace ProcConcurrency.Values;

/// <summary>
/// The names an object has in common with its like: type names and property names. Written in full once a batch, then by
/// number, so that the thousandth object of a kind costs two bytes more than its values.
/// </summary>
/// <remarks>On the wire: varint 0 and a definition (count and texts of type names, count and texts of names), or varint n+1.</remarks>
internal sealed class ObjectShape(string[] typeNames, string[] names)
{
    /// <summary>Empty for a custom object without type names of its own.</summary>
    public string[] TypeNames { get; } = typeNames;

    public string[] Names { get; } = names;

    /// <summary>Its number in the batch.</summary>
    public int Number { get; init; }

    /// <summary>The next shape with the same hash.</summary>
    public ObjectShape? Next { get; init; }

    /// <summary>Whether an object with these names is of this shape. Names are usually the very same string objects.</summary>
    public bool Fits(Collection<string>? typeNames, ReadOnlySpan<PSMemberInfo> members)
    {
        string[] names = Names;
        if (names.Length != members.Length || TypeNames.Length != (typeNames?.Count ?? 0))
        {
            return false;
        }

        for (int i = 0; i < names.Length; i++)
        {
            if (names[i] != members[i].Name)
            {
                return false;
            }
        }

        for (int i = 0; i < TypeNames.Length; i++)
        {
            if (TypeNames[i] != typeNames![i])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Cheap on purpose: lengths and first letters tell the shapes of a batch apart well enough.</summary>
    public static int Hash(Collection<string>? typeNames, ReadOnlySpan<PSMemberInfo> members)
    {
        int hash = typeNames is { Count: > 0 } ? typeNames[0].Length : 0;
        foreach (PSMemberInfo member in members)
        {
            string name = member.Name;
            hash = (hash * 31) + (name.Length << 8) + (name.Length > 0 ? name[0] : 0);
        }

        return hash;
    }
}
