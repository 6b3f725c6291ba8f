using System.Management.Automation;
using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Values;

/// <summary>What the hub stores: numbers as numbers, which it can add to, all else as bytes that it never opens.</summary>
internal sealed class HubCodec : IValueCodec
{
    // What is on its way is neither added to nor compared, so it keeps its note properties: those of Invoke-Command say which machine it is from.
    public StoredValue EncodeMessage(object? value) =>
        value is PSObject wrapped && EngineInternals.Objects.MayHaveInstanceMembers(wrapped) ? Write(value) : EncodeNumber(Plain(value)) ?? Write(value);

    public StoredValue Encode(object? value)
    {
        var plain = Plain(value);
        return EncodeNumber(plain) ?? Write(plain);
    }

    // What has come through a pipeline is wrapped.
    public object? Unwrap(object? value) => value is PSObject { BaseObject: var inner } ? inner : value;

    // What is stored is looked for by its bytes. A text, a time or the like is its content alone: the notes of Get-Content say where
    // it was found, and no other text has the same. An enum that is not known here, a number with a text, stays what it is.
    private static object? Plain(object? value) =>
        value is PSObject { BaseObject: var inner } wrapped && IsSimple(inner) && EngineInternals.Objects.Text(wrapped) is null ? inner : value;

    private static bool IsSimple(object value) =>
        Type.GetTypeCode(value.GetType()) != TypeCode.Object || value is Guid or TimeSpan or DateTimeOffset;

    private static StoredValue? EncodeNumber(object? value) => value switch
    {
        int number => new StoredValue(number),
        long number => new StoredValue(number),
        double number => new StoredValue(number),
        _ => null,
    };

    private static StoredValue Write(object? value) => ValueCodec.Write(
        value, SessionValues.Context, strict: true, "Value", static writer => new StoredValue(writer.Written.ToArray(), [.. writer.Handles]));

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
