using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Values;

// Handles to shared objects: what travels is which object it is, and for another hub than that of the session the way there.
internal sealed partial class ValueWriter
{
    private readonly List<ProcObject> _handles = [];

    /// <summary>The handles that were written since <see cref="Reset"/>: whoever holds the bytes holds these too.</summary>
    public IReadOnlyList<ProcObject> Handles => _handles;

    private void WriteHandle(ProcObject handle)
    {
        if (_context.Elsewhere is { } machine && handle.Kind is HubObjectKind.Pipe or HubObjectKind.Array)
        {
            throw Refuse(handle, $"which is of this machine: to {machine} go bytes alone. Use a queue, a dictionary or a list.");
        }

        ProcObjectHandle.NoteSent(handle);
        var start = Written.Length;
        WriteTag(ValueTag.Handle);
        Take(1)[0] = (byte)handle.Kind;
        WriteZigzag(handle.Id);
        WriteText(handle.Name);
        var hub = ProcObjectHandle.HubOf(handle);
        WriteString(hub.Address);
        if (hub is ConnectedHubPort connected)
        {
            using var key = SecretBytes.Text(connected.Key);

            // For this address alone: who may read the bytes must not be able to put another one beside the key.
            WriteSecret(key, Encoding.UTF8.GetBytes(hub.Address));
            WriteBeside(handle, start);
        }
        else
        {
            // Every session counts its objects from 1.
            BinaryPrimitives.WriteInt64LittleEndian(Take(8), _context.SessionTag);
        }

        _handles.Add(handle);
    }

    /// <summary>What the session's hub holds the object of a manager by, as long as the bytes are there: its number and the session, or 0 for none.</summary>
    private void WriteBeside(ProcObject handle, int start)
    {
        var beside = _context.Hub is { } hub ? ProcObjectHandle.Beside(handle, hub(), [.. Written[start..], 0]) : null;
        WriteZigzag(beside?.Id ?? 0);
        if (beside is not null)
        {
            BinaryPrimitives.WriteInt64LittleEndian(Take(8), _context.SessionTag);
            _handles.Add(beside);
        }
    }
}

internal ref partial struct ValueReader
{
    private object? ReadHandle()
    {
        var kind = (HubObjectKind)ReadByte();
        var id = ReadZigzag();
        string? name = ReadText();
        string address = ReadRequiredText();
        byte[]? key = null;
        long beside = 0;
        if (address.Length > 0)
        {
            key = ReadHubKey(address);
            beside = ReadBeside();
            if (key is null)
            {
                return Unreadable(typeof(ProcObject), $"it is of the manager at {address}, to which this process has no connection. Connect-ProcManager makes one.");
            }
        }
        else if (ReadFixed64() != _context.SessionTag)
        {
            return Unreadable(typeof(ProcObject), "it is of another session. The objects of a manager reach all that are connected to it: make it with -Manager.");
        }

        var parts = (Resolver: _context.HandleResolver, Handle: new TravelingHandle(kind, id, name, address, key, beside));
        return Make(typeof(ProcObject), parts, static it => it.Resolver?.Invoke(it.Handle)
            ?? throw new NotSupportedException($"nothing here knows handles of the kind {(byte)it.Handle.Kind}."));
    }

    /// <summary>See <see cref="ValueWriter.WriteBeside"/>; 0 also where it is of another session.</summary>
    private long ReadBeside()
    {
        var id = ReadZigzag();
        return id > 0 && ReadFixed64() == _context.SessionTag ? id : 0;
    }

    /// <summary>
    /// The key of a manager. What another session's process has written is sealed with a key that this one lacks: it reads it where it is
    /// connected to that manager itself. So it is with what a process on another machine has written, which may name any address: nobody
    /// connects there for that.
    /// </summary>
    private byte[]? ReadHubKey(string address)
    {
        var bytes = ReadSealed();
        try
        {
            if (_context.Secrets is { } secrets)
            {
                using var secret = secrets.Open(bytes, Encoding.UTF8.GetBytes(address), out var isOfHost);
                if (!isOfHost || _context.IsOfParent)
                {
                    return SecretBytes.Of(secret);
                }
            }
        }
        catch (CryptographicException)
        {
            // Below.
        }

        return ConnectedHubPort.KeyOf(address);
    }
}
