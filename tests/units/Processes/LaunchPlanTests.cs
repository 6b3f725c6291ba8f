using ProcConcurrency.Jobs;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Runtime.Processes;
using Xunit;

namespace ProcConcurrency.Units.Processes;

/// <summary>What a child is started with, as everybody on the system can see it.</summary>
public sealed class LaunchPlanTests
{
    [Theory]
    [InlineData(EngineKind.PowerShell)]
    [InlineData(EngineKind.EmbeddedHost)]
    public void The_key_is_in_no_argument_and_no_variable(EngineKind kind)
    {
        var key = Session.Current.Key.ToArray();
        var launch = LaunchPlan.Program(new Engine(kind, "/bin/engine", []), "/", new Dictionary<string, string?>());
        string[] shown = [launch.FileName, .. launch.Arguments, .. launch.Environment.Keys, .. launch.Environment.Values.OfType<string>()];
        Assert.NotEmpty(launch.Arguments);
        foreach (var text in shown)
        {
            Assert.DoesNotContain(Convert.ToHexString(key, 0, 8), text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(Convert.ToBase64String(key)[..8], text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Pwsh_is_started_without_what_only_a_person_needs()
    {
        var launch = LaunchPlan.Program(
            new Engine(EngineKind.PowerShell, "/bin/pwsh", []), "/", new Dictionary<string, string?> { ["POWERSHELL_UPDATECHECK"] = "LTS" });
        Assert.Equal(["-NoLogo", "-NoProfile", "-NonInteractive", "-Command"], launch.Arguments.Take(4));
        Assert.Equal("Off", launch.Environment["POWERSHELL_UPDATECHECK"]);
        Assert.Equal("1", launch.Environment["POWERSHELL_TELEMETRY_OPTOUT"]);
        Assert.Equal("LTS", launch.Environment["PROCCONCURRENCY_SAVED_POWERSHELL_UPDATECHECK"]);
    }
}
