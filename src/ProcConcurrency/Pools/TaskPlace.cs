using System.Management.Automation;
using ProcConcurrency.Commands;

namespace ProcConcurrency.Pools;

/// <summary>Where the tasks of a call run, in a pool that has no folder of its own.</summary>
/// <param name="Folder">The system's path.</param>
/// <param name="Location">The same as a path of PowerShell's, where that is another; else null.</param>
internal sealed record TaskPlace(string Folder, string? Location)
{
    /// <summary>The caller's location.</summary>
    /// <exception cref="CallerException">Its folder is gone.</exception>
    internal static TaskPlace Of(PSCmdlet cmdlet) => new(EngineChoice.Directory(cmdlet, null), EngineChoice.Location(cmdlet, null));
}
