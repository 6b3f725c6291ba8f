using System.Runtime.InteropServices;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Processes;
using ProcConcurrency.Runtime.Remote;
using ProcConcurrency.Units.Channels;
using Xunit;

namespace ProcConcurrency.Units.Remote;

/// <summary>How a host is connected to. ssh is a script that each test writes.</summary>
[Collection("ssh")]
public sealed class HostConnectorTests : IDisposable
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(8);
    private readonly string? _path = Environment.GetEnvironmentVariable("PATH");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public HostConnectorTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "ssh is a script.");
        Assert.SkipUnless(File.Exists(Path.Combine(AppContext.BaseDirectory, "ProcConcurrency.dll")), "The module is not beside the tests.");
        _ = Parcel.For(RuntimeInformation.RuntimeIdentifier).Packed;
        Environment.SetEnvironmentVariable("PATH", $"{_folder.FullName}:{_path}");
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("PATH", _path);
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void Who_has_waited_for_the_jump_host_and_was_dropped_by_it_comes_again()
    {
        var way = $"proxyjump {Guid.NewGuid()}";
        Ssh($"""
            case "$*" in *-G*) echo '{way}'; exit;; esac
            if [ -e tried ]; then echo 'Permission denied' >&2; else touch tried; echo 'kex_exchange_identification: Connection reset' >&2; fi
            exit 255
            """);
        var jump = ConnectGate.Through(way);
        List<IDisposable> others = [];
        while (jump.TryTake() is { } other)
        {
            others.Add(other);
        }

        // A place is lent for five seconds: its turn comes after its own time would be over.
        var error = Assert.Throws<RemoteHostException>(() =>
            HostConnector.Connect(new RemoteTarget("far") { ConnectTimeout = TimeSpan.FromSeconds(4) }, CancellationToken.None));
        others.ForEach(static other => other.Dispose());
        Assert.Contains("Permission denied", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_files_may_take_longer_than_the_rest_of_a_connection()
    {
        Ssh($"""
            case "$*" in *-G*) exit;; esac
            echo "$*" | sed -n 's/.*\(PRCC[0-9a-f]*\).*/\1:{(OperatingSystem.IsMacOS() ? "Darwin" : "Linux")} {(RuntimeInformation.OSArchitecture != Architecture.Arm64 ? "x86_64" : OperatingSystem.IsMacOS() ? "arm64" : "aarch64")}/p'
            read -r stage
            echo need
            read -r length
            head -c "$length" > /dev/null
            sleep {2 * s_timeout.TotalSeconds}
            echo ready
            echo 'The files are there.' >&2
            exit 255
            """);
        var error = Assert.Throws<RemoteHostException>(() => HostConnector.Connect(new RemoteTarget("far") { ConnectTimeout = s_timeout }, CancellationToken.None));
        Assert.Contains("The files are there.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_time_begins_again_when_the_marker_has_come()
    {
        Ssh($$"""
            case "$*" in *-G*) exit;; esac
            sleep {{0.7 * s_timeout.TotalSeconds}}
            echo "$*" | sed -n 's/.*\(PRCC[0-9a-f]*\).*/\1:Linux/p'
            read -r stage
            sleep {{0.7 * s_timeout.TotalSeconds}}
            echo ready
            echo 'That was all.' >&2
            exit 255
            """);
        Assert.Contains("That was all.", Failure(s_timeout), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ssh_exchange_identification: Connection closed by remote host", true)]
    [InlineData("kex_exchange_identification: Connection closed by remote host", true)]
    [InlineData("Connection timed out during banner exchange", true)]
    [InlineData("Host key verification failed.\nkex_exchange_identification: Connection closed by remote host\nConnection closed by UNKNOWN port 65535", false)]
    [InlineData("/bin/bash: line 1: exec: cloudflared: not found\nkex_exchange_identification: Connection closed by remote host", false)]
    [InlineData("/bin/bash: line 1: /opt/cloudflared: No such file or directory\nkex_exchange_identification: Connection closed by remote host", false)]
    [InlineData("/home/me/.bashrc: line 12: thefuck: command not found\nkex_exchange_identification: Connection closed by remote host", true)]
    [InlineData("/etc/profile.d/x.sh: line 5: /opt/y: No such file or directory\nkex_exchange_identification: Connection closed by remote host", true)]
    [InlineData("nc: getaddrinfo for host \"a\" port 22: Name or service not known\nkex_exchange_identification: Connection closed by remote host", false)]
    [InlineData("no such identity: /home/me/.ssh/old: No such file or directory\nkex_exchange_identification: Connection closed by remote host", true)]
    public void A_host_that_is_busy_is_tried_again_and_one_that_will_not_have_us_is_not(string said, bool isAgain)
    {
        Ssh($"""
            case "$*" in *-G*) echo 'proxycommand exec cloudflared access ssh'; exit;; esac
            if [ -e tried ]; then echo 'The second time.' >&2; else touch tried; echo '{said}' >&2; fi
            exit 255
            """);
        Assert.Contains(isAgain ? "The second time." : said.Split('\n')[0], Failure(TimeSpan.FromSeconds(60)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(30, true, "10")]
    [InlineData(1, true, "1")]
    [InlineData(30, false, "30")]
    public void An_address_that_does_not_answer_leaves_time_for_the_next_one(int seconds, bool isDirect, string ofSsh)
    {
        var target = new RemoteTarget("far") { ConnectTimeout = TimeSpan.FromSeconds(seconds) };
        Ssh(string.Empty);
        Assert.Contains($"ConnectTimeout={ofSsh}", SshCommand.ToRun(target, "x", isDirect ? SshConfiguration.Direct : new("proxyjump far", [])).Arguments);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("ForwardAgent=yes\nPort=22", true)]
    [InlineData("LocalForward=8080 localhost:80", false)]
    [InlineData("User=me\ndynamicforward=1080", false)]
    public void What_is_forwarded_for_who_types_is_not_but_what_is_asked_for_is(string options, bool isCleared)
    {
        Ssh(string.Empty);
        var arguments = SshCommand.ToRun(new RemoteTarget("far") { Options = options }, "x", SshConfiguration.Direct).Arguments.ToList();
        Assert.Equal(isCleared, arguments.Contains("ClearAllForwardings=yes"));

        // ssh takes the first: what is chosen stands before what may be, and behind what has to be.
        var chosen = options.Length == 0 ? arguments.IndexOf("-T") : arguments.IndexOf(options.Split('\n')[^1]);
        Assert.InRange(chosen, arguments.IndexOf("ControlMaster=no") + 1, arguments.IndexOf("BatchMode=yes") - 1);
    }

    [Fact]
    public void A_folder_that_can_not_be_used_is_no_reason_not_to_connect()
    {
        Ssh("""
            case "$*" in *-G*) exit;; esac
            echo 'It was started.' >&2
            exit 255
            """);
        var error = Assert.Throws<RemoteHostException>(() => HostConnector.Connect(new RemoteTarget("far") { Folder = "/no/such/folder" }, CancellationToken.None));
        Assert.Contains("It was started.", error.Message, StringComparison.Ordinal);
        var settings = SshCommand.ToRun(new RemoteTarget("far"), "x", SshConfiguration.Direct) with { WorkingDirectory = "/no/such/folder" };
        var process = SshCommand.Start(settings);
        Assert.Equal(255, process.Exited.GetAwaiter().GetResult().Code);
        process.Channel.Dispose();
        process.Output.Dispose();
    }

    [Fact]
    public void A_line_that_ends_whenever_it_is_there_is_an_error_at_last()
    {
        // What an agent says at its beginning, and no more.
        using (var line = new StreamPair(direct: true))
        using (var agent = new Relay(line.Far, new HeardMessages(), TimeSpan.FromSeconds(60)))
        {
            agent.Post(MessageKind.Notice, RelayProtocol.Hello, new PayloadWriter().Int32(1).Written);
            var hello = new byte[256];
            File.WriteAllBytes(Path.Combine(_folder.FullName, "hello"), hello[..line.Near.Read(hello, 0, hello.Length)]);
        }

        Ssh($"""
            case "$*" in *-G*) exit;; esac
            echo "$*" | sed -n 's/.*\(PRCC[0-9a-f]*\).*/\1:Linux/p'
            read -r stage
            echo ready
            cat hello
            echo 'That was all.' >&2
            exit 255
            """);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        RemoteHostException? error = null;
        while (error is null)
        {
            try
            {
                // Who is quick enough has it for a moment.
                RemoteHosts.Acquire(new RemoteTarget("far"), limit.Token).Release();
            }
            catch (RemoteHostException loss)
            {
                error = loss;
            }
        }

        Assert.StartsWith("The connection to 'far' was lost.", error.Message, StringComparison.Ordinal);
    }

    private static string Failure(TimeSpan timeout) =>
        Assert.Throws<RemoteHostException>(() => HostConnector.Connect(new RemoteTarget("far") { ConnectTimeout = timeout }, CancellationToken.None)).Message;

    private void Ssh(string script)
    {
        var path = Path.Combine(_folder.FullName, "ssh");
        File.WriteAllText(path, $"#!/bin/sh\ncd '{_folder.FullName}'\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
