using System.Management.Automation;
using System.Reflection;
using ProcConcurrency.Scripts;

namespace ProcConcurrency.Worker;

/// <summary>
/// This module's cmdlets in a child. A block that names one brings the module along; where a module's function, a script file or a text
/// that is run calls one, nobody could see it before, and the module is imported when the name isn't found.
/// </summary>
internal static class OwnCommands
{
    private static readonly Lazy<HashSet<string>> s_names = new(static () => new(
        from type in typeof(OwnCommands).Assembly.GetExportedTypes()
        let cmdlet = type.GetCustomAttribute<CmdletAttribute>()
        where cmdlet is not null
        select $"{cmdlet.VerbName}-{cmdlet.NounName}",
        StringComparer.OrdinalIgnoreCase));

    /// <summary>Lets a runspace find them.</summary>
    internal static void MakeKnownIn(CommandInvocationIntrinsics commands) => commands.CommandNotFoundAction += (_, lookup) =>
    {
        const string Module = "ProcConcurrency\\";
        var name = lookup.CommandName.StartsWith(Module, StringComparison.OrdinalIgnoreCase) ? lookup.CommandName[Module.Length..] : lookup.CommandName;

        // The first look at the end of the name spares every other that isn't found a look at all our types.
        if (!IsLikely(name) || !s_names.Value.Contains(name) || ModuleHome.Manifest is not { } manifest)
        {
            return;
        }

        // For all modules, for it may be a function of one that calls it.
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddCommand("Microsoft.PowerShell.Core\\Import-Module").AddParameter("Name", manifest).AddParameter("Global").Invoke();
        lookup.Command = commands.GetCommand(name, CommandTypes.Cmdlet);
    };

    private static bool IsLikely(string name) =>
        name.Contains("-Proc", StringComparison.OrdinalIgnoreCase) || name.EndsWith("-ChildProcess", StringComparison.OrdinalIgnoreCase);
}
