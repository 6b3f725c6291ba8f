using System.Collections;
using System.Collections.Specialized;
using System.Runtime.CompilerServices;

namespace ProcConcurrency.Values;

/// <summary>Tells whether a dictionary's keys ignore case, which it doesn't say publicly.</summary>
internal static class DictionaryComparers
{
    public static bool IsCaseSensitive(IDictionary dictionary)
    {
        try
        {
            return dictionary switch
            {
                Hashtable table => IsCaseSensitive(ComparerOf(table)),
                OrderedDictionary ordered => IsCaseSensitive(ComparerOf(ordered)),
                IDictionary<string, object> when dictionary is Dictionary<string, object> typed => !typed.Comparer.Equals("a", "A"),
                _ => true,
            };
        }
        catch (MissingMemberException)
        {
            return false;
        }
    }

    private static bool IsCaseSensitive(IEqualityComparer? comparer) =>
        comparer is null || (!ReferenceEquals(comparer, StringComparer.OrdinalIgnoreCase) && !comparer.Equals("a", "A"));

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_EqualityComparer")]
    private static extern IEqualityComparer? ComparerOf(Hashtable table);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_comparer")]
    private static extern ref IEqualityComparer? ComparerOf(OrderedDictionary table);
}
