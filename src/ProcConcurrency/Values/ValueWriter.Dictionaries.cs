using System.Collections;

namespace ProcConcurrency.Values;

// Dictionaries of all kinds.
internal sealed partial class ValueWriter
{
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
        var entries = new DictionaryEntry[dictionary.Count];
        int count = 0;

        // By its own enumerator: the generic dictionaries' other one yields another type of pair.
        IDictionaryEnumerator walk = dictionary.GetEnumerator();
        while (count < entries.Length && walk.MoveNext())
        {
            entries[count++] = walk.Entry;
        }

        WriteVar((uint)count);
        for (int i = 0; i < count; i++)
        {
            object key = entries[i].Key;
            WriteElement(key, i);
            WriteNamed(entries[i].Value, key as string ?? key.ToString() ?? string.Empty);
            _levels[_depth - 1].Name = null;
        }
    }
}
