using System.Reflection;
using System.Text.RegularExpressions;
using Xunit;

namespace ProcConcurrency.Units.Conventions;

/// <summary>The direction of dependencies: ProcConcurrency -> Runtime, and the folders within Runtime.</summary>
public sealed partial class ArrowTests
{
    /// <summary>What each folder of the runtime may name; one that is not here may name none.</summary>
    private static readonly Dictionary<string, string[]> s_allowed = new()
    {
        ["Remote"] = ["Processes", "Hub", "Channels", "Native"],
        ["Pools"] = ["Processes", "Hub", "Channels", "Native"],
        ["Processes"] = ["Hub", "Channels", "Native"],
        ["Kinds"] = ["Sync", "Messaging", "Shared", "Hub"],
        ["Sync"] = ["Hub", "Channels"],
        ["Messaging"] = ["Hub", "Channels", "Native"],
        ["Shared"] = ["Hub", "Channels", "Native"],
        ["Hub"] = ["Channels", "Native"],
        ["Channels"] = ["Native"],
        ["Native"] = [],
    };

    /// <summary>Arrows that still point the wrong way, file by file. One that is put right goes from here.</summary>
    private static readonly string[] s_pending =
    [];

    [Fact]
    public void Folders_of_the_runtime_name_only_those_below_them()
    {
        const string Source = "src/ProcConcurrency.Runtime/";
        var wrong = new List<string>();
        foreach (var file in Repository.Files(".cs", Source))
        {
            var inRuntime = file[Source.Length..];
            var folder = inRuntime.Split('/')[0];
            Assert.True(s_allowed.ContainsKey(folder), $"{file}: the folder {folder} has no place in the order. Give it one here.");
            wrong.AddRange(Named().Matches(Code(file)).Select(static match => match.Groups[1].Value).Distinct()
                .Where(name => name != folder && !s_allowed[folder].Contains(name)).Select(name => $"{inRuntime} -> {name}"));
        }

        Assert.Equal(s_pending.Order(StringComparer.Ordinal), wrong.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_runtime_knows_no_PowerShell()
    {
        foreach (var file in Repository.Files(".cs", "src/ProcConcurrency.Runtime"))
        {
            Assert.DoesNotMatch(PowerShellName(), Repository.Read(file));
        }

        foreach (var project in Repository.Files(".csproj", "src/ProcConcurrency.Runtime"))
        {
            Assert.DoesNotContain("PackageReference", Repository.Read(project), StringComparison.Ordinal);
            Assert.DoesNotContain("ProjectReference", Repository.Read(project), StringComparison.Ordinal);
        }

        Assert.All(References(Repository.Runtime), static name => Assert.StartsWith("System.", name, StringComparison.Ordinal));
    }

    [Fact]
    public void The_module_references_the_framework_PowerShell_and_the_runtime_only() => Assert.All(
        References(Repository.Module),
        static name => Assert.True(
            name == "ProcConcurrency.Runtime" || name.StartsWith("System.", StringComparison.Ordinal)
            || name is "netstandard" or "Microsoft.Win32.Primitives" or "Microsoft.CSharp",
            $"{name} is no part of the framework."));

    private static IEnumerable<string> References(Assembly assembly) =>
        assembly.GetReferencedAssemblies().Select(static name => name.Name!);

    /// <summary>A file without its comments, which may name whatever they explain.</summary>
    private static string Code(string file) => Comment().Replace(Repository.Read(file), string.Empty);

    [GeneratedRegex(@"//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    // With a using, or without one by the way through the common namespace.
    [GeneratedRegex(@"(?:ProcConcurrency\.Runtime\.|(?<![\w.)\]""]))(Remote|Pools|Processes|Sync|Messaging|Shared|Hub|Channels|Native)(?:;|\.[A-Z])")]
    private static partial Regex Named();

    [GeneratedRegex(@"System\.Management|\bPSObject\b|\bPSCmdlet\b|\b[Rr]unspaces?\b|\b[Cc]mdlets?\b|\bErrorRecord\b")]
    private static partial Regex PowerShellName();
}
