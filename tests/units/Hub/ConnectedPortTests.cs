using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Kinds;
using ProcConcurrency.Runtime.Sync;
using Xunit;

namespace ProcConcurrency.Units.Hubs;

/// <summary>The way to a manager: how it is come by, how it is left, and what is kept of it.</summary>
public sealed class ConnectedPortTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    public ConnectedPortTests() => HubEnvironment.Factory = HubKinds.Create;

    [Theory]
    [InlineData(null, false)]
    [InlineData("tcp:127.0.0.1:0", false)]
    [InlineData("tcp:127.0.0.1:0", true)]
    public void Who_leaves_has_not_died(string? address, bool isEncrypted)
    {
        using var certificate = isEncrypted ? EncryptionTests.Make("CN=ProcConcurrency test") : null;
        using var listener = HubListener.Start(new ListenerSettings(address, HandshakeKey.Random(_key).ForListener(), certificate), static _ => { });
        using (var leaving = Connect(listener))
        {
            ProcBarrier.Create(leaving, 2, name: "barrier");
            ProcLock.Create(leaving, name: "gate").Enter();
        }

        using var staying = Connect(listener);
        var gate = ProcLock.Create(staying, name: "gate");
        Assert.True(gate.TryEnter(s_patience));
        Assert.Equal(0, gate.AbandonedBy!.ExitCode);
        Assert.False(ProcBarrier.Create(staying, 2, name: "barrier").IsBroken);
    }

    [Theory]
    [InlineData(null, null, true)]
    [InlineData("tcp:127.0.0.1:0", null, false)]
    [InlineData("tcp:127.0.0.1:0", "localhost", false)]
    public void Only_a_socket_of_this_machine_leads_for_certain_to_a_hub_with_its_clock(string? address, string? name, bool isNeighbour)
    {
        using var listener = HubListener.Start(new ListenerSettings(address, HandshakeKey.Random(_key).ForListener()), static _ => { });
        var called = name is null ? listener.Address : listener.Address.Replace("127.0.0.1", name, StringComparison.Ordinal);
        using var port = ConnectedHubPort.Connect(called, HandshakeKey.Random(_key), null, "user", s_patience);
        Assert.Equal(isNeighbour, port.HubIsNeighbour);
    }

    [Fact]
    public void Nothing_keeps_what_has_ended()
    {
        using var listener = HubListener.Start(new ListenerSettings(null, HandshakeKey.Random(_key).ForListener()), static _ => { });
        WeakReference port = null!;

        // A thread keeps the last request that it wrote, and by that its port.
        var leaving = new Thread(() => port = LeaveOne(listener));
        leaving.Start();
        leaving.Join();
        Assert.True(SpinWait.SpinUntil(() => IsCollected(port), s_patience));
    }

    [Fact]
    public void Objects_of_other_hubs_are_not_kept_for_a_hub_that_is_gone()
    {
        using var listener = HubListener.Start(new ListenerSettings(null, HandshakeKey.Random(_key).ForListener()), static _ => { });
        using var port = Connect(listener);
        var kept = KeepOne(port);
        port.Dispose();
        Assert.True(SpinWait.SpinUntil(() => IsCollected(kept) && IsCollected(KeepOne(port)), s_patience));
    }

    [Fact]
    public void Objects_that_the_session_does_not_reach_are_kept_by_their_sender()
    {
        using var listener = HubListener.Start(new ListenerSettings(null, HandshakeKey.Random(_key).ForListener()), static _ => { });
        using var port = Connect(listener);
        var hub = new Hub(HubKinds.Create);
        var session = new LocalHubPort(hub, 1, "root");
        var kept = SendUnreachable(port, session);
        Assert.True(SpinWait.SpinUntil(() => !IsCollected(kept) && hub.ObjectCount == 0, s_patience));
        Assert.True(kept.IsAlive);
        Assert.Single(ProcObjectInfo.List(port));
    }

    [Fact]
    public void A_manager_holds_no_objects_of_others_for_its_clients()
    {
        using var listener = HubListener.Start(new ListenerSettings(null, HandshakeKey.Random(_key).ForListener()), static _ => { });
        using var port = Connect(listener);
        Assert.Throws<ArgumentException>(() => port.Call(ProcObjectOrigin.Request(port, HubProtocol.ForeignKind, null).Bytes([])));
        Assert.Empty(ProcObjectInfo.List(port));
    }

    [Fact]
    public void A_listener_that_shows_another_salt_each_time_is_left_alone()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var count = 0;
        var listening = new Thread(() =>
        {
            while (count < 3)
            {
                using var socket = listener.AcceptSocket();
                if (socket.Poll(s_patience, SelectMode.SelectRead) && socket.Available == 0)
                {
                    return;
                }

                count++;
                using var stream = new NetworkStream(socket);
                var hello = new byte[Handshake.HelloSize];
                stream.ReadExactly(hello);
                stream.Write(new Handshake.Judge(new ListenerKey(_key, RandomNumberGenerator.GetBytes(HandshakeKey.SaltSize)), null).Challenge(hello));
                stream.ReadExactly(new byte[Handshake.ReplySize]);
            }
        });
        listening.Start();
        var target = HubAddress.ParseTarget(HubAddress.Format(listener.LocalEndpoint));
        Assert.Throws<AuthenticationException>(
            () => ConnectingSocket.Connect(target, HandshakeKey.Passphrase(Guid.NewGuid().ToByteArray()), s_patience, CancellationToken.None, out _));
        using (var last = new TcpClient())
        {
            last.Connect((IPEndPoint)listener.LocalEndpoint);
        }

        listening.Join();
        Assert.Equal(2, count);
    }

    private ConnectedHubPort Connect(HubListener listener) =>
        ConnectedHubPort.Connect(listener.Address, HandshakeKey.Random(_key), null, "user", s_patience);

    // In methods of their own, that nothing is left of on the stack.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference LeaveOne(HubListener listener)
    {
        using var port = Connect(listener);
        ProcEvent.Create(port).Set();
        return new WeakReference(port);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference KeepOne(ConnectedHubPort port)
    {
        var handle = ProcEvent.Create(new LocalHubPort(new Hub(HubKinds.Create), 1, "root"));
        port.KeepForeign(handle);
        return new WeakReference(handle);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference SendUnreachable(ConnectedHubPort port, LocalHubPort session)
    {
        var handle = ProcEvent.Create(port);
        Assert.Null(ProcObjectHandle.Beside(handle, session, "no handle"u8));
        session.KeepForeign(handle);
        return new WeakReference(handle);
    }

    private static bool IsCollected(WeakReference reference)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return !reference.IsAlive;
    }
}
