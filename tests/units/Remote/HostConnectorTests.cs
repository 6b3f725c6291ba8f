using System.Runtime.InteropServices;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Processes;
using ProcConcurrency.Runtime.Remote;
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
