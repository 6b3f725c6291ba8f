using System.Collections;
using System.Collections.Concurrent;
using System.Management.Automation;

namespace ProcConcurrency.Values;

/// <summary>One type of collection: its numbers on the wire, and how it is made of its elements.</summary>
internal sealed class CollectionForm(byte number, byte[] elements, Type type)
{
    private readonly Type _element = elements.Length == 0 ? typeof(object) : type.IsSZArray ? type.GetElementType()! : type.GetGenericArguments()[0];

    // These list the last one first, and take the first one first.
    private readonly bool _isStack = type == typeof(Stack)
        || (type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(Stack<>) || type.GetGenericTypeDefinition() == typeof(ConcurrentStack<>)));

    // The type of the comparer where nobody chose one.
    private Type? _usual;

    public byte Number { get; } = number;

    public byte[] Elements { get; } = elements;

    public Type Type { get; } = type;

    public bool IsDictionary => Elements.Length == 2;

    /// <summary>Whether a text may be among its elements, in place of one that would be nested too deep; numbers and the like never are.</summary>
    public bool TakesText { get; } = Array.TrueForAll<Type>(
        type.IsSZArray ? [type.GetElementType()!] : type.GetGenericArguments(),
        static it => it.IsValueType || it == typeof(PSObject) || it.IsAssignableFrom(typeof(string)));

    /// <summary>How this one compares its texts; null if it has a comparer of its author's, which can't be made elsewhere.</summary>
    public TextOrder? OrderOf(object collection)
    {
        object? comparer = ComparerOf(collection);
        return comparer switch
        {
            null => TextOrder.Default,
            StringComparer text => TextOrders.Of(text),
            _ => comparer.GetType() == (_usual ??= ComparerOf(Activator.CreateInstance(Type)!)!.GetType()) ? TextOrder.Default : null,
        };
    }

    public object Make(object?[] items, TextOrder order)
    {
        object[] comparer = _element == typeof(string) && TextOrders.At(order) is { } texts ? [texts] : [];
        if (IsDictionary)
        {
            return MakeDictionary(items, comparer);
        }

        Array typed = Array.CreateInstance(_element, items.Length);
        for (int i = 0; i < items.Length; i++)
        {
            typed.SetValue(Fit(items[i], _element), _isStack ? items.Length - 1 - i : i);
        }

        return Type.IsSZArray ? typed : Activator.CreateInstance(Type, [typed, .. comparer])!;
    }

    private object? ComparerOf(object collection) => Type.GetProperty("Comparer")?.GetValue(collection);

    private IDictionary MakeDictionary(object?[] items, object[] comparer)
    {
        Type value = Type.GetGenericArguments()[1];
        var made = (IDictionary)Activator.CreateInstance(Type, comparer)!;
        for (int i = 0; i + 1 < items.Length; i += 2)
        {
            // Null where the writer cut a key that contains its own dictionary.
            if (items[i] is { } key)
            {
                made[Fit(key, _element)!] = Fit(items[i + 1], value);
            }
        }

        return made;
    }

    private static object? Fit(object? item, Type element) =>
        element == typeof(PSObject) ? (item is null ? null : PSObject.AsPSObject(item))
        : element != typeof(object) && item is PSObject wrapped ? wrapped.BaseObject
        : item is null && element.IsValueType ? Activator.CreateInstance(element)
        : item;
}
