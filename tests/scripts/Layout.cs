using System.Reflection;

// Engine processes are measured in whole cores: files run one after another.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace ProcConcurrency.Scripts;

/// <summary>Where things are; the build writes it into the assembly.</summary>
internal static class Layout
{
    public static string Root { get; } = Metadata("RepositoryRoot");

    public static string Tests { get; } = Path.Combine(Root, "tests");

    public static string Runner { get; } = Path.Combine(Tests, "runner");

    public static string Host { get; } =
        Path.Combine(Root, "src", "ProcConcurrency.Host", "bin", Metadata("Configuration"), "net10.0", "ProcConcurrency.Host.dll");

    public static IReadOnlyList<string> ScriptFiles { get; } =
        [.. Directory.GetFiles(Tests, "*.Tests.ps1").Order(StringComparer.Ordinal)];

    private static string Metadata(string key) =>
        typeof(Layout).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
