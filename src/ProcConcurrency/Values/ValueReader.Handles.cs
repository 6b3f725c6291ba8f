using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Values;

// Handles to shared objects.
internal ref partial struct ValueReader
{
    private ProcObject ReadHandle()
    {
        var kind = (HubObjectKind)ReadByte();
        var id = ReadZigzag();
        string? name = ReadText();
        string address = ReadRequiredText();
        byte[]? key = null;
        if (address.Length > 0)
        {
            using var secret = ReadSecret();
            key = SecretBytes.Of(secret);
        }

        ProcObject? live = _context.HandleResolver?.Invoke(new TravelingHandle(kind, id, name, address, key));
        if (live is null)
        {
            Fail($"nothing here knows handles of the kind {(byte)kind}.");
        }

        return live!;
    }
}
