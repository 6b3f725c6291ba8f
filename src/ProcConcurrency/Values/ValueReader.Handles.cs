using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Values;

// Handles to shared objects.
internal ref partial struct ValueReader
{
    private object? ReadHandle()
    {
        var kind = (HubObjectKind)ReadByte();
        var id = ReadZigzag();
        string? name = ReadText();
        string address = ReadRequiredText();
        byte[]? key = null;
        if (address.Length > 0)
        {
            using var secret = ReadSecret();
            if (secret is null)
            {
                return null;
            }

            key = SecretBytes.Of(secret);
        }

        var parts = (Resolver: _context.HandleResolver, Handle: new TravelingHandle(kind, id, name, address, key));
        return Make(typeof(ProcObject), parts, static it => it.Resolver?.Invoke(it.Handle)
            ?? throw new NotSupportedException($"nothing here knows handles of the kind {(byte)it.Handle.Kind}."));
    }
}
