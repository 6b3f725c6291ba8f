using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Specialized;
using System.Management.Automation;
using System.Net;
using System.Numerics;
using System.Text.RegularExpressions;
using System.Xml;

namespace ProcConcurrency.Values;

/// <summary>
/// The collections of the base library that arrive as what they were. Which collection, and of what, are numbers into these two
/// tables: no type is made by a name from the wire.
/// </summary>
internal static class CollectionForms
{
    // A place is a number on the wire in both: append, never reorder.
    private static readonly Type[] s_collections =
    [
        typeof(Array), typeof(List<>), typeof(HashSet<>), typeof(SortedSet<>), typeof(Queue<>), typeof(Stack<>), typeof(LinkedList<>),
        typeof(ConcurrentQueue<>), typeof(ConcurrentStack<>), typeof(ConcurrentBag<>), typeof(Queue), typeof(Stack),
        typeof(Dictionary<,>), typeof(SortedDictionary<,>), typeof(SortedList<,>), typeof(ConcurrentDictionary<,>),
    ];

    private static readonly Type[] s_elements =
    [
        typeof(object), typeof(string), typeof(bool), typeof(char), typeof(sbyte), typeof(byte), typeof(short), typeof(ushort), typeof(int),
        typeof(uint), typeof(long), typeof(ulong), typeof(float), typeof(double), typeof(decimal), typeof(Half), typeof(Int128),
        typeof(UInt128), typeof(BigInteger), typeof(Complex), typeof(DateTime), typeof(DateTimeOffset), typeof(DateOnly), typeof(TimeOnly),
        typeof(TimeSpan), typeof(Guid), typeof(Version), EngineInternals.Types.SemanticVersion, typeof(Uri), typeof(Regex), typeof(IPAddress),
        typeof(IPEndPoint), typeof(PSObject), typeof(Hashtable), typeof(OrderedDictionary), typeof(ScriptBlock), typeof(PSCredential),
        typeof(XmlDocument), typeof(object[]), typeof(string[]), typeof(int[]), typeof(byte[]), typeof(char[]),
    ];

    private static readonly ConcurrentDictionary<Type, CollectionForm> s_known = new();

    /// <summary>The form of a collection; null if it, or what it holds, is none of these.</summary>
    public static CollectionForm? Find(Type type)
    {
        if (s_known.TryGetValue(type, out CollectionForm? known))
        {
            return known;
        }

        Type open = type.IsSZArray ? typeof(Array) : type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        int collection = Array.IndexOf(s_collections, open);
        Type[] arguments = type.IsSZArray ? [type.GetElementType()!] : type.GetGenericArguments();
        bool isKnown = collection >= 0;
        var elements = new byte[arguments.Length];
        for (int i = 0; i < elements.Length; i++)
        {
            elements[i] = (byte)(Array.IndexOf(s_elements, arguments[i]) + 1);
            isKnown &= elements[i] > 0;
        }

        return isKnown ? s_known.GetOrAdd(type, new CollectionForm((byte)collection, elements, type)) : null;
    }

    /// <summary>How many kinds of elements a collection has: 2 for a dictionary; -1 for what is none of these.</summary>
    public static int ElementsOf(byte collection) =>
        collection >= s_collections.Length ? -1 : collection == 0 ? 1 : s_collections[collection].GetGenericArguments().Length;

    /// <summary>The form by its numbers, or null.</summary>
    public static CollectionForm? At(byte collection, ReadOnlySpan<byte> elements)
    {
        var arguments = new Type[elements.Length];
        for (int i = 0; i < arguments.Length; i++)
        {
            if (elements[i] == 0 || elements[i] > s_elements.Length)
            {
                return null;
            }

            arguments[i] = s_elements[elements[i] - 1];
        }

        Type open = s_collections[collection];
        return Find(collection == 0 ? arguments[0].MakeArrayType() : arguments.Length == 0 ? open : open.MakeGenericType(arguments));
    }
}
