using System.Reflection.PortableExecutable;
using Xunit;

namespace ProcConcurrency.Scripts;

/// <summary>What starts a child is compiled ahead of time: the engine, the embedded host, and the module that both load.</summary>
public sealed class AheadOfTimeTests
{
    public static TheoryData<string> Images =>
    [
        Path.Combine(Path.GetDirectoryName(Layout.Host)!, "System.Management.Automation.dll"),
        Layout.Host,
        Path.Combine(Layout.Root, "module", "bin", "ProcConcurrency.dll"),
        Path.Combine(Layout.Root, "module", "bin", "ProcConcurrency.Runtime.dll"),
    ];

    [Theory]
    [MemberData(nameof(Images))]
    public void Has_native_code(string path)
    {
        using var reader = new PEReader(File.OpenRead(path));
        Assert.True(reader.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0, $"{path} holds plain IL.");
    }
}
