using System.Runtime.Versioning;
using ProcConcurrency.Runtime.Hub;
using Xunit;

namespace ProcConcurrency.Units.Hubs;

[UnsupportedOSPlatform("windows")]
public sealed class SocketFolderTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly string _root = Directory.CreateTempSubdirectory("folder-test-").FullName;

    public SocketFolderTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has one temporary folder.");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void The_first_place_that_can_have_it_has_it()
    {
        var file = Path.Combine(_root, "file");
        File.WriteAllText(file, "");
        var deep = Directory.CreateDirectory(Path.Combine(_root, new string('x', 120))).FullName;
        using var folder = SocketFolder.Create("hub", ["", null, Path.Combine(_root, "gone"), file, deep, _root + "/", "/"]);
        Assert.Equal(_root, Path.GetDirectoryName(folder.FullName));
        Assert.Equal(Private, File.GetUnixFileMode(folder.FullName));
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
        using var folder = SocketFolder.Create("hub", [place, _root]);
        Assert.Equal(more == 0 ? place : _root, Path.GetDirectoryName(folder.FullName));
        var endpoint = HubAddress.Parse(Path.Combine(folder.FullName, "hub"));
        using var socket = HubAddress.CreateSocket(endpoint);
        socket.Bind(endpoint);
    }

    [Fact]
    public void Folders_of_killed_sessions_go_when_one_is_made_and_no_others()
    {
        using var alive = SocketFolder.Create("hub", [_root]);
        Age(alive.FullName);
        var left = Leave("left");
        File.WriteAllText(Path.Combine(left, "pipe"), "");
        var kept = new[] { Leave("new", isOld: false), Leave("open", Private | UnixFileMode.OtherExecute), Leave("none") };
        File.Delete(Path.Combine(kept[2], "lock"));
        var elsewhere = Leave("elsewhere", name: "other-");
        Directory.CreateSymbolicLink(Path.Combine(_root, "procconcurrency-link00"), elsewhere);

        using var folder = SocketFolder.Create("hub", [_root]);
        Assert.False(Directory.Exists(left));
        Assert.Equal(
            [.. new[] { alive.FullName, folder.FullName, elsewhere, Path.Combine(_root, "procconcurrency-link00") }.Concat(kept).Order(StringComparer.Ordinal)],
            Directory.GetDirectories(_root).Order(StringComparer.Ordinal));
        Assert.Single(Directory.GetFiles(elsewhere));
    }

    [Fact]
    public void Nobody_minds_where_others_take_them_away_at_once()
    {
        for (var i = 0; i < 100; i++)
        {
            Leave($"{i:000000}");
        }

        var made = Enumerable.Range(0, 8).AsParallel().WithDegreeOfParallelism(8).Select(_ => SocketFolder.Create("hub", [_root])).ToArray();
        Assert.All(made, static folder => Assert.True(File.Exists(Path.Combine(folder.FullName, "lock"))));
        Array.ForEach(made, static folder => folder.Dispose());
    }

    private string Leave(string end, UnixFileMode mode = Private, bool isOld = true, string name = "procconcurrency-")
    {
        var folder = Directory.CreateDirectory(Path.Combine(_root, name + end), mode).FullName;
        File.SetUnixFileMode(folder, mode);
        File.WriteAllText(Path.Combine(folder, "lock"), "");
        if (isOld)
        {
            Age(folder);
        }

        return folder;
    }

    private static void Age(string folder) => File.SetLastWriteTimeUtc(Path.Combine(folder, "lock"), DateTime.UtcNow.AddMinutes(-1));
}
