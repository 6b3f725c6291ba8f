using System.Collections;
using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Shared;

/// <summary>
/// A list shared by processes, as a <c>Manager().list()</c> of Python. Values are copies. Each member is one step for all
/// processes. For methods a negative index counts from the end; for the indexer PowerShell does that itself.
/// </summary>
/// <remarks>
/// Thread-safe. Enumeration sees the list as it was when it began. It is no IList, so that a list given as one argument is
/// not taken for many.
/// </remarks>
public sealed class ProcList : ProcObject, IEnumerable
{
    internal ProcList(ProcObjectOrigin origin)
        : base(origin)
    {
    }

    /// <inheritdoc/>
    public override HubObjectKind Kind => HubObjectKind.List;

    /// <summary>How many items there are at this moment.</summary>
    public int Count => Call(Request(HubOperation.Count)).Read().Int32();

    /// <summary>An item.</summary>
    /// <param name="index">From 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such item.</exception>
    public object? this[int index]
    {
        get => Get(NotNegative(index)).Value;
        set
        {
            var stored = HubEnvironment.Codec.Encode(value);
            Call(Request(HubOperation.Put).Int32(NotNegative(index)).Value(stored));
        }
    }

    /// <summary>Makes a list, or opens the one with a name.</summary>
    /// <param name="port">The hub.</param>
    /// <param name="name">The name, or null.</param>
    /// <param name="items">What it begins with; where the name exists, that list keeps what it has.</param>
    public static ProcList Create(HubPort port, string? name = null, IEnumerable? items = null)
    {
        StoredValue[] stored = [.. (items ?? Array.Empty<object>()).Cast<object?>().Select(HubEnvironment.Codec.Encode)];
        var request = ProcObjectOrigin.Request(port, HubObjectKind.List, name);
        foreach (var item in stored)
        {
            request.Value(item);
        }

        return new(ProcObjectOrigin.Create(port, request, name));
    }

    /// <summary>Adds an item at the end.</summary>
    /// <returns>Its index.</returns>
    public int Add(object? value) => Add([value]);

    /// <summary>Adds items at the end, in one step, next to each other.</summary>
    public void AddRange(IEnumerable values)
    {
        ArgumentNullException.ThrowIfNull(values);
        Add([.. values.Cast<object?>()]);
    }

    /// <summary>Puts an item before another one.</summary>
    /// <param name="index">From 0 to <see cref="Count"/>.</param>
    /// <param name="value">The item.</param>
    public void Insert(int index, object? value)
    {
        var stored = HubEnvironment.Codec.Encode(value);
        Call(Request(HubOperation.Insert).Int32(index).Value(stored));
    }

    /// <summary>Takes an item out.</summary>
    /// <param name="index">From 0, or from -1 backwards.</param>
    /// <returns>The item.</returns>
    /// <remarks>What the codec throws for an item that it can't read leaves it there.</remarks>
    public object? RemoveAt(int index)
    {
        var reply = Call(Request(HubOperation.Delete).Int32(index));
        var reader = reply.Read();
        var place = reader.Int32();
        var stored = reader.Value();
        try
        {
            var item = HubEnvironment.Codec.Decode(stored);
            reply.Recycle();
            return item;
        }
        catch
        {
            // Back to its place, for a process that can read it.
            Call(Request(HubOperation.PutBack).Int32(place).Value(stored));
            throw;
        }
    }

    /// <summary>The index of the first item that equals a value: numbers by their worth, others by type and content; -1 where there is none.</summary>
    public int IndexOf(object? value)
    {
        var stored = HubEnvironment.Codec.Encode(value);
        return Call(Request(HubOperation.IndexOf).Value(stored)).Read().Int32();
    }

    /// <summary>Whether an item equals a value; see <see cref="IndexOf"/>.</summary>
    public bool Contains(object? value) => IndexOf(value) >= 0;

    /// <summary>Removes all items.</summary>
    public void Clear() => Call(Request(HubOperation.Clear));

    /// <summary>Adds 1 to a number, in one step.</summary>
    /// <returns>The sum.</returns>
    public object? Increment(int index) => Increment(index, 1);

    /// <summary>Adds to a number, in one step.</summary>
    /// <param name="index">From 0, or from -1 backwards.</param>
    /// <param name="delta">An Int32, Int64 or Double; negative to subtract.</param>
    /// <returns>The sum.</returns>
    /// <exception cref="ArithmeticException">One of the two is no number, or the sum has more than 64 bits.</exception>
    public object? Increment(int index, object delta)
    {
        var stored = SharedNumber.Of(delta);
        return Call(Request(HubOperation.Increment).Int32(index).Value(stored)).Read().Value().Number;
    }

    /// <summary>Replaces an item by what a function makes of it, in one step: where another process was quicker, the function runs again.</summary>
    /// <param name="index">From 0 on.</param>
    /// <param name="change">Gets the item and gives the new one. It may run several times.</param>
    /// <returns>The new item.</returns>
    public object? Update(int index, Func<object?, object?> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        while (true)
        {
            var (old, version) = Get(index);
            var changed = change(old);
            var stored = HubEnvironment.Codec.Encode(changed);
            if (Call(Request(HubOperation.PutIf).Int32(index).Int64(version).Value(stored)).Read().Flag())
            {
                return changed;
            }
        }
    }

    /// <summary>A copy of all items.</summary>
    public object?[] ToArray()
    {
        var (values, reply) = Snapshot();
        var items = Array.ConvertAll(values, HubEnvironment.Codec.Decode);
        reply.Recycle();
        return items;
    }

    /// <inheritdoc/>
    public IEnumerator GetEnumerator() => new StoredValues(Snapshot().Values).GetEnumerator();

    // PowerShell itself counts a negative index from the end before it comes here: what is still negative is too far.
    private static int NotNegative(int index) => index >= 0
        ? index
        : throw new ArgumentOutOfRangeException(nameof(index), "The index is before the first item.");

    /// <summary>The items as they are; nobody may recycle the reply before they are decoded.</summary>
    private (StoredValue[] Values, HubReply Reply) Snapshot()
    {
        var reply = Call(Request(HubOperation.Snapshot));
        var reader = reply.Read();
        var values = new StoredValue[reader.Int32()];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = reader.Value();
        }

        return (values, reply);
    }

    private (object? Value, long Version) Get(int index)
    {
        var reply = Call(Request(HubOperation.Get).Int32(index));
        var reader = reply.Read();
        var value = HubEnvironment.Codec.Decode(reader.Value());
        var version = reader.Int64();
        reply.Recycle();
        return (value, version);
    }

    private int Add(object?[] values)
    {
        StoredValue[] stored = [.. values.Select(HubEnvironment.Codec.Encode)];
        var request = Request(HubOperation.TryAdd).Int32(stored.Length);
        foreach (var value in stored)
        {
            request.Value(value);
        }

        return Call(request).Read().Int32();
    }
}
