using System.Management.Automation.Language;
using System.Text.RegularExpressions;
using Xunit;

namespace ProcConcurrency.Units.Conventions;

/// <summary>What every source file keeps to, and the one place for the version.</summary>
public sealed partial class SourceTests
{
    private const int MostLines = 400;

    private static IEnumerable<string> Code => Repository.Files(".cs").Concat(Repository.Files(".ps1"));

    // Most have 60 to 250; a class that is one idea may have more, and none is cut in parts for a number.
    [Fact]
    public void No_file_is_longer_than_400_lines() => Assert.DoesNotContain(
        Code, static file => Repository.Read(file).Count(static character => character == '\n') > MostLines);

    [Fact]
    public void No_file_has_regions() => Assert.All(
        Code, static file => Assert.False(Region().IsMatch(Repository.Read(file)), file));

    // An exception that leaves a thread of its own ends the process: Background catches it, and tells it where it belongs.
    [Fact]
    public void What_runs_in_the_background_begins_in_Background() => Assert.All(
        Repository.Files(".cs", "src").Where(static file => !file.EndsWith("/Background.cs", StringComparison.Ordinal)),
        static file => Assert.False(Unguarded().IsMatch(Repository.Read(file)), file));

    // So one class says what another version of PowerShell may lack, and what is done then.
    [Fact]
    public void What_the_engine_keeps_to_itself_is_reached_in_EngineInternals() => Assert.All(
        Repository.Files(".cs", "src").Where(static file => !Path.GetFileName(file).StartsWith("EngineInternals.", StringComparison.Ordinal)),
        static file => Assert.False(Reaching().IsMatch(Repository.Read(file)), file));

    [Fact]
    public void Nothing_is_named_Utils() => Assert.All(
        Code.Where(static file => !file.Contains("/Conventions/", StringComparison.Ordinal)),
        static file => Assert.False(Vague().IsMatch(Path.GetFileNameWithoutExtension(file)) || Vague().IsMatch(Repository.Read(file)), file));

    [Fact]
    public void Every_PowerShell_file_parses() => Assert.All(
        Repository.Files(".ps1").Concat(Repository.Files(".psd1")),
        static file =>
        {
            Parser.ParseFile(Repository.PathOf(file), out _, out var errors);
            Assert.True(errors.Length == 0, $"{file}: {string.Join(' ', errors.Select(static error => error.ToString()))}");
        });

    [Fact]
    public void The_manifest_alone_has_the_version()
    {
        var version = Version.Parse((string)Repository.Manifest["ModuleVersion"]!);
        foreach (var assembly in new[] { Repository.Module, Repository.Runtime })
        {
            Assert.Equal(version, new Version(assembly.GetName().Version!.ToString(version.ToString().Split('.').Length)));
        }

        foreach (var file in Repository.Files(".csproj").Concat(Repository.Files(".props")).Concat(Repository.Files(".targets")))
        {
            Assert.False(OwnVersion().IsMatch(Repository.Read(file)), $"{file} has a version of its own.");
        }
    }

    [Theory]
    [InlineData("README.md", "build.ps1 Test")]
    [InlineData("LICENSE", "MIT")]
    [InlineData("CHANGELOG.md", "0.1.0")]
    [InlineData("CONTRIBUTING.md", "Adding a cmdlet")]
    [InlineData("docs/architecture.md", "ProcConcurrency.Runtime")]
    [InlineData(".editorconfig", "root = true")]
    [InlineData("Directory.Packages.props", "<ManagePackageVersionsCentrally>true")]
    [InlineData("Directory.Build.props", "<TreatWarningsAsErrors>true")]
    [InlineData("Directory.Build.props", "<Nullable>enable")]
    [InlineData("Directory.Build.props", "<RestorePackagesWithLockFile>true")]
    public void The_house_has(string file, string text) => Assert.Contains(text, Repository.Read(file), StringComparison.Ordinal);

    [Fact]
    public void Every_project_has_its_lock_file() => Assert.All(
        Repository.Files(".csproj"),
        static project => Assert.True(File.Exists(Repository.PathOf(Path.GetDirectoryName(project)!, "packages.lock.json")), project));

    [GeneratedRegex(@"\bnew (System\.Threading\.)?(Thread|Timer)\(|\bPosixSignalRegistration\.Create|\bThreadPool\.|\bTask\.Run\(|\.ContinueWith\(|\basync void\b")]
    private static partial Regex Unguarded();

    // The types and members of the base library that are not public have accessors of their own kind, beside their one user.
    [GeneratedRegex(@"\bBindingFlags\.NonPublic\b|\bAssembly\.GetType\(|\bUnsafeAccessorKind\.Constructor\b")]
    private static partial Regex Reaching();

    [GeneratedRegex(@"^\s*#\s*region\b", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex Region();

    [GeneratedRegex(@"\bclass \w*(Utils|Utilities)\b|^\w*(Utils|Utilities)$")]
    private static partial Regex Vague();

    [GeneratedRegex(@"<(Assembly|File|Informational|Package)?Version(Prefix|Suffix)?>\s*[0-9]")]
    private static partial Regex OwnVersion();
}
