using System.Collections;
using System.Collections.Specialized;
using System.Management.Automation;

namespace ProcConcurrency.Values;

// Arrays, lists and dictionaries of any values, and the collections that the table of CollectionForms knows.
internal sealed partial class ValueWriter
{
    /// <summary>Any collection whose length is known: object[], an array whose indexes begin elsewhere than at 0 (flattened), ArrayList, List of object.</summary>
    private void WriteItems(ValueTag tag, ICollection items)
    {
        if (!TryEnter(items))
        {
            return;
        }

        WriteTag(tag);
        if (items is object?[] array)
        {
            WriteVar((uint)array.Length);
            for (int i = 0; i < array.Length; i++)
            {
                WriteElement(array[i], i);
            }
        }
        else if (items is Array { Rank: > 1 } or Array { IsFixedSize: true } and not IList<object>)
        {
            WriteVar((uint)items.Count);
            int i = 0;
            foreach (object? item in items)
            {
                WriteElement(item, i++);
            }
        }
        else
        {
            var list = (IList)items;
            WriteVar((uint)list.Count);
            for (int i = 0, count = list.Count; i < count; i++)
            {
                // A list that another thread shortens meanwhile still yields what was announced.
                WriteElement(i < list.Count ? list[i] : null, i);
            }
        }

        Leave();
    }

    private void WriteDictionary(ValueTag tag, IDictionary dictionary)
    {
        if (!TryEnter(dictionary))
        {
            return;
        }

        WriteTagged(tag, DictionaryComparers.IsCaseSensitive(dictionary) ? (byte)1 : (byte)0);
        WriteEntries(dictionary);
        Leave();
    }

    private void WriteEntries(IDictionary dictionary)
    {
        // A copy of the entries first: the count must be true even if a getter or another thread changes the table.
        DictionaryEntry[] entries = EntriesOf(dictionary);
        if (IsForKey)
        {
            Sort(entries);
        }

        WriteVar((uint)entries.Length);
        for (int i = 0; i < entries.Length; i++)
        {
            object key = entries[i].Key;
            WriteElement(key, i);
            WriteNamed(entries[i].Value, key as string ?? key.ToString() ?? string.Empty);
            _levels[_depth - 1].Name = null;
        }
    }

    /// <summary>A table's entries at one moment, where other threads respect its lock, or leave it alone for a moment.</summary>
    private static DictionaryEntry[] EntriesOf(IDictionary dictionary)
    {
        const int Attempts = 10;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                if (!dictionary.IsSynchronized)
                {
                    return Entries();
                }

                lock (dictionary.SyncRoot)
                {
                    return Entries();
                }
            }
            catch (InvalidOperationException) when (attempt < Attempts)
            {
                // It was changed meanwhile.
            }
        }

        DictionaryEntry[] Entries()
        {
            var entries = new DictionaryEntry[dictionary.Count];
            int count = 0;

            // By its own enumerator: the generic dictionaries' other one yields another type of pair.
            IDictionaryEnumerator walk = dictionary.GetEnumerator();
            while (count < entries.Length && walk.MoveNext())
            {
                entries[count++] = walk.Entry;
            }

            Array.Resize(ref entries, count);
            return entries;
        }
    }

    /// <summary>Collections of texts by name, such as HTTP's, which no type stands for here: all that they list is their names.</summary>
    private bool TryWriteNames(object value)
    {
        switch (value)
        {
            case NameValueCollection names:
                bool ignoresCase = names.AllKeys.Distinct(StringComparer.OrdinalIgnoreCase).Count() == names.Count;
                var ordered = new OrderedDictionary(ignoresCase ? StringComparer.OrdinalIgnoreCase : null);
                foreach (string? name in names.AllKeys)
                {
                    // A query's value without a name has none.
                    ordered[name ?? string.Empty] = names.Get(name);
                }

                WriteDictionary(ValueTag.OrderedDictionary, ordered);
                return true;
            case StringDictionary texts:
                var table = new Hashtable(StringComparer.OrdinalIgnoreCase);
                foreach (DictionaryEntry entry in texts)
                {
                    table[entry.Key] = entry.Value;
                }

                WriteDictionary(ValueTag.Hashtable, table);
                return true;
            default:
                return false;
        }
    }

    private bool TryWriteCollection(object value, Type type)
    {
        if (CollectionForms.Find(type) is not { } form || form.OrderOf(value) is not { } order)
        {
            return false;
        }

        // Its elements are the first that are cut: as one of no type in particular, it can hold the texts that come in their place.
        if (_depth == ValueLimits.Depth - 1 && !form.TakesText)
        {
            return false;
        }

        if (!TryEnter(value))
        {
            return true;
        }

        WriteTagged(ValueTag.Collection, form.Number);
        foreach (byte element in form.Elements)
        {
            Take(1)[0] = element;
        }

        Take(1)[0] = (byte)order;
        if (form.IsDictionary)
        {
            WriteEntries((IDictionary)value);
        }
        else
        {
            WriteEnumerated((IEnumerable)value);
        }

        Leave();
        return true;
    }

    private void WriteEnumerated(IEnumerable items)
    {
        var found = new List<object?>();
        try
        {
            foreach (object? item in items)
            {
                found.Add(item);
            }
        }
        catch (Exception failure) when (failure is not (PipelineStoppedException or FlowControlException or OutOfMemoryException))
        {
            // An enumeration that breaks off yields what it had, as remoting does it.
        }

        WriteVar((uint)found.Count);
        for (int i = 0; i < found.Count; i++)
        {
            WriteElement(found[i], i);
        }
    }
}

internal ref partial struct ValueReader
{
    private object?[] ReadObjectArray()
    {
        int number = Enter();
        int count = ReadCount();
        var items = new object?[Math.Min(count, ValueLimits.PreSize)];

        // Not the first part of one, which elements could refer to.
        Know(number, items.Length == count ? items : null);
        for (int i = 0; i < count; i++)
        {
            if (i == items.Length)
            {
                Array.Resize(ref items, Math.Min(count, i * 2));
            }

            items[i] = ReadValue();
        }

        Know(number, items);
        Leave();
        return items;
    }

    private ArrayList ReadArrayList()
    {
        int number = Enter();
        int count = ReadCount();
        var items = new ArrayList(Math.Min(count, ValueLimits.PreSize));
        Know(number, items);
        for (int i = 0; i < count; i++)
        {
            items.Add(ReadValue());
        }

        Leave();
        return items;
    }

    private List<object?> ReadObjectList()
    {
        int number = Enter();
        int count = ReadCount();
        var items = new List<object?>(Math.Min(count, ValueLimits.PreSize));
        Know(number, items);
        for (int i = 0; i < count; i++)
        {
            items.Add(ReadValue());
        }

        Leave();
        return items;
    }

    private Hashtable ReadHashtable()
    {
        int number = Enter();
        bool caseSensitive = ReadByte() != 0;
        int count = ReadCount(2);
        var table = new Hashtable(Math.Min(count, ValueLimits.PreSize), caseSensitive ? null : StringComparer.OrdinalIgnoreCase);
        Know(number, table);
        for (int i = 0; i < count; i++)
        {
            object? key = ReadKey();
            object? value = ReadValue();

            // Null where the writer cut a key that contains its own table.
            if (key is not null)
            {
                table[key] = value;
            }
        }

        Leave();
        return table;
    }

    private IDictionary ReadOrdered(Type? type)
    {
        int number = Enter();
        bool caseSensitive = ReadByte() != 0;
        int count = ReadCount(2);
        IDictionary table = type is not null
            ? (IDictionary)Activator.CreateInstance(type)!
            : new OrderedDictionary(Math.Min(count, ValueLimits.PreSize), caseSensitive ? null : StringComparer.OrdinalIgnoreCase);
        Know(number, table);
        for (int i = 0; i < count; i++)
        {
            object? key = ReadKey();
            object? value = ReadValue();
            if (key is not null)
            {
                // By the key's name, never by the number it may be: an int would mean a position.
                if (table.Contains(key))
                {
                    table.Remove(key);
                }

                table.Add(key, value);
            }
        }

        Leave();
        return table;
    }

    private object? ReadCollection()
    {
        int number = Enter();
        byte collection = ReadByte();
        int elements = CollectionForms.ElementsOf(collection);
        CollectionForm? form = elements < 0 ? null : CollectionForms.At(collection, Take(elements));
        if (form is null)
        {
            Fail("there is no such collection.");
        }

        var order = (TextOrder)ReadByte();
        int count = ReadCount(Math.Max(1, elements)) * Math.Max(1, elements);
        var items = new List<object?>(Math.Min(count, ValueLimits.PreSize));
        for (int i = 0; i < count; i++)
        {
            items.Add(ReadValue());
        }

        Leave();
        object? made = Make(form!.Type, (form, items, order), static it => it.form!.Make([.. it.items], it.order));
        Know(number, made);
        return made;
    }
}
