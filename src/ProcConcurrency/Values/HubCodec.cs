using System.Management.Automation;
using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Values;

/// <summary>What the hub stores: numbers as numbers, which it can add to, all else as bytes that it never opens.</summary>
internal sealed class HubCodec : IValueCodec
{
    [ThreadStatic]
    private static ValueWriter? t_spare;

    // A number on its way is not added to, so it keeps its note properties: those of Invoke-Command say which machine it is from.
    public StoredValue EncodeMessage(object? value) =>
        value is PSObject wrapped && EngineInternals.Objects.MayHaveInstanceMembers(wrapped) ? Write(value) : Encode(value);

    public StoredValue Encode(object? value)
    {
        // An enum that is not known here is a number with a text: it stays what it is.
        if (value is PSObject named && EngineInternals.Objects.Text(named) is not null)
        {
            return Write(value);
        }

        switch (value is PSObject wrapped ? wrapped.BaseObject : value)
        {
            case int number:
                return new StoredValue(number);
            case long number:
                return new StoredValue(number);
            case double number:
                return new StoredValue(number);
        }

        return Write(value);
    }

    private static StoredValue Write(object? value)
    {
        // Taken while in use: a property getter may come back here on the same thread.
        var writer = t_spare ?? new ValueWriter(SessionValues.Context) { Strict = true };
        t_spare = null;
        try
        {
            writer.Write(value);
            return new StoredValue(writer.Written.ToArray(), [.. writer.Handles]);
        }
        finally
        {
            writer.Reset();
            t_spare = writer;
        }
    }

    public object? Decode(StoredValue value)
    {
        if (value.IsNumber)
        {
            return value.Number;
        }

        var decoded = ValueCodec.Decode(value.Bytes.Span, SessionValues.Context);

        // From here on the handles in the value hold what it mentions.
        GC.KeepAlive(value.Held);
        return decoded;
    }
}
