using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Kinds;
using ProcConcurrency.Runtime.Sync;
using Xunit;

namespace ProcConcurrency.Units.Hubs;

/// <summary>A manager's door: who gets in, who doesn't, and that the others don't notice.</summary>
public sealed class ListenerTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly BlockingCollection<string> _log = [];
    private readonly HubListener _listener;
    private readonly ConnectedHubPort _user;

    public ListenerTests()
    {
        HubEnvironment.Factory = HubKinds.Create;
        _listener = HubListener.Start(null, _key, _log.Add);
        _user = ConnectedHubPort.Connect(_listener.Address, _key, "user", s_patience);
    }

    public void Dispose()
    {
        _user.Dispose();
        _listener.Dispose();
        _log.Dispose();
        Assert.False(File.Exists(_listener.Address["unix:".Length..]));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void Its_socket_is_for_its_user_alone()
    {
        var path = _listener.Address["unix:".Length..];
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void A_wrong_key_is_refused_and_logged()
    {
        Assert.Throws<AuthenticationException>(() => ConnectedHubPort.Connect(_listener.Address, new byte[32], "thief", s_patience));
        Assert.Contains("was refused", Logged(), StringComparison.Ordinal);
        StillWorks();
    }

    [Fact]
    public void An_old_version_is_refused_with_both_versions()
    {
        using var socket = Open();
        socket.Send([.. "PrCc"u8, 0, .. new byte[32]]);
        Assert.Contains("version 0", Logged(), StringComparison.Ordinal);
        StillWorks();
    }

    [Fact]
    public void Whoever_says_nothing_or_goes_away_is_dropped()
    {
        using (Open())
        {
        }

        Assert.Contains("refused", Logged(), StringComparison.Ordinal);
        using var silent = Open();

        // Until the listener has had enough of it.
        Assert.Equal(0, silent.Receive(new byte[1]));
        Assert.Contains("5 seconds", Logged(), StringComparison.Ordinal);
        StillWorks();
    }

    [Fact]
    public void Whoever_breaks_a_rule_later_is_dropped()
    {
        using var socket = Open();
        using var stream = new NetworkStream(socket);
        Handshake.Connect(stream, _key);
        stream.Write([255, 255, 255, 255, 1, 0, 0, 0, 0]);
        Assert.Contains("a frame claims", Logged(), StringComparison.Ordinal);
        StillWorks();
    }

    [Fact]
    public void Two_users_share_objects_by_name_and_one_s_going_frees_its_locks()
    {
        // A connection of its own: the same process would be given the one that stands.
        using var socket = Open();
        using var stream = new NetworkStream(socket);
        Handshake.Connect(stream, _key);
        using var other = new RawUser(stream);
        var id = other.CreateLock("gate");
        other.Enter(id);
        var mine = ProcLock.Create(_user, name: "gate");
        Assert.False(mine.TryEnter());
        socket.Close();
        Assert.True(mine.TryEnter(s_patience));
        Assert.Equal("raw", mine.AbandonedBy!.Name);
    }

    [Fact]
    public void It_listens_on_the_loopback_when_asked_to()
    {
        using var listener = HubListener.Start("tcp:127.0.0.1:0", _key, _log.Add);
        Assert.NotEqual(0, ((IPEndPoint)HubAddress.Parse(listener.Address)).Port);
        using var user = ConnectedHubPort.Connect(listener.Address, _key, "user", s_patience);
        ProcEvent.Create(user).Set();
    }

    [Theory]
    [InlineData("relative/path")]
    [InlineData("tcp:nowhere")]
    [InlineData("tcp:127.0.0.1")]
    public void An_address_that_is_none_is_refused(string address) => Assert.Throws<FormatException>(() => HubAddress.Parse(address));

    [Fact]
    public void When_the_listener_s_process_goes_its_handles_say_so()
    {
        var door = ProcEvent.Create(_user);
        _user.Dispose();
        Assert.True(SpinWait.SpinUntil(() => !_user.IsConnected, s_patience));
        Assert.Throws<ObjectGoneException>(() => door.Set());
    }

    private Socket Open()
    {
        var endpoint = HubAddress.Parse(_listener.Address);
        var socket = HubAddress.CreateSocket(endpoint);
        socket.Connect(endpoint);
        return socket;
    }

    private string Logged() => _log.TryTake(out var line, s_patience) ? line : throw new TimeoutException("Nothing was logged.");

    private void StillWorks()
    {
        var door = ProcEvent.Create(_user);
        door.Set();
        Assert.True(door.IsSet);
    }

    /// <summary>The protocol by hand.</summary>
    private sealed class RawUser(Stream stream) : IDisposable
    {
        private readonly Channel _channel = new(stream, new Ignore());

        public void Dispose() => _channel.Dispose();

        internal long CreateLock(string name)
        {
            _channel.Send(MessageKind.Notice, HubProtocol.NoticeId, new PayloadWriter().Int64(77).Byte((byte)HubNotice.Opened).Int32(1).Text("raw").Written);
            _channel.Send(MessageKind.Request, 1, Request(HubOperation.Create, 0).Byte((byte)HubObjectKind.Lock).Text(name).Flag(false).Written);
            return Answer().Int64();
        }

        internal void Enter(long id)
        {
            _channel.Send(MessageKind.Request, 2, Request(HubOperation.Enter, id).Written);
            Assert.Equal((byte)EnterOutcome.Entered, Answer().Byte());
        }

        private static PayloadWriter Request(HubOperation operation, long id) => new PayloadWriter().Int64(77).Byte((byte)operation).Int64(id).Int32(1).Byte(0);

        private PayloadReader Answer()
        {
            var header = new byte[Frame.HeaderSize];
            stream.ReadExactly(header);
            var payload = new byte[Frame.ReadHeader(header).Length];
            stream.ReadExactly(payload);
            return new PayloadReader(payload.AsSpan(HubProtocol.ClientSize));
        }
    }

    private sealed class Ignore : IMessageHandler
    {
        public void OnMessage(MessageKind kind, uint id, ReadOnlySpan<byte> payload)
        {
        }

        public void OnClosed(Exception? cause)
        {
        }
    }
}
