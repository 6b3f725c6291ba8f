using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Values;

// Handles to shared objects: what travels is which object it is, and for another hub than the session's the way there.
internal sealed partial class ValueWriter
{
    private readonly List<ProcObject> _handles = [];

    /// <summary>The handles that were written since <see cref="Reset"/>: who has the bytes keeps these, until somebody else does.</summary>
    public IReadOnlyList<ProcObject> Handles => _handles;

    private void WriteHandle(ProcObject handle)
    {
        ProcObjectHandle.NoteSent(handle);
        WriteTag(ValueTag.Handle);
        Take(1)[0] = (byte)handle.Kind;
        WriteZigzag(handle.Id);
        WriteText(handle.Name);
        var hub = ProcObjectHandle.HubOf(handle);
        WriteString(hub.Address);
        if (hub is ConnectedHubPort connected)
        {
            using var key = SecretBytes.Text(connected.Key);
            WriteSecret(key);
        }

        _handles.Add(handle);
    }
}
