using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Processes;
using Xunit;

namespace ProcConcurrency.Units.Processes;

public sealed class ReaperTests
{
    [Theory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 3", 3)]
    [InlineData("exit 137", 137)]
    [InlineData("kill -KILL $$", -9)]
    [InlineData("kill -TERM $$", -15)]
    public async Task ExitStatusTellsACodeFromASignal(string script, int code)
    {
        var process = Shell(script);
        Assert.Equal(code, (await Ended(process)).Code);
        Assert.False(Directory.Exists($"/proc/{process.ProcessId}"), "The process is a zombie.");
    }

    [Fact]
    public async Task ManyAtOnceAreAllReaped()
    {
        var processes = Enumerable.Range(0, 50).Select(i => Shell($"exit {i}")).ToArray();
        for (var i = 0; i < processes.Length; i++)
        {
            Assert.Equal(i, (await Ended(processes[i])).Code);
        }
    }

    [Fact]
    public async Task NetProcessesAreLeftToDotNet()
    {
        using var theirs = System.Diagnostics.Process.Start("/bin/sh", ["-c", "exit 5"]);
        var ours = Shell("exit 6");
        await theirs.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(5, theirs.ExitCode);
        Assert.Equal(6, (await Ended(ours)).Code);
    }

    [Fact]
    public async Task WholeTreeIsKilled()
    {
        var process = Shell("sleep 1000 & echo $!; wait");
        var sleeper = await FirstLine(process);
        ProcessPlatform.Current.SignalTrees([process.ProcessId], force: true);
        Assert.Equal(-9, (await Ended(process)).Code);
        await Gone(int.Parse(sleeper, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task DescendantInAGroupOfItsOwnIsKilledToo()
    {
        var process = Shell("setsid sh -c 'echo $$; exec sleep 1000' & wait");
        var sleeper = await FirstLine(process);
        ProcessPlatform.Current.SignalTrees([process.ProcessId], force: true);
        Assert.Equal(-9, (await Ended(process)).Code);
        await Gone(int.Parse(sleeper, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task OneThatHasLeftItsGroupWhereOthersAreStillIsKilled()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/perl"), "It changes its group.");
        var process = Shell("sleep 1000 & exec perl -e '$| = 1; setpgrp(0, getpgrp(getppid())) and print \"left\\n\"; sleep 1000'");
        try
        {
            Assert.Equal("left", await FirstLine(process));
            ProcessPlatform.Current.SignalTrees([process.ProcessId], force: true);
            Assert.Equal(-9, (await Ended(process)).Code);
            Assert.False(Directory.Exists($"/proc/{process.ProcessId}"), "It was told as ended, and runs.");
        }
        catch
        {
            _ = LibC.kill(process.ProcessId, LibC.SigKill);
            throw;
        }
    }

    [Theory]
    [InlineData("sleep 1000 & echo $!; wait")]
    [InlineData("sh -c 'trap \"\" TERM; sleep 1000 & echo $!; wait' & wait")]
    [InlineData("setsid sh -c 'trap \"\" TERM; echo $$; exec sleep 1000' & wait")]
    public async Task WhatIgnoresAPoliteStopEndsWithTheChild(string script)
    {
        var process = Shell(script);
        var sleeper = await FirstLine(process);
        ProcessPlatform.Current.SignalTrees([process.ProcessId], force: false);
        Assert.Equal(-15, (await Ended(process)).Code);
        await Gone(int.Parse(sleeper, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task OneThatTheSystemDoesNotLetGoIsNotWaitedForForEver()
    {
        // Of a process that another traces, that one is told first, and here does nothing about it: to us it never ends.
        const int Seize = 0x4206;
        var call = System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? 117 : 101;
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/perl"), "perl traces it.");
        var process = Shell("exec sleep 1000");
        var tracer = Shell($"exec perl -e '$| = 1; print syscall({call}, {Seize}, {process.ProcessId}, 0, 0) == 0 ? \"traces\\n\" : \"may not\\n\"; sleep 1000'");
        try
        {
            Assert.SkipUnless(await FirstLine(tracer) == "traces", "Nobody may trace others here.");
            ProcessPlatform.Current.SignalTrees([process.ProcessId], force: true);
            Assert.Equal(-9, (await Ended(process)).Code);
        }
        finally
        {
            ProcessPlatform.Current.SignalTrees([tracer.ProcessId, process.ProcessId], force: true);
            await Ended(tracer);
        }

        await Gone(process.ProcessId);
    }

    [Fact]
    public async Task APoliteStopComesOnce()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/perl"), "It counts the signals.");
        const string Counts = "$| = 1; $SIG{TERM} = sub { print \"asked\\n\" }; $SIG{USR1} = sub { print \"over\\n\" }; print \"$$\\n\"; select(undef, undef, undef, 0.02) while 1";
        var process = Shell($"trap '' TERM; perl -e '{Counts}'; :");
        using var lines = new System.Collections.Concurrent.BlockingCollection<string>();
        _ = new OutputCapture(process.Output, lines.Add);
        try
        {
            var perl = int.Parse(Next(), System.Globalization.CultureInfo.InvariantCulture);

            // Two that come together are mostly one to who gets them. perl looks for signals between two waits, so it waits for a moment only.
            for (var i = 0; i < 20; i++)
            {
                ProcessPlatform.Current.SignalTrees([process.ProcessId], force: false);
                Assert.Equal("asked", Next());
                _ = LibC.kill(perl, OperatingSystem.IsMacOS() ? 30 : 10);
                Assert.Equal("over", Next());
            }
        }
        finally
        {
            ProcessPlatform.Current.SignalTrees([process.ProcessId], force: true);
            await Ended(process);
        }

        string Next() => lines.TryTake(out var line, TimeSpan.FromSeconds(60)) ? line : throw new TimeoutException();
    }

    [Theory]
    [InlineData("kill -KILL $$", true)]
    [InlineData("exit 1", false)]
    public async Task WhatAChildStartedGoesAlongWithOneThatASignalEnds(string end, bool goes)
    {
        var process = Shell($"sleep 1000 & echo $!; {end}");
        var sleeper = int.Parse(await FirstLine(process), System.Globalization.CultureInfo.InvariantCulture);
        await Ended(process);
        if (!goes)
        {
            Assert.True(Directory.Exists($"/proc/{sleeper}"), "It is gone.");
            System.Diagnostics.Process.GetProcessById(sleeper).Kill();
        }

        await Gone(sleeper);
    }

    [Fact]
    public void MissingProgramLeavesNothing()
    {
        var before = Directory.GetFiles("/proc/self/fd").Length;
        for (var i = 0; i < 200; i++)
        {
            var error = Assert.Throws<ProcessStartException>(() => ProcessPlatform.Current.Spawn(
                new LaunchSettings("/nonexistent/program", [], "/", new Dictionary<string, string?>())));
            Assert.Contains("/nonexistent/program", error.Message, StringComparison.Ordinal);
        }

        // Other tests open some hundreds of their own meanwhile; a leak would be four each time.
        Assert.InRange(Directory.GetFiles("/proc/self/fd").Length, 0, before + 500);
    }

    [Fact]
    public async Task EnvironmentAndDirectoryAreAsAsked()
    {
        var process = ProcessPlatform.Current.Spawn(new LaunchSettings(
            "/bin/sh", ["-c", "echo \"$PWD $ADDED ${HOME:-none}\""], "/usr", new Dictionary<string, string?> { ["ADDED"] = "yes", ["HOME"] = null }));
        Assert.Equal("/usr yes none", await FirstLine(process));
        await Ended(process);
    }

    private static SpawnedProcess Shell(string script) =>
        ProcessPlatform.Current.Spawn(new LaunchSettings("/bin/sh", ["-c", script], "/", new Dictionary<string, string?>()));

    private static Task<ExitStatus> Ended(SpawnedProcess process) => process.Exited.WaitAsync(TimeSpan.FromSeconds(60));

    private static async Task<string> FirstLine(SpawnedProcess process)
    {
        var line = new TaskCompletionSource<string>();
        _ = new OutputCapture(process.Output, text => line.TrySetResult(text));
        return await line.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    private static async Task Gone(int processId)
    {
        for (var i = 0; i < 600 && Directory.Exists($"/proc/{processId}"); i++)
        {
            // A grandchild's zombie is reaped by whoever inherits it; dead is what counts.
            try
            {
                if (File.ReadAllText($"/proc/{processId}/stat").Contains(") Z ", StringComparison.Ordinal))
                {
                    return;
                }
            }
            catch (IOException)
            {
                // It has gone since.
                return;
            }

            await Task.Delay(50);
        }

        Assert.False(Directory.Exists($"/proc/{processId}"), $"Process {processId} is still there.");
    }
}
