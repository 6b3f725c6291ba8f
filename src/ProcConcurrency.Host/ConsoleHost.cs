using System.Globalization;
using System.Management.Automation.Host;
using System.Reflection;

namespace ProcConcurrency.Host;

/// <summary>The engine's host on a terminal or in a pipe.</summary>
internal sealed class ConsoleHost : PSHost
{
    private readonly ConsoleUserInterface _interface = new();

    /// <summary>What a script's <c>exit</c> asked for.</summary>
    internal int? ExitCode { get; private set; }

    public override string Name => "ProcConcurrency.Host";

    public override Version Version { get; } = Assembly.GetExecutingAssembly().GetName().Version ?? new Version(0, 0);

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override CultureInfo CurrentCulture { get; } = CultureInfo.CurrentCulture;

    public override CultureInfo CurrentUICulture { get; } = CultureInfo.CurrentUICulture;

    public override PSHostUserInterface UI => _interface;

    /// <summary>Leaves the terminal as it was.</summary>
    internal void Finish() => _interface.Finish();

    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;

    public override void EnterNestedPrompt() => throw ConsoleUserInterface.Refused("A nested prompt");

    public override void ExitNestedPrompt()
    {
    }

    public override void NotifyBeginApplication() => _interface.Finish();

    public override void NotifyEndApplication()
    {
    }
}
