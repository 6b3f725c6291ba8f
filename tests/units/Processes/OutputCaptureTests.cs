using System.Text;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Processes;
using Xunit;

namespace ProcConcurrency.Units.Processes;

public sealed class OutputCaptureTests
{
    [Fact]
    public void What_a_process_wrote_before_its_end_arrives_though_its_own_child_holds_the_output_open_and_the_receiver_is_slow()
    {
        // More than one read takes, in writes so few that the socket has room for all of them.
        const int Count = 120;
        const string Text = "a line that is long enough for many of them to fill a buffer, with the number";
        var lines = new List<string>();
        var process = Shell($"i=0; while [ $i -lt {Count} ]; do echo {Text} $i; i=$((i+1)); done; sleep 1000 & echo $!");
        using var exited = new ManualResetEventSlim();
        var capture = new OutputCapture(process.Output, line =>
        {
            // Nothing is taken before the process has ended: most of it still lies in the socket then.
            exited.Wait(TestContext.Current.CancellationToken);
            lines.Add(line);
        });
        Wait(process.Exited);
        exited.Set();
        capture.Finish();
        System.Diagnostics.Process.GetProcessById(int.Parse(lines[^1], System.Globalization.CultureInfo.InvariantCulture)).Kill();
        Assert.Equal(Enumerable.Range(0, Count).Select(static i => $"{Text} {i}"), lines.SkipLast(1));
    }

    [Fact]
    public void Text_that_is_no_UTF8_or_ends_within_a_character_has_replacements_there()
    {
        var lines = Capture([.. Encoding.Latin1.GetBytes("été\n"), .. Encoding.UTF8.GetBytes(new string('é', 5000) + "\n"), 0xE2, 0x82]);
        Assert.Equal(["\uFFFDt\uFFFD", new string('é', 5000), "\uFFFD"], lines);
    }

    [Fact]
    public void A_line_without_end_comes_in_parts() => Assert.Equal(
        [64 * 1024, 64 * 1024, 10], Capture(Encoding.ASCII.GetBytes(new string('x', (128 * 1024) + 10))).Select(static line => line.Length));

    [Fact]
    public void A_receiver_that_throws_ends_nothing_and_is_told_once()
    {
        var count = 0;
        var capture = new OutputCapture(new MemoryStream("a\nb\nc\n"u8.ToArray()), _ =>
        {
            count++;
            throw new InvalidOperationException("no room");
        });
        capture.Finish();
        Assert.Equal(3, count);
        Assert.Single(capture.Tail.Split('\n'), static line => line.Contains("no room", StringComparison.Ordinal));
    }

    private static List<string> Capture(byte[] bytes)
    {
        var lines = new List<string>();
        new OutputCapture(new MemoryStream(bytes), lines.Add).Finish();
        return lines;
    }

    private static void Wait(Task task) => Assert.True(task.Wait(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));

    private static SpawnedProcess Shell(string script)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "It runs /bin/sh.");
        return ProcessPlatform.Current.Spawn(new LaunchSettings("/bin/sh", ["-c", script], "/", new Dictionary<string, string?>()));
    }
}
