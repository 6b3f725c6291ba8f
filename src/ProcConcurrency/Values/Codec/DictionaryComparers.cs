using System.Collections;
using System.Collections.Specialized;
using System.Management.Automation;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace ProcConcurrency.Values;

/// <summary>Tells whether a dictionary's keys ignore case, which many don't say publicly.</summary>
internal static class DictionaryComparers
{
    // A synchronized hashtable is a class of its own around the table that it locks, and has itself no comparer.
    private static readonly FieldInfo? s_inner =
        Hashtable.Synchronized([]).GetType().GetRuntimeFields().FirstOrDefault(static field => field.FieldType == typeof(Hashtable));

    /// <summary>Whether two keys that differ by case alone are two keys of this dictionary.</summary>
    public static bool IsCaseSensitive(IDictionary dictionary)
    {
        try
        {
            return dictionary switch
            {
                Hashtable table => IsCaseSensitive(table),
                OrderedDictionary ordered => IsCaseSensitive(ComparerOf(ordered)),
                _ => ByItsComparer(dictionary) ?? ByItsKeys(dictionary),
            };
        }
        catch (MissingMemberException)
        {
            return false;
        }
        catch (Exception failure) when (failure is not (PipelineStoppedException or FlowControlException or OutOfMemoryException))
        {
            // Anybody's code, which may not like to be asked.
            return true;
        }
    }

    private static bool IsCaseSensitive(Hashtable table)
    {
        IEqualityComparer? comparer = ComparerOf(table);
        return comparer is null && table.IsSynchronized
            ? s_inner?.DeclaringType == table.GetType() && s_inner.GetValue(table) is Hashtable inner && IsCaseSensitive(inner)
            : IsCaseSensitive(comparer);
    }

    private static bool IsCaseSensitive(IEqualityComparer? comparer) =>
        comparer is null || (!ReferenceEquals(comparer, StringComparer.OrdinalIgnoreCase) && !comparer.Equals("a", "A"));

    private static bool? ByItsComparer(IDictionary dictionary)
    {
        try
        {
            return dictionary.GetType().GetProperty("Comparer")?.GetValue(dictionary) switch
            {
                IEqualityComparer<string> comparer => !comparer.Equals("a", "A"),
                IComparer<string> comparer => comparer.Compare("a", "A") != 0,
                _ => null,
            };
        }
        catch (Exception failure) when (failure is AmbiguousMatchException or TargetInvocationException)
        {
            return null;
        }
    }

    // One that finds a key it doesn't hold, in the other case, ignores case.
    private static bool ByItsKeys(IDictionary dictionary)
    {
        var keys = dictionary.Keys.OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (string key in keys)
        {
            string other = string.Create(key.Length, key, static (swapped, text) =>
            {
                for (int i = 0; i < swapped.Length; i++)
                {
                    swapped[i] = char.IsAsciiLetterLower(text[i]) ? char.ToUpperInvariant(text[i])
                        : char.IsAsciiLetterUpper(text[i]) ? char.ToLowerInvariant(text[i]) : text[i];
                }
            });
            if (other != key)
            {
                return keys.Contains(other) || !dictionary.Contains(other);
            }
        }

        return true;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_EqualityComparer")]
    private static extern IEqualityComparer? ComparerOf(Hashtable table);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_comparer")]
    private static extern ref IEqualityComparer? ComparerOf(OrderedDictionary table);
}
