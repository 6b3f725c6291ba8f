using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace ProcConcurrency.Host;

/// <summary>Writes to standard output and error, in colours on a terminal, plainly into a pipe. It asks nothing.</summary>
internal sealed class ConsoleUserInterface : PSHostUserInterface
{
    private const string Red = "\e[31;1m";
    private const string Yellow = "\e[33;1m";
    private const string Reset = "\e[0m";

    // Guards what is written, so that lines and the progress bar don't mix.
    private readonly object _gate = new();
    private readonly ProgressLine? _progress = !Console.IsErrorRedirected && !Console.IsOutputRedirected ? new ProgressLine() : null;
    private readonly bool _colours = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null;

    internal ConsoleUserInterface()
    {
        if (!_colours)
        {
            PSStyle.Instance.OutputRendering = OutputRendering.PlainText;
        }
    }

    public override PSHostRawUserInterface RawUI { get; } = new ConsoleRawUserInterface();

    public override bool SupportsVirtualTerminal => _colours;

    internal static HostException Refused(string what) => new($"{what} is not possible here: the embedded engine doesn't talk to anybody.");

    /// <summary>Takes the progress bar away.</summary>
    internal void Finish()
    {
        lock (_gate)
        {
            _progress?.Clear();
            Console.Out.Flush();
        }
    }

    public override void Write(string value) => Emit(Console.Out, value);

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) =>
        Emit(Console.Out, _colours ? AnsiColour.Of(foregroundColor) + value + Reset : value);

    public override void WriteLine(string value) => Emit(Console.Out, value + "\n");

    public override void WriteErrorLine(string value) => Emit(Console.Error, Coloured(Red, value));

    public override void WriteWarningLine(string message) => Emit(Console.Out, Coloured(Yellow, $"WARNING: {message}"));

    public override void WriteVerboseLine(string message) => Emit(Console.Out, Coloured(Yellow, $"VERBOSE: {message}"));

    public override void WriteDebugLine(string message) => Emit(Console.Out, Coloured(Yellow, $"DEBUG: {message}"));

    public override void WriteProgress(long sourceId, ProgressRecord record)
    {
        lock (_gate)
        {
            _progress?.Show(record);
        }
    }

    public override string ReadLine() => throw Refused("Reading a line");

    public override SecureString ReadLineAsSecureString() => throw Refused("Reading a secret");

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) =>
        throw Refused($"Asking for {string.Join(", ", descriptions.Select(static field => field.Name))}");

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice) =>
        throw Refused($"Asking '{message}'");

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        throw Refused("Asking for credentials");

    public override PSCredential PromptForCredential(
        string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) =>
        throw Refused("Asking for credentials");

    private string Coloured(string colour, string text) => (_colours ? colour + text + Reset : text) + "\n";

    private void Emit(TextWriter writer, string text)
    {
        lock (_gate)
        {
            _progress?.Clear();
            writer.Write(text);
        }
    }
}

/// <summary>The terminal's escape codes for the console's sixteen colours.</summary>
internal static class AnsiColour
{
    private static readonly int[] s_codes = [30, 34, 32, 36, 31, 35, 33, 37, 90, 94, 92, 96, 91, 95, 93, 97];

    internal static string Of(ConsoleColor colour) => (int)colour is >= 0 and < 16 ? $"\e[{s_codes[(int)colour]}m" : string.Empty;
}
