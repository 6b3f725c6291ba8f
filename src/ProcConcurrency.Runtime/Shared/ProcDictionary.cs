using System.Collections;
using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Shared;

/// <summary>
/// A dictionary shared by processes, as a <c>Manager().dict()</c> or <c>Namespace()</c> of Python. Values are copies: what is
/// taken out is changed here alone until it is put back. Each member is one step for all processes; a read followed by a write
/// is two, for which there are <see cref="Increment(object, object)"/>, <see cref="Update(object, Func{object, object})"/> and <see cref="TryAdd"/>.
/// </summary>
/// <remarks>Thread-safe. Enumeration sees the dictionary as it was when it began, its entries in the order in which they were added.</remarks>
public sealed class ProcDictionary : ProcObject, IDictionary
{
    internal ProcDictionary(ProcObjectOrigin origin)
        : base(origin)
    {
    }

    /// <inheritdoc/>
    public override HubObjectKind Kind => HubObjectKind.Dictionary;

    /// <summary>How many entries there are at this moment.</summary>
    public int Count => Call(Request(HubOperation.Count)).Read().Int32();

    /// <summary>The keys, as they are at this moment.</summary>
    public ICollection Keys => Snapshot().Keys;

    /// <summary>The values, as they are at this moment.</summary>
    public ICollection Values => new StoredValues(Snapshot().Values);

    bool IDictionary.IsFixedSize => false;

    bool IDictionary.IsReadOnly => false;

    bool ICollection.IsSynchronized => true;

    object ICollection.SyncRoot => this;

    /// <summary>The value of a key, null where there is none; set, it is added or replaced.</summary>
    /// <param name="key">A string (its case does not count), number, bool, Guid, DateTime or enum.</param>
    public object? this[object key]
    {
        get => TryGetValue(key, out var value) ? value : null;
        set
        {
            var (text, shown) = DictionaryKey.Of(key);
            var stored = HubEnvironment.Codec.Encode(value);
            Call(Request(HubOperation.Put).Text(text).Value(shown).Value(stored));
        }
    }

    /// <summary>Makes a dictionary, or opens the one with a name.</summary>
    /// <param name="port">The hub.</param>
    /// <param name="name">The name, or null.</param>
    /// <param name="entries">What it begins with; where the name exists, a key that is there keeps its value.</param>
    public static ProcDictionary Create(HubPort port, string? name = null, IDictionary? entries = null)
    {
        var stored = Store(entries ?? new Hashtable(), HubEnvironment.Codec.Encode);
        var origin = ProcObjectOrigin.Create(port, Write(ProcObjectOrigin.Request(port, HubObjectKind.Dictionary, name), stored), name);
        var made = new ProcDictionary(origin);
        foreach (var (key, value) in origin.IsNew ? [] : stored)
        {
            made.PutIf(HubOperation.TryAdd, key, null, value);
        }

        return made;
    }

    /// <summary>Gets a value.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value, or null.</param>
    /// <returns>Whether the key is there.</returns>
    public bool TryGetValue(object key, out object? value) => TryGet(DictionaryKey.Of(key), out value, out _);

    /// <summary>Adds an entry, unless its key is there.</summary>
    /// <returns>Whether it was added.</returns>
    public bool TryAdd(object key, object? value) => PutIf(HubOperation.TryAdd, DictionaryKey.Of(key), null, HubEnvironment.Codec.Encode(value));

    /// <summary>Adds an entry.</summary>
    /// <exception cref="ArgumentException">The key is there.</exception>
    public void Add(object key, object? value)
    {
        if (!TryAdd(key, value))
        {
            throw new ArgumentException($"The key '{key}' is in the dictionary already. Set it by [ ], or use TryAdd.");
        }
    }

    /// <summary>Removes an entry, if it is there.</summary>
    public void Remove(object key)
    {
        var (text, _) = DictionaryKey.Of(key);
        Call(Request(HubOperation.Delete).Text(text)).Recycle();
    }

    /// <summary>Removes an entry.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">What it had.</param>
    /// <returns>Whether it was there.</returns>
    /// <remarks>What the codec throws for a value that it can't read leaves the entry there.</remarks>
    public bool TryRemove(object key, out object? value)
    {
        var (text, _) = DictionaryKey.Of(key);
        var reply = Call(Request(HubOperation.Delete).Text(text));
        var reader = reply.Read();
        value = null;
        if (!reader.Flag())
        {
            return false;
        }

        var stored = reader.Value();
        try
        {
            value = HubEnvironment.Codec.Decode(stored);
        }
        catch
        {
            // It is for a process that can read it, unless somebody has set the key meanwhile.
            Call(Request(HubOperation.PutBack).Text(text).Value(reader.Value()).Value(stored).Int64(reader.Int64()));
            throw;
        }

        reply.Recycle();
        return true;
    }

    /// <summary>Whether a key is there.</summary>
    public bool Contains(object key)
    {
        var (text, _) = DictionaryKey.Of(key);
        return Call(Request(HubOperation.Contains).Text(text)).Read().Flag();
    }

    /// <summary>Whether a key is there.</summary>
    public bool ContainsKey(object key) => Contains(key);

    /// <summary>Removes all entries.</summary>
    public void Clear() => Call(Request(HubOperation.Clear));

    /// <summary>Adds 1 to a number, in one step. A key that isn't there counts as 0.</summary>
    /// <returns>The sum.</returns>
    public object? Increment(object key) => Increment(key, 1);

    /// <summary>Adds to a number, in one step. A key that isn't there counts as 0.</summary>
    /// <param name="key">The key.</param>
    /// <param name="delta">An Int32, Int64 or Double; negative to subtract.</param>
    /// <returns>The sum: of integers the narrowest that holds it.</returns>
    /// <exception cref="ArithmeticException">One of the two is no number, or the sum has more than 64 bits.</exception>
    public object? Increment(object key, object delta)
    {
        var (text, shown) = DictionaryKey.Of(key);
        var stored = SharedNumber.Of(delta);
        return Call(Request(HubOperation.Increment).Text(text).Value(shown).Value(stored)).Read().Value().Number;
    }

    /// <summary>Adds to many numbers, in one step: all of them, or with an error none. A key that isn't there counts as 0.</summary>
    /// <param name="deltas">What to add to which key: an Int32, Int64 or Double each.</param>
    /// <exception cref="ArithmeticException">One of them is no number, or a sum has more than 64 bits; nothing was changed.</exception>
    public void Increment(IDictionary deltas) => PutAll(HubOperation.IncrementAll, deltas, SharedNumber.Of);

    /// <summary>Sets many entries, in one step: each is added or replaced.</summary>
    /// <param name="entries">The keys and their values.</param>
    public void Update(IDictionary entries) => PutAll(HubOperation.PutAll, entries, HubEnvironment.Codec.Encode);

    /// <summary>Replaces a value by what a function makes of it, in one step: where another process was quicker, the function runs again.</summary>
    /// <param name="key">The key.</param>
    /// <param name="change">Gets the value, null where there is none, and gives the new one. It may run several times.</param>
    /// <returns>The new value.</returns>
    public object? Update(object key, Func<object?, object?> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        var which = DictionaryKey.Of(key);
        while (true)
        {
            _ = TryGet(which, out var old, out var version);
            var changed = change(old);
            if (PutIf(HubOperation.PutIf, which, version, HubEnvironment.Codec.Encode(changed)))
            {
                return changed;
            }
        }
    }

    /// <summary>A copy: an ordinary hashtable, whose keys' case doesn't count.</summary>
    public Hashtable ToHashtable()
    {
        var (keys, values, reply) = Snapshot();
        var copy = new Hashtable(keys.Length, StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < keys.Length; i++)
        {
            copy.Add(keys[i], HubEnvironment.Codec.Decode(values[i]));
        }

        reply.Recycle();
        return copy;
    }

    /// <inheritdoc/>
    public IDictionaryEnumerator GetEnumerator()
    {
        var (keys, values, _) = Snapshot();
        return new StoredEntries(keys, new StoredValues(values));
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    void ICollection.CopyTo(Array array, int index)
    {
        foreach (DictionaryEntry entry in this)
        {
            array.SetValue(entry, index++);
        }
    }

    private bool TryGet(DictionaryKey key, out object? value, out long version)
    {
        var reply = Call(Request(HubOperation.Get).Text(key.Text));
        var reader = reply.Read();
        var found = reader.Flag();
        value = found ? HubEnvironment.Codec.Decode(reader.Value()) : null;
        version = found ? reader.Int64() : 0;
        reply.Recycle();
        return found;
    }

    private bool PutIf(HubOperation operation, DictionaryKey key, long? version, StoredValue stored)
    {
        var request = Request(operation).Text(key.Text);
        if (version is { } expected)
        {
            request.Int64(expected);
        }

        return Call(request.Value(key.Value).Value(stored)).Read().Flag();
    }

    private void PutAll(HubOperation operation, IDictionary entries, Func<object?, StoredValue> store)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var stored = Store(entries, store);
        Call(Write(Request(operation), stored));
    }

    private static List<NewEntry> Store(IDictionary entries, Func<object?, StoredValue> store)
    {
        var stored = new List<NewEntry>();
        foreach (DictionaryEntry entry in entries)
        {
            stored.Add(new NewEntry(DictionaryKey.Of(entry.Key), store(entry.Value)));
        }

        return stored;
    }

    private static PayloadWriter Write(PayloadWriter request, List<NewEntry> entries)
    {
        request.Int32(entries.Count);
        foreach (var (key, value) in entries)
        {
            request.Text(key.Text).Value(key.Value).Value(value);
        }

        return request;
    }

    /// <summary>The entries as they are; nobody may recycle the reply before the values are decoded.</summary>
    private (object[] Keys, StoredValue[] Values, HubReply Reply) Snapshot()
    {
        var reply = Call(Request(HubOperation.Snapshot));
        var reader = reply.Read();
        var keys = new object[reader.Int32()];
        var values = new StoredValue[keys.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = HubEnvironment.Codec.Decode(reader.Value())!;
            values[i] = reader.Value();
        }

        return (keys, values, reply);
    }

    private sealed record NewEntry(DictionaryKey Key, StoredValue Value);
}
