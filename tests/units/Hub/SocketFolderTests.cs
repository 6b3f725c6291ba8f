using System.Runtime.Versioning;
using ProcConcurrency.Runtime.Hub;
using Xunit;

namespace ProcConcurrency.Units.Hubs;

[UnsupportedOSPlatform("windows")]
public sealed class SocketFolderTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("folder-test-").FullName;

    public SocketFolderTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has one temporary folder.");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void The_first_place_that_can_have_it_has_it()
    {
        var file = Path.Combine(_root, "file");
        File.WriteAllText(file, "");
        var deep = Directory.CreateDirectory(Path.Combine(_root, new string('x', 120))).FullName;
        var folder = SocketFolder.Create("hub", ["", null, Path.Combine(_root, "gone"), file, deep, _root + "/", "/"]);
        Assert.Equal(_root, Path.GetDirectoryName(folder));
        Assert.True(SocketFolder.IsOne(folder));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        Assert.Empty(Directory.EnumerateFileSystemEntries(deep));
    }

    [Fact]
    public void Where_there_is_none_each_place_is_named()
    {
        var deep = Path.Combine(_root, new string('x', 120));
        var gone = Path.Combine(_root, "gone");
        var error = Assert.Throws<IOException>(() => SocketFolder.Create("hub", [gone, deep, gone + "/"]));
        Assert.Contains($"'{gone}': No such file", error.Message, StringComparison.Ordinal);
        Assert.Contains($"'{deep}' is longer", error.Message, StringComparison.Ordinal);
        Assert.Contains("TMPDIR", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_path_of_the_greatest_length_can_be_listened_on(int more)
    {
        // The folder's own name, the socket's, and two separators.
        var place = Path.Combine(_root, new string('y', HubAddress.MaxPath - _root.Length - 1 - "procconcurrency-XXXXXX".Length - "hub".Length - 2 + more));
        Directory.CreateDirectory(place);
        var folder = SocketFolder.Create("hub", [place, _root]);
        Assert.Equal(more == 0 ? place : _root, Path.GetDirectoryName(folder));
        var endpoint = HubAddress.Parse(Path.Combine(folder, "hub"));
        using var socket = HubAddress.CreateSocket(endpoint);
        socket.Bind(endpoint);
    }
}
