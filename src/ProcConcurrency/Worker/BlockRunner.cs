using System.Management.Automation;
using ProcConcurrency.Runtime.Channels;
using ProcConcurrency.Runtime.Processes;
using ProcConcurrency.Scripts;
using ProcConcurrency.Values;

namespace ProcConcurrency.Worker;

/// <summary>Runs a child's one block and answers with its exit code.</summary>
internal sealed class BlockRunner(ParentLink link, WorkerEngine engine, ValueContext context)
{
    internal int Run(RunSettings settings)
    {
        using var sink = new ProcessRecordSink(link, context);
        var threw = false;
        try
        {
            engine.Furnish(settings.Bundle, sink);
            engine.Invoke(sink, shell => Build(shell, settings));
        }
        catch (PipelineStoppedException)
        {
            threw = true;
        }
        catch (Exception error) when (error is RuntimeException or IContainsErrorRecord)
        {
            threw = true;
            sink.Add(RecordStream.Error, ((IContainsErrorRecord)error).ErrorRecord);
        }

        var code = engine.ExitCode ?? (threw ? 1 : 0);
        sink.Flush();
        using var answer = new ValueWriter(context);
        answer.Write(code);
        answer.Write(threw);
        link.Send(MessageKind.Answer, ChildProtocol.Run, answer.Written);
        return code;
    }

    /// <summary>For a run in the caller's own process: what a child is furnished with is set up in a scope around the block.</summary>
    internal static void BuildHere(PowerShell shell, RunSettings settings)
    {
        const string Furnish = """
            param($run, $with, $named, $in, $variables, $modules, $init)
            foreach ($name in $variables.Keys) { $ExecutionContext.SessionState.PSVariable.Set($name, $variables[$name]) }
            if ($modules) { Import-Module $modules }
            if ($init) { . $init }
            """;
        Build(shell, settings, Furnish);
        shell.AddArgument(settings.Bundle.Variables)
            .AddArgument(settings.Bundle.Modules)
            .AddArgument(settings.Bundle.Initialization?.ToScriptBlock());
    }

    private static void Build(PowerShell shell, RunSettings settings, string preparation = "param($run, $with, $named, $in)")
    {
        // One script for all forms: what runs is a block or a name, and both are called with &.
        object target = settings.Bundle.Block?.ToScriptBlock() ?? (object?)settings.Bundle.CommandName ?? TypeBlock(settings.Bundle.TypeName!);
        var piped = settings.Input is null ? string.Empty : "$in | ";
        shell.AddScript($"{preparation}\n{piped}& $run @with @named", useLocalScope: true)
            .AddArgument(target)
            .AddArgument(settings.ArgumentList)
            .AddArgument(settings.Parameters ?? new System.Collections.Hashtable())
            .AddArgument(settings.Input);
    }

    private static ScriptBlock TypeBlock(string name) => ScriptBlock.Create($"([{name}]::new.Invoke($args)).Run()");
}
