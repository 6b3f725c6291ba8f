namespace ProcConcurrency.Runtime.Remote;

/// <summary>
/// What runs on a host before our own code does:
/// <code>
/// command line: stage 0          prints the marker and its platform; reads and runs stage 1
/// standard input: stage 1        -> "need" -> the parcel -> "ready" -> the relay's frames
/// </code>
/// Nothing is sent before the marker has come: what a login shell reads, or prints, is not ours. Stage 1 finds or fills a folder with the
/// module's files, and enters <c>AgentMain</c>. The folder is the user's own cache, or where that can't be written to, or isn't the user's
/// alone, a temporary one that goes with the agent.
/// </summary>
internal abstract class Bootstrap
{
    /// <summary>The way that is tried first: hosts of Unix have a sh. There PowerShell is started as the agent, and nothing else.</summary>
    internal static readonly Bootstrap s_shell = new ShellBootstrap();

    /// <summary>The way for all others: PowerShell itself, whichever the login shell is, and then the agent in it.</summary>
    internal static readonly Bootstrap s_engine = new EngineBootstrap();

    /// <summary>The oldest PowerShell that the module runs in.</summary>
    internal static readonly Version s_oldest = new(7, 4);

    /// <summary>A line that nobody else can print who hasn't seen it on the command line.</summary>
    internal static string NewMarker() => $"PRCC{Guid.NewGuid():N}"[..20];

    /// <summary>Stage 0: the command for the host's login shell, of less than 1,000 characters.</summary>
    internal abstract string Command(RemoteTarget target, string marker);

    /// <summary>Stage 1.</summary>
    /// <param name="target">The host.</param>
    /// <param name="hello">What stage 0 printed behind the marker.</param>
    /// <param name="parcel">What the host is to have.</param>
    /// <exception cref="Processes.RemoteHostException">The host has a PowerShell that is too old.</exception>
    internal abstract byte[] Stage1(RemoteTarget target, string hello, out Parcel parcel);
}
