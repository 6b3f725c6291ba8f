using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Native;

namespace ProcConcurrency.Runtime.Shared;

/// <summary>The hub's side of an array: it owns the memory and says where it is; elements never pass through it.</summary>
internal sealed class ArrayObject : HubObject
{
    private readonly TypeCode _element;
    private readonly long _length;
    private readonly SharedMemory _memory;

    internal ArrayObject(Hub.Hub hub, HubObjectIdentity identity, TypeCode element, long length)
        : base(hub, identity)
    {
        var size = ArrayElements.Size(element);
        if (size == 0)
        {
            throw new HubFaultException(HubFault.InvalidArgument, $"An array can't have elements of the kind {(byte)element}.");
        }

        if (length < 1 || length > Array.MaxLength)
        {
            throw new HubFaultException(HubFault.InvalidArgument, $"An array has from 1 to {Array.MaxLength} elements, not {length}.");
        }

        _element = element;
        _length = length;
        _memory = SharedMemory.Create(length * size);
    }

    internal override void Execute(HubOperation operation, HubCall call, ref PayloadReader arguments)
    {
        if (operation != HubOperation.Take)
        {
            throw Unknown(operation);
        }

        var answer = Hub.Reply(call).Byte((byte)_element).Int64(_length).Text(_memory.Address);
        if (_memory.Descriptor is { } descriptor && call.Client.Receiver.CarriesDescriptors)
        {
            answer.Descriptor(DescriptorHandle.CopyOf(descriptor));
        }

        Hub.Answer(call);
    }

    // Handles that have mapped it keep what they mapped; the system frees it with the last of them.
    internal override void OnRemoved() => _memory.Dispose();
}
