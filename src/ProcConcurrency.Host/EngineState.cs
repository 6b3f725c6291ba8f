using System.Management.Automation;
using System.Management.Automation.Runspaces;
using ProcConcurrency.Host.Cmdlets;

namespace ProcConcurrency.Host;

/// <summary>
/// The session state that scripts and children start with: the engine's core and the everyday cmdlets, as plain entries that
/// cost nothing until they are used. Runspaces that a script opens itself begin without them and find them in Modules, where
/// the engine looks for its own.
/// </summary>
internal static class EngineState
{
    /// <summary>Makes a fresh one. Children find it under the key ProcConcurrency.CreateSessionState.</summary>
    internal static readonly Func<InitialSessionState> Create = static () =>
    {
        var state = InitialSessionState.CreateDefault2();
        foreach (var (name, type) in UtilityTable.Cmdlets.Concat(ManagementTable.Cmdlets))
        {
            state.Commands.Add(new SessionStateCmdletEntry(name, type, null));
        }

        foreach (var (name, target) in UtilityTable.Aliases.Concat(ManagementTable.Aliases))
        {
            state.Commands.Add(new SessionStateAliasEntry(name, target, string.Empty, ScopedItemOptions.AllScope));
        }

        return state;
    };
}
