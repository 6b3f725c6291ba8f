using System.Management.Automation.Remoting;
using System.Runtime.CompilerServices;
using Microsoft.PowerShell.Telemetry;

namespace ProcConcurrency.Host;

/// <summary>
/// What the engine does beside running scripts, unless environment variables say otherwise, and this host does not: it reports
/// its use to Microsoft, and opens a socket in the temporary folder for Enter-PSHostProcess, which stays there when it is killed.
/// </summary>
internal static class SideServices
{
    private const string Telemetry = "POWERSHELL_TELEMETRY_OPTOUT";
    private const string Diagnostics = "POWERSHELL_DIAGNOSTICS_OPTOUT";

    /// <summary>Called before the engine is used at all. The environment is the same afterwards: it is the scripts'.</summary>
    internal static void TurnOff()
    {
        // Each looks once, here. Who wants to look into a process by Enter-PSHostProcess sets the second variable to 0.
        With(Telemetry, "1", static () => _ = ApplicationInsightsTelemetry.CanSendTelemetry);
        With(
            Diagnostics,
            Environment.GetEnvironmentVariable(Diagnostics) ?? "1",
            static () => RuntimeHelpers.RunClassConstructor(typeof(RemoteSessionNamedPipeServer).TypeHandle));
    }

    private static void With(string name, string value, Action look)
    {
        var before = Environment.GetEnvironmentVariable(name);
        Environment.SetEnvironmentVariable(name, value);
        look();
        Environment.SetEnvironmentVariable(name, before);
    }
}
