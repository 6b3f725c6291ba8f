using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Shared;

/// <summary>
/// A single value shared by processes, as <c>Manager().Value()</c> of Python. Each member is one step for all processes; <c>+=</c>
/// is two, for which there are <see cref="Increment(object)"/>, <see cref="CompareExchange"/> and <see cref="Update"/>.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class ProcValue : ProcObject
{
    internal ProcValue(ProcObjectOrigin origin)
        : base(origin)
    {
    }

    /// <inheritdoc/>
    public override HubObjectKind Kind => HubObjectKind.Value;

    /// <summary>The value. What is read is a copy.</summary>
    public object? Value
    {
        get => Get().Value;
        set
        {
            var stored = HubEnvironment.Codec.Encode(value);
            Call(Request(HubOperation.Put).Value(stored));
        }
    }

    /// <summary>Makes a value, or opens the one with a name.</summary>
    /// <param name="port">The hub.</param>
    /// <param name="value">What it begins with; where the name exists, that one keeps what it has.</param>
    /// <param name="name">The name, or null.</param>
    public static ProcValue Create(HubPort port, object? value, string? name = null)
    {
        var stored = HubEnvironment.Codec.Encode(value);
        return new(ProcObjectOrigin.Create(port, ProcObjectOrigin.Request(port, HubObjectKind.Value, name).Value(stored), name));
    }

    /// <summary>Adds 1, in one step.</summary>
    /// <returns>The sum.</returns>
    public object? Increment() => Increment(1);

    /// <summary>Adds to the number, in one step.</summary>
    /// <param name="delta">An Int32, Int64 or Double; negative to subtract.</param>
    /// <returns>The sum.</returns>
    /// <exception cref="ArithmeticException">One of the two is no number, or the sum has more than 64 bits.</exception>
    public object? Increment(object delta)
    {
        var stored = SharedNumber.Of(delta);
        return Call(Request(HubOperation.Increment).Value(stored)).Read().Value().Number;
    }

    /// <summary>Sets the value if it is what the caller takes it for, in one step, as .NET's Interlocked does.</summary>
    /// <param name="value">The new value.</param>
    /// <param name="comparand">What it must be now: numbers by their worth, others by type and content.</param>
    /// <returns>What it was: the comparand, where the exchange was made.</returns>
    public object? CompareExchange(object? value, object? comparand)
    {
        var stored = HubEnvironment.Codec.Encode(value);
        var expected = HubEnvironment.Codec.Encode(comparand);
        while (true)
        {
            var reader = Call(Request(HubOperation.Get)).Read();
            var now = reader.Value();
            if (now != expected || PutIf(reader.Int64(), stored))
            {
                return HubEnvironment.Codec.Decode(now);
            }
        }
    }

    /// <summary>Replaces the value by what a function makes of it, in one step: where another process was quicker, the function runs again.</summary>
    /// <param name="change">Gets the value and gives the new one. It may run several times.</param>
    /// <returns>The new value.</returns>
    public object? Update(Func<object?, object?> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        while (true)
        {
            var (old, version) = Get();
            var changed = change(old);
            if (PutIf(version, HubEnvironment.Codec.Encode(changed)))
            {
                return changed;
            }
        }
    }

    private (object? Value, long Version) Get()
    {
        var reply = Call(Request(HubOperation.Get));
        var reader = reply.Read();
        var value = HubEnvironment.Codec.Decode(reader.Value());
        var version = reader.Int64();
        reply.Recycle();
        return (value, version);
    }

    private bool PutIf(long version, StoredValue value) =>
        Call(Request(HubOperation.PutIf).Int64(version).Value(value)).Read().Flag();
}
