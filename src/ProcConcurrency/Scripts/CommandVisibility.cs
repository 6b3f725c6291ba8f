using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;

namespace ProcConcurrency.Scripts;

/// <summary>Whether whoever made a session has hidden commands from it, as those do who make an endpoint of Just Enough Administration.</summary>
internal static class CommandVisibility
{
    private const string Everything = "*";

    // What a session is made of is settled when it is opened, and is asked for with every task.
    private static readonly ConditionalWeakTable<Runspace, StrongBox<bool>> s_hiding = [];

    /// <summary>Whether a child, where nothing is hidden, could run what its caller may not.</summary>
    internal static bool IsRestricted(SessionState state) =>
        !state.Applications.Contains(Everything)
        || !state.Scripts.Contains(Everything)
        || (Runspace.DefaultRunspace is { } runspace && s_hiding.GetValue(runspace, static runspace => new(Hides(runspace))).Value);

    private static bool Hides(Runspace runspace) =>
        runspace.InitialSessionState?.Commands.Any(static command => command.Visibility == SessionStateEntryVisibility.Private) == true;
}
