using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;
using ProcConcurrency.Host.Cmdlets;

namespace ProcConcurrency.Host;

/// <summary>
/// The session state that scripts and children start with: the engine's core and the everyday cmdlets, as plain entries that
/// cost nothing until they are used. Runspaces that a script opens itself begin without them and find them in Modules, where
/// the engine looks for its own.
/// </summary>
internal static class EngineState
{
    private static readonly MethodInfo? s_setOrigin =
        typeof(InitialSessionStateEntry).GetMethod("SetPSSnapIn", BindingFlags.Instance | BindingFlags.NonPublic);

    /// <summary>Makes a fresh one. Children find it under the key ProcConcurrency.CreateSessionState.</summary>
    internal static readonly Func<InitialSessionState> Create = static () =>
    {
        var state = InitialSessionState.CreateDefault2();
        Add(state, "Microsoft.PowerShell.Utility", UtilityTable.Cmdlets);
        Add(state, "Microsoft.PowerShell.Management", ManagementTable.Cmdlets);

        foreach (var (name, target) in UtilityTable.Aliases.Concat(ManagementTable.Aliases))
        {
            state.Commands.Add(new SessionStateAliasEntry(name, target, string.Empty, ScopedItemOptions.AllScope));
        }

        return state;
    };

    // As in pwsh, a command says which module it is from; else Get-Command lists the one in Modules beside it.
    private static void Add(InitialSessionState state, string module, IEnumerable<(string Name, Type Type)> cmdlets)
    {
        var origin = Origin(module);
        foreach (var (name, type) in cmdlets)
        {
            var entry = new SessionStateCmdletEntry(name, type, null);
            s_setOrigin?.Invoke(entry, [origin]);
            state.Commands.Add(entry);
        }
    }

    private static object? Origin(string name)
    {
        const BindingFlags Internal = BindingFlags.Instance | BindingFlags.NonPublic;
        foreach (var constructor in typeof(PSSnapInInfo).GetConstructors(Internal))
        {
            var parameters = constructor.GetParameters();
            if (parameters.Length == 11 && parameters[^1].ParameterType == typeof(string))
            {
                var version = new Version(7, 0, 0, 0);
                return constructor.Invoke([name, true, AppContext.BaseDirectory, typeof(EngineState).Assembly.FullName, typeof(EngineState).Assembly.Location,
                    version, version, new Collection<string>(), new Collection<string>(), null, null]);
            }
        }

        return null;
    }
}
