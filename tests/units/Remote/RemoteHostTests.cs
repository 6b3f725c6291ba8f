using System.Runtime.InteropServices;
using System.Text;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Processes;
using ProcConcurrency.Runtime.Remote;
using ProcConcurrency.Units.Channels;
using Xunit;

namespace ProcConcurrency.Units.Remote;

/// <summary>A host whose agent, this test, says that it is there, and then what the test says.</summary>
public sealed class RemoteHostTests : IDisposable
{
    private readonly StreamPair _line = new(direct: true);
    private readonly StreamPair _words = new(direct: true);
    private readonly TaskCompletionSource<ExitStatus> _sshGone = new();
    private readonly HeardMessages _heard = new();
    private readonly Relay _agent;
    private readonly RemoteHost _host;
    private readonly Line _near;

    public RemoteHostTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Its line is a pair of Unix domain sockets.");
        _agent = new Relay(_line.Far, _heard, TimeSpan.FromSeconds(60));
        Background.Start("agent", _agent.ReadToEnd);
        _agent.TryPost(MessageKind.Notice, RelayProtocol.Hello, new PayloadWriter().Int32(2).Written);
        _near = new Line(_line.Near);
        var ssh = new SpawnedProcess(0, _near, _words.Near, _sshGone.Task);
        var errors = new OutputCapture(_words.Near, null);
        _words.Far.Write("A warning of the login shell.\n"u8);
        Assert.True(SpinWait.SpinUntil(() => errors.Tail.Length > 0, TimeSpan.FromSeconds(60)));
        _host = new RemoteHost(new RemoteTarget("far"), ssh, errors, TimeSpan.FromSeconds(60));
        _host.Begin(CancellationToken.None);
    }

    public void Dispose()
    {
        _sshGone.TrySetResult(new ExitStatus(0));
        _words.Far.Dispose();
        _host.Close();
        _agent.Dispose();
        _line.Dispose();
        _words.Dispose();
    }

    [Fact]
    public void A_child_that_nobody_wants_any_more_keeps_no_connection_though_its_start_is_not_answered()
    {
        using var canceled = new CancellationTokenSource();
        var spawn = Task.Run(() => _host.Spawn(RemoteLaunch.Settings(null, new Dictionary<string, string?>()), canceled.Token));
        Assert.Equal(RelayProtocol.Spawn, _heard.Next().Id);
        Assert.False(_host.TryRetire());
        canceled.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => spawn.GetAwaiter().GetResult());
        Assert.Equal(RelayProtocol.Signal, _heard.Next().Id);
        Assert.True(_host.TryRetire());
    }

    [Fact]
    public void The_connection_stays_until_all_has_come_that_a_child_wrote_which_has_ended()
    {
        var spawn = Task.Run(() => _host.Spawn(RemoteLaunch.Settings(null, new Dictionary<string, string?>()), CancellationToken.None));
        var number = new PayloadReader(_heard.Next().Payload).Int32();
        var (channel, output) = (_agent.Open(RelayProtocol.ChannelOf(number)), _agent.Open(RelayProtocol.OutputOf(number)));
        _agent.TryPost(MessageKind.Answer, RelayProtocol.Spawn, new PayloadWriter().Int32(number).Int32(1).Written);
        var child = spawn.GetAwaiter().GetResult();

        // More than goes before it is read.
        var written = new byte[2 * RelayProtocol.Window];
        var writer = Background.Start("child", () =>
        {
            output.Write(written);
            output.Dispose();
            channel.Dispose();
        });
        _agent.TryPost(MessageKind.Notice, RelayProtocol.Exited, new PayloadWriter().Int32(number).Int32(0).Written);
        child.Exited.Wait(TestContext.Current.CancellationToken);
        Assert.False(_host.TryRetire());
        child.Output.ReadExactly(new byte[written.Length]);
        Assert.Equal(0, child.Output.Read(new byte[1]));
        writer.Join();
        child.Output.Dispose();
        Assert.False(_host.TryRetire());
        child.Channel.Dispose();
        Assert.True(_host.TryRetire());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_line_that_breaks_while_a_child_is_started_is_the_hosts_fault(bool isShortage)
    {
        // Nothing has been read of its end.
        _near.Failure = isShortage ? new ShortageException("No buffers.") : new IOException("Broken pipe.");
        var error = Assert.Throws<RemoteHostException>(() => _host.Spawn(RemoteLaunch.Settings(null, new Dictionary<string, string?>()), CancellationToken.None));
        Assert.Equal(RemoteHostFault.Unreachable, error.Fault);
        Assert.Equal(isShortage, ShortageException.IsBehind(error));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_refusal_says_whether_it_is_for_a_shortage(bool isShortage)
    {
        var spawn = Task.Run(() => _host.Spawn(RemoteLaunch.Settings(null, new Dictionary<string, string?>()), CancellationToken.None));
        var number = new PayloadReader(_heard.Next().Payload).Int32();
        _agent.TryPost(MessageKind.Fault, RelayProtocol.Spawn, new PayloadWriter().Int32(number).Flag(false).Flag(isShortage).Text("none\u001B[2J is left").Written);
        var error = Assert.Throws<RemoteHostException>(() => spawn.GetAwaiter().GetResult());
        Assert.Equal(RemoteHostFault.StartFailed, error.Fault);
        Assert.Equal("No process could be started on 'far': none [2J is left.", error.Message);
        Assert.Equal(isShortage, ShortageException.IsBehind(error));
    }

    [Fact]
    public void A_machine_is_not_given_up_for_a_shortage()
    {
        using var throttle = Places.ForHosts(1);
        using var set = new HostSet([null], 1, throttle);
        Refuse(new ShortageException("none is left"));
        Refuse(null);
        Assert.Throws<RemoteHostException>(() => set.TakePlace(TestContext.Current.CancellationToken));

        void Refuse(Exception? inner)
        {
            var place = set.TakePlace(TestContext.Current.CancellationToken);
            Assert.Throws<RemoteHostException>(() => place.Start(
                (_, _, _) => throw new RemoteHostException("here", RemoteHostFault.StartFailed, "No process could be started.", inner)));
        }
    }

    [Theory]
    [InlineData(0, null, "The agent on it has ended.")]
    [InlineData(255, null, "ssh ended with exit code 255.")]
    [InlineData(255, "Broken pipe", "ssh ended with exit code 255. ssh said: Broken pipe")]
    public void A_loss_says_the_reason_and_what_was_said_since_the_agent_was_there(int code, string? said, string told)
    {
        _words.Far.Write(Encoding.UTF8.GetBytes(said ?? string.Empty));
        _sshGone.SetResult(new ExitStatus(code));
        _agent.Dispose();
        _host.Closed.Wait(TestContext.Current.CancellationToken);
        Assert.Equal($"The connection to 'far' was lost. {told}", _host.Loss);
    }

    [Fact]
    public void A_loss_says_why_the_line_was_closed_before_what_was_said()
    {
        _words.Far.Write("Broken pipe"u8);
        _sshGone.SetResult(new ExitStatus(255));
        _agent.TryPost(MessageKind.Notice, RelayProtocol.Signal, new PayloadWriter().Int32(1).Written);
        _host.Closed.Wait(TestContext.Current.CancellationToken);
        Assert.Matches("^The connection to 'far' was lost[.] .*an agent sent.* ssh said: Broken pipe$", _host.Loss);
    }

    /// <summary>A stream that can be written to until the test says otherwise.</summary>
    private sealed class Line(Stream stream) : SequentialStream, INonBlockingWriter
    {
        internal IOException? Failure { get; set; }

        public override bool CanWrite => true;

        public override int Read(byte[] buffer, int offset, int count) => stream.Read(buffer, offset, count);

        public override int Read(Span<byte> buffer) => stream.Read(buffer);

        public override void Write(byte[] buffer, int offset, int count) => stream.Write(buffer, offset, count);

        public override void Write(ReadOnlySpan<byte> buffer) => stream.Write(buffer);

        public int TryWrite(ReadOnlySpan<byte> bytes, SafeHandle? descriptor) =>
            Failure is null ? ((INonBlockingWriter)stream).TryWrite(bytes, descriptor) : throw Failure;

        protected override void Dispose(bool disposing)
        {
            stream.Dispose();
            base.Dispose(disposing);
        }
    }
}
