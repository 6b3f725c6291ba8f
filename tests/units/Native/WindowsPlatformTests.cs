using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Processes;
using Xunit;

namespace ProcConcurrency.Units.Native;

/// <summary>What of the Windows side can be seen anywhere; what runs there only is skipped elsewhere.</summary>
public sealed class WindowsPlatformTests
{
    private const string OnlyThere = "It runs on Windows only.";

    /// <summary>Type initializers run unasked: one that called into the other system would keep the module from loading.</summary>
    [Fact]
    public void EveryTypeOfEitherPlatformLoadsOnThisSystem()
    {
        var types = typeof(ProcessPlatform).Assembly.GetTypes()
            .Where(static type => type.Namespace == typeof(ProcessPlatform).Namespace && !type.IsGenericTypeDefinition).ToList();
        Assert.Contains(types, static type => type.Name == "Kernel32");
        foreach (var type in types)
        {
            RuntimeHelpers.RunClassConstructor(type.TypeHandle);
        }

        Assert.Equal(OperatingSystem.IsWindows(), ProcessPlatform.Current.GetType().Name == "WindowsPlatform");
    }

    [Fact]
    public void StructuresHaveTheSizesOfTheSystemsHeaders()
    {
        Assert.SkipUnless(Environment.Is64BitProcess, "The sizes are those of 64-bit systems.");
        var kernel = typeof(ProcessPlatform).Assembly.GetType("ProcConcurrency.Runtime.Native.Kernel32")!;
        int Size(string name) => Marshal.SizeOf(kernel.GetNestedType(name, BindingFlags.NonPublic)!);
        Assert.Equal(112, Size("StartupInfoEx"));
        Assert.Equal(24, Size("ProcessInformation"));
        Assert.Equal(144, Size("JobLimits"));
    }

    [Fact]
    public async Task ExitCodeAndOutputComeBack()
    {
        Assert.SkipUnless(OperatingSystem.IsWindows(), OnlyThere);
        var process = Command("echo %ADDED% & exit 3", new Dictionary<string, string?> { ["ADDED"] = "a b" });
        Assert.Equal("a b", (await FirstLine(process)).Trim());
        Assert.Equal(3, (await process.Exited.WaitAsync(TimeSpan.FromSeconds(60))).Code);
        Assert.Equal(0, process.Channel.Read(new byte[8], 0, 8));
    }

    [Theory]
    [InlineData(true, -9)]
    [InlineData(false, -15)]
    public async Task ATreeIsEnded(bool force, int code)
    {
        Assert.SkipUnless(OperatingSystem.IsWindows(), OnlyThere);
        var process = Command("echo up & ping -n 1000 127.0.0.1");
        await FirstLine(process);
        ProcessPlatform.Current.SignalTrees([process.ProcessId], force);
        Assert.Equal(code, (await process.Exited.WaitAsync(TimeSpan.FromSeconds(60))).Code);
    }

    [Fact]
    public async Task ManyAtOnceKeepToTheirOwnHandles()
    {
        Assert.SkipUnless(OperatingSystem.IsWindows(), OnlyThere);
        var processes = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => Command($"exit {i}"))));
        for (var i = 0; i < processes.Length; i++)
        {
            Assert.Equal(i, (await processes[i].Exited.WaitAsync(TimeSpan.FromSeconds(60))).Code);
            Assert.Equal(0, processes[i].Channel.Read(new byte[8], 0, 8));
        }
    }

    [Fact]
    public void AMissingProgramIsToldInTheSystemsWords()
    {
        Assert.SkipUnless(OperatingSystem.IsWindows(), OnlyThere);
        var error = Assert.Throws<ProcessStartException>(() => ProcessPlatform.Current.Spawn(
            new LaunchSettings(@"c:\nonexistent\program.exe", [], @"c:\", new Dictionary<string, string?>())));
        Assert.Contains(@"c:\nonexistent\program.exe", error.Message, StringComparison.Ordinal);
    }

    private static SpawnedProcess Command(string line, Dictionary<string, string?>? environment = null) => ProcessPlatform.Current.Spawn(
        new LaunchSettings(Environment.GetEnvironmentVariable("ComSpec")!, ["/d", "/c", line], Path.GetTempPath(), environment ?? []));

    private static async Task<string> FirstLine(SpawnedProcess process)
    {
        var line = new TaskCompletionSource<string>();
        _ = new OutputCapture(process.Output, text => line.TrySetResult(text));
        return await line.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }
}
