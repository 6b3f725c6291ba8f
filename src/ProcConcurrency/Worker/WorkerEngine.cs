using System.Management.Automation;
using System.Management.Automation.Runspaces;
using ProcConcurrency.Scripts;

namespace ProcConcurrency.Worker;

/// <summary>A child's one runspace: opened bare, furnished with what a bundle brings, running on the calling thread.</summary>
internal sealed partial class WorkerEngine : IDisposable
{
    /// <summary>How a definition or the initialization is called. Its parameter is a variable of the global scope meanwhile.</summary>
    internal const string DotSourcing = "param($__dotted) . $__dotted @args";

    /// <summary>How a module gets a function.</summary>
    internal const string Defining = "param($name, $body) Microsoft.PowerShell.Management\\Set-Item -LiteralPath \"function:script:$name\" -Value $body";

    private readonly Runspace _runspace;
    private readonly WorkerHost _host;

    // Guards _running and _stopped.
    private readonly object _gate = new();
    private PowerShell? _running;
    private bool _stopped;

    private WorkerEngine(Runspace runspace, WorkerHost host)
    {
        _runspace = runspace;
        _host = host;
    }

    /// <summary>The exit code that a script asked for with <c>exit</c>; null where none did.</summary>
    internal int? ExitCode => _host.ExitCode;

    /// <summary>The exit code of what was run by name, where that is a program; null where it has none.</summary>
    internal int? ProgramExitCode(string? command) =>
        command is not null && FileOf(command) is ApplicationInfo ? _runspace.SessionStateProxy.GetVariable("LASTEXITCODE") as int? : null;

    /// <summary>Opens the child's one.</summary>
    internal static WorkerEngine Open()
    {
        var engine = OpenAnother();

        // The engine looks at its variables when it opens, and when a pipeline is made for the first time.
        PowerShell.Create().Dispose();
        StartVariables.Restore();
        return engine;
    }

    /// <summary>Opens one beside it, for a rehearsal.</summary>
    internal static WorkerEngine OpenAnother()
    {
        var state = InitialSessionState.CreateDefault2();
        state.ThreadOptions = PSThreadOptions.UseCurrentThread;
        var host = new WorkerHost();
        var runspace = RunspaceFactory.CreateRunspace(host, state);
        runspace.Open();
        Runspace.DefaultRunspace = runspace;
        OwnCommands.MakeKnownIn(runspace.SessionStateProxy.InvokeCommand);
        runspace.Debugger.DebuggerStop += (_, stop) =>
        {
            // Nobody could resume it.
            stop.ResumeAction = DebuggerResumeAction.Continue;
            host.WarnOfDebugging();
        };
        return new WorkerEngine(runspace, host);
    }

    /// <summary>What its scripts may do: what the caller's may.</summary>
    internal PSLanguageMode LanguageMode
    {
        set => _runspace.SessionStateProxy.LanguageMode = value;
    }

    /// <summary>Takes a path of PowerShell's for the folder that the process is in. It stays as it is where the path means another one here.</summary>
    internal void Enter(string location)
    {
        var paths = _runspace.SessionStateProxy.Path;
        if (Folder(paths.GetUnresolvedProviderPathFromPSPath(location)) == Folder(paths.CurrentFileSystemLocation.ProviderPath))
        {
            _ = paths.SetLocation(WildcardPattern.Escape(location));
        }

        static string Folder(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
    }

    /// <summary>Takes the process to another folder.</summary>
    /// <exception cref="CallerException">It is gone, or nobody may enter it.</exception>
    internal static void GoTo(string folder)
    {
        try
        {
            Environment.CurrentDirectory = folder;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Errors.WorkingDirectoryNotFound(folder);
        }
    }

    /// <summary>Goes to another folder, with the whole process.</summary>
    /// <param name="folder">The system's path.</param>
    /// <param name="location">See <see cref="RunSettings.Location"/>.</param>
    /// <exception cref="CallerException">It is gone, or nobody may enter it.</exception>
    internal void Move(string folder, string? location)
    {
        GoTo(folder);
        _ = _runspace.SessionStateProxy.Path.SetLocation(WildcardPattern.Escape(folder));
        if (location is not null)
        {
            Enter(location);
        }
    }

    /// <summary>
    /// Lets the runspace stand where the process is, as if it had been opened there: to set its location would leave one in the history
    /// of locations. False where that is on another drive.
    /// </summary>
    internal bool EnterCurrentDirectory()
    {
        var folder = Environment.CurrentDirectory;
        var proxy = _runspace.SessionStateProxy;
        var drive = proxy.Drive.Current;
        if (!folder.StartsWith(drive.Root, StringComparison.Ordinal))
        {
            return false;
        }

        drive.CurrentLocation = folder[drive.Root.Length..];
        proxy.SetVariable("PWD", proxy.Path.CurrentLocation);
        return true;
    }

    /// <summary>Whether <see cref="Stop"/> was called.</summary>
    internal bool IsStopped
    {
        get
        {
            lock (_gate)
            {
                return _stopped;
            }
        }
    }

    /// <summary>
    /// Makes a block a pipeline's command: as a function, which the engine calls without a script around it. The name is
    /// what a stack trace calls a block.
    /// </summary>
    internal void AddBlock(PowerShell shell, ScriptBlock block)
    {
        const string Name = "<ScriptBlock>";
        SetItem("function", Name, block);
        shell.AddCommand(Name);
    }

    /// <summary>Makes what is called so, or the file of that path, a pipeline's command. A script file's own <c>exit</c> ends all, as a block's does.</summary>
    internal void AddCommand(PowerShell shell, string command)
    {
        if (FileOf(command) is ExternalScriptInfo)
        {
            EngineInternals.ScriptFiles.PassExitOn(_runspace);
        }

        shell.AddCommand(command);
    }

    /// <summary>Runs one pipeline to its end; its records go to the sink as they come. After an <c>exit</c> none runs.</summary>
    /// <exception cref="RuntimeException">A terminating error.</exception>
    internal void Invoke(RecordSink sink, Action<PowerShell> build, object?[]? input = null)
    {
        if (ExitCode is null)
        {
            Run(sink, build, input);
        }
    }

    // A program or a script file comes by its path. What comes by a name is something else, though there be a program of that name.
    private CommandInfo? FileOf(string command) => Path.IsPathRooted(command)
        ? _runspace.SessionStateProxy.InvokeCommand.GetCommand(command, CommandTypes.Application | CommandTypes.ExternalScript)
        : null;

    private void Run(RecordSink sink, Action<PowerShell> build, object?[]? input)
    {
        using var shell = PowerShell.Create();
        shell.Runspace = _runspace;
        build(shell);
        sink.Attach(shell);
        _host.Sink = sink;
        lock (_gate)
        {
            if (_stopped)
            {
                throw new PipelineStoppedException();
            }

            _running = shell;
        }

        try
        {
            shell.Invoke(input, sink.Output);
            if (shell.InvocationStateInfo is { State: PSInvocationState.Stopped } info && ExitCode is null)
            {
                // Where the block itself threw what a stop throws, nothing else tells of it.
                throw info.Reason ?? new PipelineStoppedException();
            }
        }
        finally
        {
            _host.Sink = null;
            lock (_gate)
            {
                _running = null;
            }
        }
    }

    /// <summary>Stops what runs, and lets nothing more begin.</summary>
    internal void Stop()
    {
        lock (_gate)
        {
            _stopped = true;
            _running?.BeginStop(null, null);
        }
    }

    public void Dispose() => _runspace.Dispose();
}
