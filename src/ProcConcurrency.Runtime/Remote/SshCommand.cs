using System.Globalization;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Processes;

namespace ProcConcurrency.Runtime.Remote;

/// <summary>
/// How the system's OpenSSH client is called. Agents, jump hosts, known hosts and the rest of its configuration work as people have set
/// them up. ssh takes the first of each setting: before what the user gives stands only what no connection of ours works with. Host keys
/// are checked as ssh is configured.
/// </summary>
internal static class SshCommand
{
    private const int OwnFailure = 255;

    private static readonly string s_program = OperatingSystem.IsWindows() ? "ssh.exe" : "ssh";

    /// <summary>Whether ssh ended so by itself, or was ended; else the program that it ran on the host.</summary>
    internal static bool HasFailed(ExitStatus status) => status.Code == OwnFailure || status.Signal is not null;

    /// <summary>The program that connects, and runs a command there.</summary>
    /// <param name="target">The host.</param>
    /// <param name="command">What to run.</param>
    /// <param name="configuration">What ssh says about the host.</param>
    /// <exception cref="RemoteHostException">This machine has no ssh.</exception>
    internal static LaunchSettings ToRun(RemoteTarget target, string command, SshConfiguration configuration)
    {
        // A name may have an address that doesn't answer and then one that does: the second is to have its time, too.
        var seconds = Math.Max(1, (int)Math.Ceiling(target.ConnectTimeout.TotalSeconds / (configuration.JumpHost is null ? 3 : 1)));
        List<string> arguments =
        [
            // For who types ssh, and in the way of a command.
            "-o", "RemoteCommand=none",
            .. configuration.Defaults.SelectMany(static setting => (string[])["-o", setting]),

            // Uses a connection that is there, and never becomes one that others use: that would outlive this.
            "-o", "ControlMaster=no",
            .. Chosen(target),
            "-T", "-x",

            // For who types ssh, and in the way of a second connection at the same time.
            .. ChoosesForwardings(target) ? (ReadOnlySpan<string>)[] : ["-o", "ClearAllForwardings=yes"],
            "-o", "BatchMode=yes",
            "-o", "LogLevel=ERROR",
            "-o", string.Create(CultureInfo.InvariantCulture, $"ConnectTimeout={seconds}"),
            "-o", "ServerAliveInterval=15",
            "-o", "ServerAliveCountMax=3",
            "--", target.Host, command,
        ];
        return Settings(target, arguments) with { HasStandardChannel = true };
    }

    /// <summary>The program that says, without connecting, how ssh would connect.</summary>
    /// <exception cref="RemoteHostException">This machine has no ssh.</exception>
    internal static LaunchSettings ToExplain(RemoteTarget target) =>

        // Where the file says ForkAfterAuthentication, ssh explains nothing without a command.
        Settings(target, ["-o", "RemoteCommand=none", .. Chosen(target), "-G", "--", target.Host, "exit"]);

    /// <summary>Whether the user asks for a forwarding: to clear them all would clear that one, too.</summary>
    private static bool ChoosesForwardings(RemoteTarget target) => target.Options.Split('\n').Any(static option =>
        option.Split('=')[0].EndsWith("Forward", StringComparison.OrdinalIgnoreCase));

    /// <summary>Starts it; at the root of the files where its folder can't be entered.</summary>
    /// <exception cref="ProcessStartException">It can't be started.</exception>
    internal static SpawnedProcess Start(LaunchSettings settings)
    {
        var root = Path.GetPathRoot(settings.FileName)!;
        try
        {
            return ProcessPlatform.Current.Spawn(settings);
        }
        catch (ProcessStartException error) when (settings.WorkingDirectory != root && !ShortageException.IsBehind(error))
        {
            return ProcessPlatform.Current.Spawn(settings with { WorkingDirectory = root });
        }
    }

    private static IEnumerable<string> Chosen(RemoteTarget target)
    {
        foreach (var option in target.Options.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            yield return "-o";
            yield return option;
        }

        if (target.UserName is { } user)
        {
            yield return "-l";
            yield return user;
        }

        if (target.Port is { } port)
        {
            yield return "-p";
            yield return port.ToString(CultureInfo.InvariantCulture);
        }

        if (target.KeyFilePath is { } key)
        {
            yield return "-i";
            yield return key;
        }
    }

    private static LaunchSettings Settings(RemoteTarget target, IReadOnlyList<string> arguments)
    {
        var program = EngineLocator.OnPath(s_program)
            ?? throw new RemoteHostException(
                target.Name, RemoteHostFault.NoSsh,
                $"'{target.Name}' can't be reached: this machine has no ssh on PATH. Install the OpenSSH client (on Debian openssh-client; on Windows the optional feature OpenSSH.Client).");

        // A jump host's ssh may ask, though the host's own may not (BatchMode): of a terminal it would be stopped until the time is over,
        // and a window would be nobody's. Without need not in the current folder: ssh would keep it in use.
        return new LaunchSettings(program, arguments, target.Folder ?? Path.GetPathRoot(program)!, new Dictionary<string, string?> { ["SSH_ASKPASS_REQUIRE"] = "never" }) { HasNoTerminal = true };
    }
}
