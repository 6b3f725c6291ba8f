using ProcConcurrency.Runtime.Native;
using ProcConcurrency.Runtime.Processes;

namespace ProcConcurrency.Runtime.Remote;

/// <summary>What ssh says about a host, by the user's files of settings, without connecting.</summary>
/// <param name="JumpHost">The way that it takes there; null for a direct one.</param>
/// <param name="Defaults">Defaults of settings that are for who types ssh, as far as this ssh has them: one that doesn't would refuse them.</param>
internal sealed record SshConfiguration(string? JumpHost, IReadOnlyList<string> Defaults)
{
    // No command is run, or another; nothing that is sent arrives; ssh leaves before anything has. OpenSSH has them since 8.7.
    private static readonly string[] s_defaults = ["SessionType=default", "StdinNull=no", "ForkAfterAuthentication=no"];

    /// <summary>That of a host that ssh connects to itself.</summary>
    internal static SshConfiguration Direct { get; } = new(null, []);

    /// <summary>The program that a proxy command runs; null where there is none.</summary>
    internal string? ProxyProgram => JumpHost is { } way && way.StartsWith("proxycommand ", StringComparison.Ordinal)
        ? way.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).FirstOrDefault(static word => word != "exec")
        : null;

    /// <summary>Asks ssh.</summary>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    internal static SshConfiguration Of(RemoteTarget target, CancellationToken canceled)
    {
        // A file of settings may run programs to decide. One that hangs does so again when ssh connects, which then is told.
        var process = SshCommand.Start(SshCommand.ToExplain(target));
        process.Channel.Dispose();
        var lines = new List<string>();
        var output = new OutputCapture(process.Output, lines.Add);
        using (canceled.UnsafeRegister(static ssh => ProcessPlatform.Current.SignalTrees([((SpawnedProcess)ssh!).ProcessId], force: true), process))
        {
            if (!process.Exited.Wait(new Deadline(target.ConnectTimeout).LeftMilliseconds, CancellationToken.None))
            {
                ProcessPlatform.Current.SignalTrees([process.ProcessId], force: true);
            }
        }

        output.Finish();
        canceled.ThrowIfCancellationRequested();
        return new(
            lines.Find(static line => line.StartsWith("proxyjump ", StringComparison.Ordinal) || line.StartsWith("proxycommand ", StringComparison.Ordinal)),
            [.. s_defaults.Where(setting => lines.Exists(line => line.StartsWith($"{setting.Split('=')[0]} ", StringComparison.OrdinalIgnoreCase)))]);
    }
}
