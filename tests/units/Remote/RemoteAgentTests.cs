using System.Diagnostics;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Remote;
using ProcConcurrency.Units.Channels;
using Xunit;

namespace ProcConcurrency.Units.Remote;

/// <summary>An agent in this process, whose children are shells that run a script.</summary>
public sealed class RemoteAgentTests : IDisposable
{
    private const string Script = "SCRIPT";
    private const string Shortage = "none is left";
    private readonly StreamPair _line = new(direct: true);
    private readonly HeardMessages _owner = new();
    private readonly Relay _relay;
    private readonly Thread _agent;

    public RemoteAgentTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Its children are shells.");
        _relay = new Relay(_line.Near, _owner, TimeSpan.FromSeconds(60));
        Background.Start("session", _relay.ReadToEnd);
        _agent = Background.Start("agent", () => RemoteAgent.Run(_line.Far, _line.Far, static (launch, others) =>
            launch.Environment[Script] == Shortage ? throw new ShortageException(Shortage) : new LaunchSettings("/bin/sh", ["-c", launch.Environment[Script]!], launch.WorkingDirectory ?? "/", new Dictionary<string, string?> { ["OTHERS"] = $"{others}" })));
        Assert.Equal(RelayProtocol.Hello, _owner.Next().Id);
    }

    public void Dispose()
    {
        _relay.Dispose();
        _agent.Join();
        _line.Dispose();
    }

    [Fact]
    public void What_a_child_has_said_comes_though_it_takes_no_more()
    {
        // More than the window, and than what the agent may have read beyond it: the last of it is in the child's socket when it is gone.
        // What it is told then must not cost it that. In large blocks, of which a socket holds three for sure.
        const int Block = 32 * 1024;
        const int Blocks = (RelayProtocol.Window / Block) + 3;
        const int Length = Blocks * Block;
        var stream = _relay.Open(RelayProtocol.ChannelOf(1));
        Start(1, $"dd if=/dev/zero bs={Block} count={Blocks} 2>/dev/null >&3");
        Assert.Equal((RelayProtocol.Exited, 0), Exit());
        for (var i = 0; i < 3; i++)
        {
            stream.Write("told"u8);
            Thread.Sleep(50);
        }

        var buffer = new byte[100_000];
        var total = 0;
        while (stream.Read(buffer) is > 0 and var read)
        {
            total += read;
        }

        Assert.Equal(Length, total);
    }

    [Fact]
    public void A_child_hears_and_is_heard_and_its_output_is_its_own_stream()
    {
        var (stream, output) = (_relay.Open(RelayProtocol.ChannelOf(1)), _relay.Open(RelayProtocol.OutputOf(1)));
        Start(1, "read line <&3; echo \"got $line\" >&3; echo printed; exit 7");
        stream.Write("hello\n"u8);
        Assert.Equal("got hello\n", new StreamReader(stream).ReadToEnd());
        Assert.Equal("printed\n", new StreamReader(output).ReadToEnd());
        Assert.Equal((RelayProtocol.Exited, 7), Exit());
    }

    // A child's start depends on it, and the agent's session has no children that could be counted.
    [Fact]
    public void How_many_there_are_is_counted_where_they_run()
    {
        var (first, second) = (_relay.Open(RelayProtocol.OutputOf(1)), _relay.Open(RelayProtocol.OutputOf(2)));
        Start(1, "echo $OTHERS; sleep 1000");
        Start(2, "echo $OTHERS");
        Assert.Equal("0", new StreamReader(first).ReadLine());
        Assert.Equal("1", new StreamReader(second).ReadLine());
    }

    [Fact]
    public void One_is_killed_with_all_below_it()
    {
        var output = _relay.Open(RelayProtocol.OutputOf(1));
        Start(1, "sleep 1000 & echo $!; wait");
        var below = int.Parse(new StreamReader(output).ReadLine()!, System.Globalization.CultureInfo.InvariantCulture);
        _relay.TryPost(MessageKind.Notice, RelayProtocol.Signal, new PayloadWriter().Flag(true).Int32(1).Int32(1).Written, isInOrder: true);
        Assert.Equal((RelayProtocol.Exited, -9), Exit());
        SpinWait.SpinUntil(() => !IsAlive(below), TimeSpan.FromSeconds(30));
        Assert.False(IsAlive(below));
    }

    [Fact]
    public void One_that_is_not_wanted_any_more_is_ended_though_it_was_only_being_started()
    {
        _relay.Post(MessageKind.Request, RelayProtocol.Spawn, RemoteLaunch.Encode(1, Launch("sleep 1000")));
        _relay.TryPost(MessageKind.Notice, RelayProtocol.Signal, new PayloadWriter().Flag(true).Int32(1).Int32(1).Written, isInOrder: true);
        Assert.Equal(RelayProtocol.Spawn, _owner.Next().Id);
        Assert.Equal((RelayProtocol.Exited, -9), Exit());
    }

    [Fact]
    public void Why_one_is_not_started_is_told() => Refused(Launch("true") with { WorkingDirectory = "/no/such/folder" }, false, "/no/such/folder");

    [Fact]
    public void Whether_it_may_be_soon_is_told() => Refused(Launch(Shortage), true, Shortage);

    [Fact]
    public void All_are_ended_with_the_line()
    {
        var id = Start(1, "trap '' TERM; sleep 1000");
        _relay.Dispose();
        _agent.Join();
        Assert.False(IsAlive(id));
    }

    private static LaunchSettings Launch(string script) => RemoteLaunch.Settings(null, new Dictionary<string, string?> { [Script] = script });

    private static bool IsAlive(int processId)
    {
        try
        {
            return !Process.GetProcessById(processId).HasExited && !File.ReadAllText($"/proc/{processId}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (Exception error) when (error is ArgumentException or IOException)
        {
            return false;
        }
    }

    private void Refused(LaunchSettings launch, bool isShortage, string why)
    {
        _relay.Post(MessageKind.Request, RelayProtocol.Spawn, RemoteLaunch.Encode(1, launch));
        var (kind, id, payload) = _owner.Next();
        Assert.Equal((MessageKind.Fault, RelayProtocol.Spawn), (kind, id));
        var reader = new PayloadReader(payload);
        Assert.Equal(1, reader.Int32());
        Assert.False(reader.Flag());
        Assert.Equal(isShortage, reader.Flag());
        Assert.Contains(why, reader.Text(), StringComparison.Ordinal);
    }

    private int Start(int number, string script)
    {
        _relay.Post(MessageKind.Request, RelayProtocol.Spawn, RemoteLaunch.Encode(number, Launch(script)));
        var (kind, id, payload) = _owner.Next();
        Assert.Equal((MessageKind.Answer, RelayProtocol.Spawn), (kind, id));
        var reader = new PayloadReader(payload);
        Assert.Equal(number, reader.Int32());
        return reader.Int32();
    }

    private (uint Id, int Code) Exit()
    {
        var (_, id, payload) = _owner.Next();
        var reader = new PayloadReader(payload);
        _ = reader.Int32();
        return (id, reader.Int32());
    }
}
