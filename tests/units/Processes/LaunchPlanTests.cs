using ProcConcurrency.Jobs;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Worker;
using Xunit;

namespace ProcConcurrency.Units.Processes;

/// <summary>What a child is started with, as everybody on the system can see it.</summary>
public sealed class LaunchPlanTests
{
    [Fact]
    public void The_key_is_in_no_argument_and_no_variable()
    {
        var key = Session.Current.Key.ToArray();
        var launch = LaunchPlan.Program("/bin/pwsh", "/", new Dictionary<string, string?>());
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
        var launch = LaunchPlan.Program("/bin/pwsh", "/", new Dictionary<string, string?>());
        Assert.Equal(["-NoLogo", "-NoProfile", "-NonInteractive", "-Command"], launch.Arguments.Take(4));
        Assert.Equal("Off", launch.Environment["POWERSHELL_UPDATECHECK"]);
        Assert.Equal("1", launch.Environment["POWERSHELL_TELEMETRY_OPTOUT"]);
    }

    [Fact]
    public void A_child_gathers_no_profile_for_its_compiler()
    {
        Assert.Equal("0", StartVariables.AddTo(new Dictionary<string, string?>(), living: 0)["DOTNET_TieredPGO"]);
        Assert.Equal("1", StartVariables.AddTo(new Dictionary<string, string?> { ["DOTNET_TieredPGO"] = "1" }, living: 0)["DOTNET_TieredPGO"]);
    }

    [Fact]
    public void What_the_child_is_asked_to_have_stays_and_comes_back()
    {
        var all = StartVariables.AddTo(
            new Dictionary<string, string?> { ["DOTNET_EnableDiagnostics"] = "1", ["POWERSHELL_UPDATECHECK"] = null }, living: 0);
        Assert.Equal("1", all["DOTNET_EnableDiagnostics"]);
        Assert.Equal("1", all["PROCCONCURRENCY_SAVED_DOTNET_EnableDiagnostics"]);
        Assert.Null(all["POWERSHELL_UPDATECHECK"]);
        Assert.False(all.ContainsKey("PROCCONCURRENCY_SAVED_POWERSHELL_UPDATECHECK"));
    }

    [Fact]
    public void What_the_caller_has_comes_back()
    {
        const string Name = "POWERSHELL_DIAGNOSTICS_OPTOUT";
        var before = Environment.GetEnvironmentVariable(Name);
        Environment.SetEnvironmentVariable(Name, "no");
        try
        {
            var all = StartVariables.AddTo(new Dictionary<string, string?>(), living: 0);
            Assert.Equal("1", all[Name]);
            Assert.Equal("no", all["PROCCONCURRENCY_SAVED_" + Name]);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Name, before);
        }
    }

    [Fact]
    public void The_more_children_there_are_the_later_the_compiler_looks_at_a_new_one_again()
    {
        static int Delay(int living) =>
            Convert.ToInt32(StartVariables.AddTo(new Dictionary<string, string?>(), living)["DOTNET_TC_CallCountingDelayMs"], 16);

        // 100 ms is the runtime's own.
        Assert.Equal(100, Delay(0));
        Assert.Equal(200, Delay(Environment.ProcessorCount));
        Assert.Equal(5100, Delay(50 * Environment.ProcessorCount));
    }
}
