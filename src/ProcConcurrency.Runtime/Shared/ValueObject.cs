using ProcConcurrency.Runtime.Hub;

namespace ProcConcurrency.Runtime.Shared;

/// <summary>The hub's side of a single value.</summary>
internal sealed class ValueObject : HubObject
{
    private StoredValue _value;
    private long _version = 1;

    internal ValueObject(Hub.Hub hub, HubObjectIdentity identity, StoredValue value)
        : base(hub, identity)
    {
        _value = value;
        hub.AddReferences(value.Objects);
    }

    internal override void Execute(HubOperation operation, HubCall call, ref PayloadReader arguments)
    {
        switch (operation)
        {
            case HubOperation.Get:
                Hub.Reply(call).Value(_value).Int64(_version);
                break;
            case HubOperation.Put:
                Put(arguments.Value());
                Hub.Reply(call);
                break;
            case HubOperation.PutIf:
                var isSame = arguments.Int64() == _version;
                if (isSame)
                {
                    Put(arguments.Value());
                }

                Hub.Reply(call).Flag(isSame);
                break;
            case HubOperation.Increment:
                Put(Numbers.Add(_value, arguments.Value()));
                Hub.Reply(call).Value(_value);
                break;
            default:
                throw Unknown(operation);
        }

        Hub.Answer(call);
    }

    internal override void OnRemoved() => Hub.ReleaseReferences(_value.Objects);

    private void Put(StoredValue value)
    {
        Hub.AddReferences(value.Objects);
        Hub.ReleaseReferences(_value.Objects);
        _value = value;
        _version++;
    }
}
