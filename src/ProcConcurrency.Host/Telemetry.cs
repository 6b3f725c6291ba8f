using Microsoft.PowerShell.Telemetry;

namespace ProcConcurrency.Host;

/// <summary>
/// The engine reports its use to Microsoft unless an environment variable says otherwise, as pwsh's own start-up makes known to its
/// users. This host sends nothing, and saves the time that it takes to get ready for it.
/// </summary>
internal static class Telemetry
{
    private const string OptOut = "POWERSHELL_TELEMETRY_OPTOUT";

    /// <summary>Called before the engine is used at all. The environment is the same afterwards: it is the scripts'.</summary>
    internal static void TurnOff()
    {
        var before = Environment.GetEnvironmentVariable(OptOut);
        Environment.SetEnvironmentVariable(OptOut, "1");

        // It looks once, here.
        _ = ApplicationInsightsTelemetry.CanSendTelemetry;
        Environment.SetEnvironmentVariable(OptOut, before);
    }
}
