using System.Globalization;
using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Processes;

namespace ProcConcurrency.Runtime.Remote;

/// <summary>
/// How the system's OpenSSH client is called. Agents, jump hosts, known hosts and the rest of its configuration work as people have set
/// them up; what the user gives stands first, for ssh takes the first of each. Host keys are checked as ssh is configured.
/// </summary>
internal static class SshCommand
{
    private const int OwnFailure = 255;

    private static readonly string s_program = OperatingSystem.IsWindows() ? "ssh.exe" : "ssh";

    /// <summary>Whether ssh ended so by itself, or was ended; else the program that it ran on the host.</summary>
    internal static bool HasFailed(ExitStatus status) => status.Code == OwnFailure || status.Signal is not null;

    /// <summary>The program that connects, and runs a command there.</summary>
    /// <exception cref="RemoteHostException">This machine has no ssh.</exception>
    internal static LaunchSettings ToRun(RemoteTarget target, string command)
    {
        var seconds = Math.Max(1, (int)Math.Ceiling(target.ConnectTimeout.TotalSeconds));
        List<string> arguments =
        [
            .. Chosen(target),
            "-T", "-x",
            "-o", "BatchMode=yes",
            "-o", "LogLevel=ERROR",
            "-o", string.Create(CultureInfo.InvariantCulture, $"ConnectTimeout={seconds}"),
            "-o", "ServerAliveInterval=15",
            "-o", "ServerAliveCountMax=3",

            // Uses a connection that is there, and never becomes one that others use: that would outlive this.
            "-o", "ControlMaster=no",
            "--", target.Host, command,
        ];
        return Settings(target, arguments) with { HasStandardChannel = true };
    }

    /// <summary>The program that says, without connecting, how ssh would connect.</summary>
    /// <exception cref="RemoteHostException">This machine has no ssh.</exception>
    internal static LaunchSettings ToExplain(RemoteTarget target) => Settings(target, [.. Chosen(target), "-G", "--", target.Host]);

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

        // Not the current folder: ssh would keep it in use.
        return new LaunchSettings(program, arguments, Path.GetPathRoot(program)!, new Dictionary<string, string?>());
    }
}
