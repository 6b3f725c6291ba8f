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

    public RemoteHostTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Its line is a pair of Unix domain sockets.");
        _agent = new Relay(_line.Far, _heard, TimeSpan.FromSeconds(60));
        Background.Start("agent", _agent.ReadToEnd);
        _agent.TryPost(MessageKind.Notice, RelayProtocol.Hello, new PayloadWriter().Int32(2).Written);
        var ssh = new SpawnedProcess(0, _line.Near, _words.Near, _sshGone.Task);
        _host = new RemoteHost(new RemoteTarget("far"), ssh, new OutputCapture(_words.Near, null), TimeSpan.FromSeconds(60));
        _host.Begin(CancellationToken.None);
    }

    public void Dispose()
    {
        _sshGone.SetResult(new ExitStatus(0));
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
}
