using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Shared;

/// <summary>Makes what a user adds the number that the hub can add.</summary>
internal static class SharedNumber
{
    internal static StoredValue Of(object? delta)
    {
        var value = HubEnvironment.Codec.Encode(delta);
        return value.Kind != StoredKind.Encoded
            ? value
            : throw new ArithmeticException($"'{delta}' is no Int32, Int64 or Double; only these can be added.");
    }
}
