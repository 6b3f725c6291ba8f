using System.Collections;
using System.Management.Automation.Language;
using ProcConcurrency.Host.Cmdlets;
using ProcConcurrency.Units.Conventions;
using Xunit;

namespace ProcConcurrency.Units.Hosting;

/// <summary>The modules through which other runspaces find the everyday cmdlets name all of them.</summary>
public sealed class ModuleManifestTests
{
    [Fact]
    public void Utility_is_whole() => Assert.Equal(UtilityTable.Cmdlets.Select(static entry => entry.Name), Exported("Utility"));

    [Fact]
    public void Management_is_whole() => Assert.Equal(ManagementTable.Cmdlets.Select(static entry => entry.Name), Exported("Management"));

    private static IEnumerable<string> Exported(string name)
    {
        var module = $"Microsoft.PowerShell.{name}";
        var ast = Parser.ParseFile(Repository.PathOf("src", "ProcConcurrency.Host", "Modules", module, module + ".psd1"), out _, out var errors);
        Assert.Empty(errors);
        var manifest = (Hashtable)ast.Find(static node => node is HashtableAst, searchNestedScriptBlocks: false)!.SafeGetValue();
        return ((IEnumerable)manifest["CmdletsToExport"]!).Cast<string>();
    }
}
