using System.Collections;
using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Shared;

/// <summary>
/// Values as they were at one moment, each decoded when it is reached: what can't be read is an error of its own, and a socket is taken
/// by who comes to it.
/// </summary>
/// <remarks>For one thread.</remarks>
internal sealed class StoredValues : ICollection
{
    // Decoded once: a socket can't be taken twice.
    private readonly Lazy<object?>[] _values;

    internal StoredValues(StoredValue[] stored) =>
        _values = Array.ConvertAll(stored, static value => new Lazy<object?>(() => HubEnvironment.Codec.Decode(value), isThreadSafe: false));

    /// <summary>A value.</summary>
    public object? this[int index] => _values[index].Value;

    public int Count => _values.Length;

    bool ICollection.IsSynchronized => false;

    object ICollection.SyncRoot => this;

    public void CopyTo(Array array, int index)
    {
        foreach (var value in _values)
        {
            array.SetValue(value.Value, index++);
        }
    }

    public IEnumerator GetEnumerator() => new Enumerator(this);

    // Goes on after what can't be read, which a method with yield would not.
    private sealed class Enumerator(StoredValues values) : IEnumerator
    {
        private int _at = -1;

        public object? Current => values[_at];

        public bool MoveNext() => ++_at < values.Count;

        public void Reset() => _at = -1;
    }
}

/// <summary>Goes through entries, of which only the values that are asked for are decoded.</summary>
/// <param name="keys">Their keys.</param>
/// <param name="values">Their values.</param>
internal sealed class StoredEntries(object[] keys, StoredValues values) : IDictionaryEnumerator
{
    private int _at = -1;

    public object Key => keys[_at];

    public object? Value => values[_at];

    public DictionaryEntry Entry => new(Key, Value);

    public object Current => Entry;

    public bool MoveNext() => ++_at < keys.Length;

    public void Reset() => _at = -1;
}
