using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Reflection;

namespace ProcConcurrency.Worker;

/// <summary>A child's host: remembers the exit code, and has nobody to ask. Records reach the parent through the streams, not here.</summary>
internal sealed class WorkerHost : PSHost
{
    private bool _warned;

    /// <summary>What <c>exit</c> was given.</summary>
    internal int? ExitCode { get; private set; }

    public override string Name => "ProcConcurrency child";

    public override Version Version { get; } = Assembly.GetExecutingAssembly().GetName().Version ?? new Version(0, 0);

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override CultureInfo CurrentCulture => CultureInfo.CurrentCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.CurrentUICulture;

    /// <summary>Takes what scripts write to the host itself, while a pipeline runs.</summary>
    internal RecordSink? Sink
    {
        set
        {
            ((WorkerUserInterface)UI).Sink = value;
            _warned = false;
        }
    }

    /// <summary>Says that a script stopped to be debugged, and goes on; once while a pipeline runs.</summary>
    internal void WarnOfDebugging()
    {
        if (!_warned)
        {
            _warned = true;
            ((WorkerUserInterface)UI).Warn("Wait-Debugger or a breakpoint was reached. Nobody can debug here, for this process has no user: it goes on.");
        }
    }

    public override PSHostUserInterface UI { get; } = new WorkerUserInterface();

    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;

    public override void EnterNestedPrompt() => throw WorkerUserInterface.Nobody("a nested prompt");

    public override void ExitNestedPrompt()
    {
    }

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }
}

/// <summary>The user interface of a process without a user: what is written goes the way of the streams, what is asked is refused.</summary>
internal sealed class WorkerUserInterface : PSHostUserInterface
{
    private volatile RecordSink? _sink;

    internal RecordSink? Sink
    {
        set => _sink = value;
    }

    public override PSHostRawUserInterface RawUI { get; } = new WorkerRawUserInterface();

    /// <summary>Writes a warning of this process itself.</summary>
    internal void Warn(string message) => _sink?.Add(RecordStream.Warning, new WarningRecord(message));

    internal static HostException Nobody(string what) => new($"A child process has no user to ask: {what} is not possible here.");

    public override Dictionary<string, PSObject> Prompt(
        string caption, string message, System.Collections.ObjectModel.Collection<FieldDescription> descriptions) => throw Nobody("a prompt");

    public override int PromptForChoice(
        string caption, string message, System.Collections.ObjectModel.Collection<ChoiceDescription> choices, int defaultChoice) =>
        throw Nobody("a choice");

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        throw Nobody("a prompt for credentials");

    public override PSCredential PromptForCredential(
        string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) =>
        throw Nobody("a prompt for credentials");

    public override string ReadLine() => throw Nobody("reading a line");

    public override System.Security.SecureString ReadLineAsSecureString() => throw Nobody("reading a secret");

    public override void Write(string value) => Show(new() { Message = value, NoNewLine = true });

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) =>
        Show(new() { Message = value, NoNewLine = true, ForegroundColor = foregroundColor, BackgroundColor = backgroundColor });

    public override void WriteLine(string value) => Show(new() { Message = value });

    public override void WriteLine(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) =>
        Show(new() { Message = value, ForegroundColor = foregroundColor, BackgroundColor = backgroundColor });

    public override void WriteErrorLine(string value) => WriteLine(value);

    // The engine has written these to their streams already, for a script that calls them on $Host.UI too.
    public override void WriteDebugLine(string message)
    {
    }

    public override void WriteProgress(long sourceId, ProgressRecord record)
    {
    }

    public override void WriteVerboseLine(string message)
    {
    }

    public override void WriteWarningLine(string message)
    {
    }

    private void Show(HostInformationMessage text) => _sink?.AddHostText(text);
}

/// <summary>A screen of a fixed size that nobody sees: formatting asks for its width.</summary>
internal sealed class WorkerRawUserInterface : PSHostRawUserInterface
{
    // No color that anybody knows, as in a terminal: text for which none was asked for has the reader's own.
    public override ConsoleColor BackgroundColor { get; set; } = (ConsoleColor)(-1);

    public override ConsoleColor ForegroundColor { get; set; } = (ConsoleColor)(-1);

    public override Size BufferSize { get; set; } = new(120, 50);

    public override Coordinates CursorPosition { get; set; }

    public override int CursorSize { get; set; } = 25;

    public override bool KeyAvailable => false;

    public override Size MaxPhysicalWindowSize => BufferSize;

    public override Size MaxWindowSize => BufferSize;

    public override Coordinates WindowPosition { get; set; }

    public override Size WindowSize { get; set; } = new(120, 50);

    public override string WindowTitle { get; set; } = string.Empty;

    public override void FlushInputBuffer()
    {
    }

    public override BufferCell[,] GetBufferContents(Rectangle rectangle) => new BufferCell[0, 0];

    public override KeyInfo ReadKey(ReadKeyOptions options) => throw WorkerUserInterface.Nobody("reading a key");

    public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill)
    {
    }

    public override void SetBufferContents(Rectangle rectangle, BufferCell fill)
    {
    }

    public override void SetBufferContents(Coordinates origin, BufferCell[,] contents)
    {
    }
}
