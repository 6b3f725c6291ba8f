using System.Runtime.Versioning;
using ProcConcurrency.Runtime.Native;
using Xunit;

namespace ProcConcurrency.Units.Native;

/// <summary>How a program is started on Linux and macOS: what it inherits, and where it begins.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class UnixPlatformTests
{
    private static readonly Dictionary<string, string?> s_noChanges = [];

    public UnixPlatformTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows starts programs in another way.");

    [Fact]
    public async Task It_inherits_its_channel_and_no_other_descriptor()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && LibC.CanCloseFrom, "Asks /proc; an older library passes on what the tests were started with.");

        // Everything of which the runtime and this test have some.
        using var file = File.OpenRead(typeof(UnixPlatformTests).Assembly.Location);
        using var memory = SharedMemory.Create(64);
        var (near, far) = ParkedSocket.CreatePair();
        using (near)
        using (far)
        {
            var output = await RunAsync(new LaunchSettings("/bin/sh", ["-c", "ls /proc/$$/fd; :"], "/", s_noChanges));
            Assert.Equal("0\n1\n2\n3\n", output);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_leads_a_group_of_its_own_and_a_session_where_it_is_to_have_no_terminal(bool hasNoTerminal)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Asks /proc.");
        var settings = new LaunchSettings("/bin/sh", ["-c", "read -r id name state parent group session rest < /proc/self/stat; echo $((id - group)) $((id - session))"], "/", s_noChanges);
        var ids = (await RunAsync(settings with { HasNoTerminal = hasNoTerminal })).Split();
        Assert.Equal("0", ids[0]);
        Assert.Equal(hasNoTerminal, ids[1] == "0");
    }

    [Fact]
    public async Task Old_glibc_starts_a_program_in_its_directory_by_a_shell_that_becomes_it()
    {
        var directory = Directory.CreateTempSubdirectory("it's \"a\" $folder ");
        try
        {
            var settings = new LaunchSettings("/bin/sh", ["-c", "pwd; echo \"$1\"", "sh", "*"], directory.FullName, s_noChanges);
            var output = await RunAsync(UnixPlatform.ByShell(settings) with { WorkingDirectory = "/" });
            Assert.EndsWith($"{directory.Name}\n*\n", output, StringComparison.Ordinal);
        }
        finally
        {
            directory.Delete();
        }
    }

    [Fact]
    public void Program_that_is_not_there_is_told_before_a_shell_is_started() =>
        Assert.Throws<ProcessStartException>(() => UnixPlatform.ByShell(new LaunchSettings("/nowhere/program", [], "/", s_noChanges)));

    [Fact]
    public void What_it_has_no_right_to_may_be_the_program_or_its_folder()
    {
        var program = Path.GetTempFileName();
        try
        {
            var error = Assert.Throws<ProcessStartException>(() => new UnixPlatform().Spawn(new LaunchSettings(program, [], "/usr", s_noChanges)));
            Assert.Equal($"'{program}' could not be started: it may not be run, or the folder '/usr', where it was to run, may not be entered.", error.Message);
        }
        finally
        {
            File.Delete(program);
        }
    }

    private static async Task<string> RunAsync(LaunchSettings settings)
    {
        var process = new UnixPlatform().Spawn(settings);
        using (process.Channel)
        using (var reader = new StreamReader(process.Output))
        {
            var output = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, (await process.Exited).Code);
            return output;
        }
    }
}
