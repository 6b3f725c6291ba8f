using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using ProcConcurrency.Runtime.Processes;
using ProcConcurrency.Runtime.Remote;
using Xunit;

namespace ProcConcurrency.Units.Remote;

public sealed class BootstrapTests
{
    [Fact]
    public void The_command_is_short_and_plain_to_every_shell()
    {
        var command = Bootstrap.s_engine.Command(new RemoteTarget("h"), Bootstrap.NewMarker());
        Assert.True(command.Length < 1000, $"{command.Length} characters");
        Assert.Matches("^pwsh [A-Za-z0-9+/= -]+$", command);
        Assert.StartsWith(
            "\"/opt/power shell/pwsh\" -NoProfile",
            Bootstrap.s_engine.Command(new RemoteTarget("h") { EnginePath = "/opt/power shell/pwsh" }, "x"), StringComparison.Ordinal);
        command = Bootstrap.s_shell.Command(new RemoteTarget("h"), Bootstrap.NewMarker());
        Assert.Matches("^sh -c '[^'!]+'$", command);
    }

    // One line, for stage 0 reads one; a path means itself, whatever is in it.
    [Fact]
    public void Stage_one_for_sh_is_a_line()
    {
        Assert.SkipUnless(File.Exists(Path.Combine(AppContext.BaseDirectory, "ProcConcurrency.dll")), "The module is not beside the tests.");
        var text = Encoding.UTF8.GetString(Bootstrap.s_shell.Stage1(new RemoteTarget("h") { EnginePath = "/o'p/$x `y`/pwsh" }, "Linux x86_64", out var parcel));
        Assert.Equal(text.Length - 1, text.IndexOf('\n', StringComparison.Ordinal));
        Assert.StartsWith(@"_e='/o'\''p/$x `y`/pwsh';", text, StringComparison.Ordinal);
        Assert.Contains(parcel.Key, text, StringComparison.Ordinal);
        Assert.Contains($"'{parcel.Files[0].Hash}  bin/ProcConcurrency.dll'", text, StringComparison.Ordinal);
        Assert.True(Assert.Throws<RemoteHostException>(() => Bootstrap.s_shell.Stage1(new RemoteTarget("h"), "MINGW64_NT-10.0-22631 x86_64", out _)).IsOfBootstrap);
        Assert.StartsWith("_e=$HOME/'bin/pwsh';", Encoding.UTF8.GetString(Bootstrap.s_shell.Stage1(new RemoteTarget("h") { EnginePath = "~/bin/pwsh" }, "x", out _)), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_connection_has_a_marker_of_its_own() => Assert.NotEqual(Bootstrap.NewMarker(), Bootstrap.NewMarker());

    [Theory]
    [InlineData("7.6.9:linux-x64", "7.6.9", "linux-x64")]
    [InlineData("7.5.0-preview.3:win-arm64\r", "7.5.0", "win-arm64")]
    [InlineData("7.4.1+abc:osx-x64", "7.4.1", "osx-x64")]
    [InlineData("what:linux-x64", null, "linux-x64")]
    [InlineData("", null, "")]
    public void A_hello_is_read(string line, string? version, string platform)
    {
        var hello = EngineBootstrap.ReadHello(line);
        Assert.Equal((version, platform), (hello.Version?.ToString(), hello.Platform));
    }

    [Fact]
    public void What_PowerShell_says_is_told_as_text()
    {
        const string Said = "Warning: banner\n#< CLIXML\n<Objs Version=\"1.1.0.1\"><S S=\"Error\">_x001B_[31;1mpwsh: _x001B_[0mThe term 'x' &amp; co_x000D__x000A_</S><S S=\"Error\">is not known._x000A_</S></Objs>";
        Assert.Equal("Warning: banner pwsh: The term 'x' & co is not known.", SshWords.LastOf(Said));
        Assert.Equal("one two", SshWords.LastOf("one\r\n\ttwo\n"));
        Assert.StartsWith("… ", SshWords.LastOf(new string('x', 10_000)), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_that_a_host_says_means_anything_to_a_terminal()
    {
        const string Said = "a \u001B]0;title\u0007b\u009B31m c\u007F\u202Ed\0 &#27;[2J";
        Assert.Equal("a ]0;title b 31m c d &#27;[2J", SshWords.Of(Said));
        Assert.Equal(SshWords.Of(Said), SshWords.LastOf(Said));
        Assert.Equal("red [31m", SshWords.LastOf("#< CLIXML <S S=\"Error\">red&#27;[31m</S>"));
        Assert.Equal(602, SshWords.Of(new string('x', 10_000)).Length);
        Assert.EndsWith("x …", SshWords.Of(new string('x', 10_000)), StringComparison.Ordinal);
        var error = Assert.Throws<RemoteHostException>(() => Bootstrap.s_engine.Stage1(new RemoteTarget("far"), "7.2\u001B[2J:linux-x64", out _));
        Assert.Equal(RemoteHostFault.EngineTooOld, error.Fault);
        Assert.DoesNotContain('\u001B', error.Message);
        error = Assert.Throws<RemoteHostException>(() => Bootstrap.s_shell.Stage1(new RemoteTarget("far"), "CYGWIN_NT-10.0\u001B[2J", out _));
        Assert.DoesNotContain('\u001B', error.Message);
    }

    [Fact]
    public void A_parcel_brings_files_whose_hashes_are_theirs()
    {
        Assert.SkipUnless(File.Exists(Path.Combine(AppContext.BaseDirectory, "ProcConcurrency.dll")), "The module is not beside the tests.");
        foreach (var platform in new[] { System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier, "of-another-kind" })
        {
            var parcel = Parcel.For(platform);
            Assert.Equal("bin/ProcConcurrency.dll", parcel.Files[0].Name);
            using var archive = new TarReader(new GZipStream(new MemoryStream(parcel.Packed), CompressionMode.Decompress));
            foreach (var file in parcel.Files)
            {
                var entry = archive.GetNextEntry(copyData: true)!;
                Assert.Equal(file.Name, entry.Name);
                Assert.Equal(file.Hash, Convert.ToHexString(SHA256.HashData(entry.DataStream!)), ignoreCase: true);
            }

            Assert.Null(archive.GetNextEntry());
        }
    }

    [Fact]
    public void Host_keys_are_nowhere_switched_off()
    {
        string[] files =
        [
            .. Conventions.Repository.Files(string.Empty, string.Empty).Where(static file => !file.EndsWith(nameof(BootstrapTests) + ".cs", StringComparison.Ordinal)),
            ".ci/run",
        ];
        Assert.All(files, static file => Assert.DoesNotMatch("(?i)StrictHostKeyChecking['\"\\s]*[=\\s]['\"\\s]*(no|off|accept-new)\\b", Conventions.Repository.Read(file)));
    }
}
