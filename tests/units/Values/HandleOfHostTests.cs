using System.Security.Cryptography;
using System.Text;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Kinds;
using ProcConcurrency.Runtime.Sync;
using ProcConcurrency.Values;
using Xunit;

namespace ProcConcurrency.Units.Values;

/// <summary>Handles of managers in bytes that a process on another machine may have written.</summary>
public sealed class HandleOfHostTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private readonly byte[] _hostKey = RandomNumberGenerator.GetBytes(32);
    private readonly byte[] _managerKey = RandomNumberGenerator.GetBytes(32);
    private readonly List<TravelingHandle> _opened = [];
    private readonly ValueContext _session;

    public HandleOfHostTests()
    {
        HubEnvironment.Factory = HubKinds.Create;
        _session = new ValueContext(
            Codec.Key,
            handle =>
            {
                _opened.Add(handle);
                return ProcLock.Create(new LocalHubPort(new Hub(HubKinds.Create), 1, "stands for it"));
            },
            remoteKey: () => _hostKey);
    }

    [Fact]
    public void One_of_a_host_leads_nowhere_that_this_process_is_not_connected_to()
    {
        var bytes = Handle(new ValueContext(_hostKey), out var address);
        Assert.Null(ConnectedHubPort.KeyOf(address));
        Assert.Contains("no connection", Assert.Throws<ValueNotReadableException>(() => ValueCodec.Decode(bytes, _session)).Message, StringComparison.Ordinal);
        Assert.Empty(_opened);

        // What the parent says leads there, though it is written so that hosts can read it, too.
        ValueCodec.Decode(bytes, _session.OfParent());
        Assert.Equal(address, _opened[0].Address);
        Assert.Equal(_managerKey, _opened[0].Key);
    }

    [Fact]
    public void One_of_a_host_works_where_this_process_is_connected_and_by_the_key_that_it_has_proved()
    {
        // A host has any key beside the address.
        var bytes = Handle(new ValueContext(_hostKey), out var address);
        var proved = RandomNumberGenerator.GetBytes(32);
        using var listener = Listen(address, proved);
        using var port = Connect(listener, proved);
        ValueCodec.Decode(bytes, _session);
        Assert.Equal(address, _opened[0].Address);
        Assert.Equal(proved, _opened[0].Key);
        Assert.Equal(proved, ConnectedHubPort.KeyOf(address));
    }

    [Fact]
    public void One_of_this_machine_leads_to_its_own_address_alone()
    {
        var bytes = Handle(_session, out var address);
        ValueCodec.Decode(bytes, _session);
        Assert.Equal(address, _opened[0].Address);
        Assert.Equal(_managerKey, _opened[0].Key);

        // A host that can read it in a shared object puts another address beside the sealed key.
        var other = address[..^1] + (address[^1] == '1' ? '2' : '1');
        Encoding.UTF8.GetBytes(other).CopyTo(bytes, bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(address)));
        Assert.Throws<ValueNotReadableException>(() => ValueCodec.Decode(bytes, _session));
        Assert.Single(_opened);
    }

    /// <summary>The bytes of a handle of a manager that nobody is connected to any more.</summary>
    private byte[] Handle(ValueContext context, out string address)
    {
        using var listener = Listen("tcp:127.0.0.1:0", _managerKey);
        using var port = Connect(listener, _managerKey);
        address = port.Address;
        return ValueCodec.Encode(ProcLock.Create(port), context);
    }

    private static HubListener Listen(string address, byte[] key) => HubListener.Start(new ListenerSettings(address, HandshakeKey.Random(key).ForListener()), static _ => { });

    private static ConnectedHubPort Connect(HubListener listener, byte[] key) => ConnectedHubPort.Connect(listener.Address, HandshakeKey.Random(key), null, "test", s_patience);
}
