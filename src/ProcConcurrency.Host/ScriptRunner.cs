using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;

namespace ProcConcurrency.Host;

/// <summary>Runs one script or command on the terminal, with pwsh's exit codes.</summary>
internal sealed class ScriptRunner
{
    private const int Canceled = 130;
    private readonly ConsoleHost _host = new();
    private PowerShell? _shell;
    private int _interrupts;

    /// <summary>Runs what the command line says; returns the exit code.</summary>
    internal int Run(CommandLine line)
    {
        var state = EngineState.Create();
        state.ThreadOptions = PSThreadOptions.UseCurrentThread;
        using var runspace = RunspaceFactory.CreateRunspace(_host, state);
        runspace.Open();
        Runspace.DefaultRunspace = runspace;
        LetExitEndTheProgram(runspace);
        using var shell = _shell = PowerShell.Create();
        shell.Runspace = runspace;
        Build(shell, line);
        Console.CancelKeyPress += OnInterrupt;
        try
        {
            Invoke(shell);
        }
        catch (PipelineStoppedException)
        {
            return _interrupts > 0 ? Canceled : 1;
        }
        catch (RuntimeException error)
        {
            Report(runspace, error.ErrorRecord);
            return _host.ExitCode ?? 1;
        }
        finally
        {
            Console.CancelKeyPress -= OnInterrupt;
            _host.Finish();
        }

        return _host.ExitCode ?? (line.Mode == HostMode.Command && shell.HadErrors ? 1 : 0);
    }

    /// <summary>
    /// In a script file <c>exit</c> else ends that file only; pwsh tells its engine with the same switch that the file is the program.
    /// </summary>
    private static void LetExitEndTheProgram(Runspace runspace)
    {
        const BindingFlags Internal = BindingFlags.Instance | BindingFlags.NonPublic;
        var context = typeof(Runspace).GetProperty("GetExecutionContext", Internal)?.GetValue(runspace)
            ?? typeof(Runspace).GetProperty("ExecutionContext", Internal)?.GetValue(runspace);
        context?.GetType().GetProperty("ScriptCommandProcessorShouldRethrowExit", Internal)?.SetValue(context, true);
    }

    /// <summary>The script's output and errors go through Out-Default, merged in their order, as in pwsh.</summary>
    private static void Invoke(PowerShell shell)
    {
        shell.AddCommand("Out-Default");
        shell.Commands.Commands[^1].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        shell.Commands.Commands[0].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);

        // What a block writes that a method invokes has no pipeline to go through.
        shell.Streams.Error.DataAdded += static (errors, added) =>
        {
            using var inner = PowerShell.Create(RunspaceMode.CurrentRunspace);
            Report(inner, ((PSDataCollection<ErrorRecord>)errors!)[added.Index]);
        };
        shell.Invoke();
    }

    /// <summary>Shown as every error is, on standard error: the engine marks what comes off the error stream, and Out-Default asks for that mark.</summary>
    private static void Report(Runspace runspace, ErrorRecord error)
    {
        using var shell = PowerShell.Create();
        shell.Runspace = runspace;
        Report(shell, error);
    }

    private static void Report(PowerShell shell, ErrorRecord error)
    {
        var marked = PSObject.AsPSObject(error);
        var mark = typeof(PSObject).GetProperty("WriteStream", BindingFlags.Instance | BindingFlags.NonPublic);
        mark?.SetValue(marked, Enum.Parse(mark.PropertyType, "Error"));
        shell.AddCommand("Out-Default").AddParameter("InputObject", marked).Invoke();
    }

    private static void Build(PowerShell shell, CommandLine line)
    {
        if (line.Mode == HostMode.Command)
        {
            shell.AddScript(line.Text == "-" ? Console.In.ReadToEnd() : line.Text, useLocalScope: false);
            return;
        }

        shell.AddCommand(Path.GetFullPath(line.Text), useLocalScope: false);
        for (var i = 0; i < line.Arguments.Count; i++)
        {
            AddArgument(shell, line.Arguments, ref i);
        }
    }

    /// <summary>Binds as pwsh -File does: -Name value, -Switch, -Switch:$false, and what is left by position.</summary>
    private static void AddArgument(PowerShell shell, IReadOnlyList<string> arguments, ref int i)
    {
        var argument = arguments[i];
        if (argument.Length < 2 || argument[0] != '-' || !char.IsLetter(argument[1]))
        {
            shell.AddArgument(argument);
            return;
        }

        var colon = argument.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0)
        {
            var text = argument[(colon + 1)..];
            object value = text.ToUpperInvariant() switch { "$TRUE" => true, "$FALSE" => false, _ => text };
            shell.AddParameter(argument[1..colon], value);
        }
        else if (i + 1 < arguments.Count && !(arguments[i + 1].Length > 1 && arguments[i + 1][0] == '-' && char.IsLetter(arguments[i + 1][1]))
            && !IsSwitch(shell, argument[1..]))
        {
            shell.AddParameter(argument[1..], arguments[++i]);
        }
        else
        {
            shell.AddParameter(argument[1..]);
        }
    }

    private static bool IsSwitch(PowerShell shell, string name)
    {
        var command = new CommandInfoLookup(shell.Runspace).Find(shell.Commands.Commands[0].CommandText);
        return command?.Parameters is { } parameters
            && parameters.Values.FirstOrDefault(parameter => parameter.Name.StartsWith(name, StringComparison.OrdinalIgnoreCase)) is { SwitchParameter: true };
    }

    private void OnInterrupt(object? sender, ConsoleCancelEventArgs interrupt)
    {
        // The first stops the script, so that it can clean up; the second ends the process.
        interrupt.Cancel = Interlocked.Increment(ref _interrupts) == 1;
        if (interrupt.Cancel)
        {
            _shell?.BeginStop(null, null);
        }
    }
}

/// <summary>Looks a command up in a runspace that runs nothing yet.</summary>
internal sealed class CommandInfoLookup(Runspace runspace)
{
    /// <summary>The command, or null.</summary>
    internal CommandInfo? Find(string name) => runspace.SessionStateProxy.InvokeCommand.GetCommand(name, CommandTypes.All);
}
