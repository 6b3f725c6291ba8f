using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace ProcConcurrency.Scripts;

/// <summary>Whether whoever made a session has hidden commands from it, as those do who make an endpoint of Just Enough Administration.</summary>
internal static class CommandVisibility
{
    private const string Everything = "*";

    /// <summary>Whether a child, where nothing is hidden, could run what its caller may not.</summary>
    internal static bool IsRestricted(SessionState state) =>
        !state.Applications.Contains(Everything)
        || !state.Scripts.Contains(Everything)
        || Runspace.DefaultRunspace?.InitialSessionState?.Commands.Any(static command => command.Visibility == SessionStateEntryVisibility.Private) == true;
}
