using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Kinds;
using ProcConcurrency.Runtime.Messaging;
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
        _listener = HubListener.Start(Settings(null), _log.Add);
        _user = ConnectedHubPort.Connect(_listener.Address, HandshakeKey.Random(_key), null, "user", s_patience);
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
        Assert.Throws<AuthenticationException>(() => ConnectedHubPort.Connect(_listener.Address, HandshakeKey.Random(new byte[32]), null, "thief", s_patience));
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
    public void Two_hundred_that_say_nothing_hold_up_nobody_though_the_thread_pool_is_blocked()
    {
        const int Items = 100;
        using var freed = new ManualResetEventSlim();
        using var over = new CountdownEvent(Items);
        var blocked = 0;
        var silent = new List<Socket>();
        for (var i = 0; i < Items; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                _ =>
                {
                    Interlocked.Increment(ref blocked);
                    freed.Wait();
                    over.Signal();
                },
                null);
        }

        try
        {
            SpinWait.SpinUntil(() => Volatile.Read(ref blocked) >= Environment.ProcessorCount);
            for (var i = 0; i < 200; i++)
            {
                silent.Add(Open());
            }

            // Refusing all that came before one after the other, each in its fifteen seconds, would take most of an hour;
            // so many at a time as may be about, 45 seconds.
            using var socket = ConnectingSocket.Connect(
                HubAddress.ParseTarget(_listener.Address), HandshakeKey.Random(_key), TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken, out _);
            Assert.Contains("more wanted to come", Logged(), StringComparison.Ordinal);
        }
        finally
        {
            freed.Set();
            silent.ForEach(static socket => socket.Dispose());
            over.Wait(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public void Unproven_connections_are_bounded_and_have_no_threads()
    {
        var silent = new List<Socket>();
        var threads = ConnectionThreads();
        for (var i = 0; i < ListenerSocket.MostUnproven; i++)
        {
            silent.Add(Open());
            silent[^1].Send("P"u8);
        }

        // It is let in after all of them: so they have been let in, too.
        ConnectingSocket.Connect(
            HubAddress.ParseTarget(_listener.Address), HandshakeKey.Random(_key), s_patience, TestContext.Current.CancellationToken, out _).Dispose();
        Assert.InRange(ConnectionThreads() - threads, -1000, ListenerSocket.MostUnproven / 2);
        silent.ForEach(static socket => socket.Dispose());
    }

    /// <summary>How many threads serve a connection; where threads' names can't be seen, how many there are: other tests run beside this one.</summary>
    private static int ConnectionThreads() => OperatingSystem.IsLinux()
        ? Directory.EnumerateDirectories("/proc/self/task").Count(static task => NameOf(task) == "connection")
        : Process.GetCurrentProcess().Threads.Count;

    private static string NameOf(string task)
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "comm")).Trim();
        }
        catch (IOException)
        {
            // It has ended since.
            return string.Empty;
        }
    }

    [Fact]
    public void A_passphrase_is_stretched_once_and_a_wrong_one_refused()
    {
        var secret = Guid.NewGuid().ToByteArray();
        using var listener = HubListener.Start(new ListenerSettings(null, HandshakeKey.Passphrase(secret).ForListener()), _log.Add);
        using var user = ConnectedHubPort.Connect(listener.Address, HandshakeKey.Passphrase(secret), null, "user", s_patience);
        ProcEvent.Create(user).Set();
        Assert.Same(user, ConnectedHubPort.Connect(listener.Address, HandshakeKey.Passphrase(secret), null, "user", s_patience));
        Assert.Throws<AuthenticationException>(() => ConnectedHubPort.Connect(listener.Address, HandshakeKey.Passphrase("x"u8), null, "thief", s_patience));

        // To come again with the key stretched is nothing that is refused.
        Assert.Contains("doesn't know the key", Logged(), StringComparison.Ordinal);
        Assert.Empty(_log);
    }

    [Fact]
    public void Threads_that_connect_at_once_share_one_connection()
    {
        using var listener = HubListener.Start(Settings(null), _log.Add);
        using var start = new Barrier(8);
        var ports = new ConnectedHubPort[start.ParticipantCount];
        var threads = Enumerable.Range(0, ports.Length).Select(place => new Thread(() =>
        {
            start.SignalAndWait();
            ports[place] = place % 2 == 0
                ? ConnectedHubPort.Connect(listener.Address, HandshakeKey.Random(_key), null, "user", s_patience)
                : ConnectedHubPort.Open(listener.Address, _key, "user");
        })).ToList();
        threads.ForEach(static thread => thread.Start());
        threads.ForEach(static thread => thread.Join());
        ProcEvent.Create(ports[1]).Set();
        Assert.All(ports, port => Assert.Same(ports[0], port));
        ports[0].Dispose();
    }

    [Fact]
    public void A_connection_that_was_closed_is_given_to_nobody()
    {
        using var listener = HubListener.Start(Settings(null), _log.Add);
        for (var i = 0; i < 20; i++)
        {
            using var port = ConnectedHubPort.Connect(listener.Address, HandshakeKey.Random(_key), null, "user", s_patience);
            ProcEvent.Create(port).Set();
        }
    }

    [Fact]
    public void A_manager_that_does_not_answer_holds_up_nobody_who_gets_a_handle()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var port = ConnectedHubPort.Open(HubAddress.Format(silent.LocalEndpoint), _key, "user");
        var isSet = (ProcEvent)HubKinds.Open(port, HubObjectKind.Event, 1, null)!;
        Assert.False(isSet.Wait(0.001));
        var waiting = Task.Run(isSet.Wait);
        silent.AcceptSocket().Dispose();
        Assert.Contains("can't be reached", Assert.Throws<ObjectGoneException>(waiting.GetAwaiter().GetResult).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tcp:0.0.0.0:0")]
    [InlineData("tcp:[::]:0")]
    [InlineData("tcp:[::ffff:10.0.0.1]:0")]
    [InlineData("tls:127.0.0.1:0")]
    public void Without_a_certificate_it_does_not_listen_where_others_could_read(string address) =>
        Assert.Throws<InsecureAddressException>(() => HubListener.Start(Settings(address), _log.Add));

    [Theory]
    [InlineData("tcp:localhost:0")]
    [InlineData("tcp:127.8.9.10:0")]
    [InlineData("tcp:[::ffff:127.0.0.1]:0")]
    public void Names_and_forms_of_the_loopback_are_local(string address)
    {
        using var listener = HubListener.Start(Settings(address), _log.Add);
        using var user = ConnectedHubPort.Connect(listener.Address, HandshakeKey.Random(_key), null, "user", s_patience);
        ProcEvent.Create(user).Set();
    }

    [Fact]
    public void A_peer_of_tcp_is_asked_whether_it_is_there()
    {
        using var connected = new BlockingCollection<Socket>();
        using var listener = ListenerSocket.Open(Settings("tcp:127.0.0.1:0"), "test", _log.Add);
        listener.Start(connected.Add);
        using var socket = ConnectingSocket.Connect(
            HubAddress.ParseTarget(listener.Address), HandshakeKey.Random(_key), s_patience, TestContext.Current.CancellationToken, out _);
        Assert.True(connected.TryTake(out var accepted, TimeSpan.FromSeconds(60)));
        using (accepted)
        {
            Assert.All([socket, accepted], static end =>
            {
                Assert.NotEqual(0, end.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive));
                Assert.Equal(30, end.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime));
                if (OperatingSystem.IsLinux())
                {
                    // TCP_USER_TIMEOUT.
                    var time = new byte[sizeof(int)];
                    end.GetRawSocketOption(6, 18, time);
                    Assert.Equal(60_000, BitConverter.ToInt32(time));
                }
            });
        }
    }

    [Fact]
    public void A_pipe_that_can_t_be_used_over_tcp_takes_no_connection_along()
    {
        using var listener = HubListener.Start(Settings("tcp:127.0.0.1:0"), _log.Add);
        using var user = ConnectedHubPort.Connect(listener.Address, HandshakeKey.Random(_key), null, "user", s_patience);
        var (end, _) = ProcPipe.Create(user);

        // With time for the answer: without any it is false on a crowded machine.
        Assert.Contains("over TCP", Assert.Throws<ArgumentException>(() => end.Poll(s_patience, CancellationToken.None)).Message, StringComparison.Ordinal);
        ProcEvent.Create(user).Set();
    }

    [Fact]
    public void It_listens_on_the_loopback_when_asked_to()
    {
        using var listener = HubListener.Start(Settings("tcp:127.0.0.1:0"), _log.Add);
        Assert.NotEqual(0, ((IPEndPoint)HubAddress.Parse(listener.Address)).Port);
        using var user = ConnectedHubPort.Connect(listener.Address, HandshakeKey.Random(_key), null, "user", s_patience);
        ProcEvent.Create(user).Set();
    }

    [Fact]
    public void When_the_listener_s_process_goes_its_handles_say_so()
    {
        var door = ProcEvent.Create(_user);
        _user.Dispose();
        Assert.True(SpinWait.SpinUntil(() => !_user.IsConnected, s_patience));
        Assert.Throws<ObjectGoneException>(() => door.Set());
    }

    private ListenerSettings Settings(string? address) => new(address, HandshakeKey.Random(_key).ForListener());

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
            _channel.Send(MessageKind.Notice, HubProtocol.NoticeId, HubRouter.Opened(77, 1, "raw", carriesDescriptors: true).Memory);
            _channel.Send(MessageKind.Request, 1, Request(HubOperation.Create, 0).Byte((byte)HubObjectKind.Lock).Text(name).Flag(false).Memory);
            return Answer().Int64();
        }

        internal void Enter(long id)
        {
            _channel.Send(MessageKind.Request, 2, Request(HubOperation.Enter, id).Memory);
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
