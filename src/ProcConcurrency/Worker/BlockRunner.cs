using System.Collections.ObjectModel;
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
            engine.Furnish(settings, sink);
            engine.Invoke(sink, shell => Build(shell, settings), settings.Input);
        }
        catch (PipelineStoppedException) when (engine.IsStopped)
        {
            // No answer: the process ends of the stop request, and its parent is to see that.
            sink.Flush(isLast: true);
            return 1;
        }
        catch (Exception error) when (error is RuntimeException or IContainsErrorRecord)
        {
            threw = true;
            sink.Add(RecordStream.Error, ((IContainsErrorRecord)error).ErrorRecord);
        }

        try
        {
            engine.RaiseExiting(sink);
        }
        catch (PipelineStoppedException) when (engine.IsStopped)
        {
            sink.Flush(isLast: true);
            return 1;
        }

        var code = engine.ExitCode ?? (threw ? 1 : engine.ProgramExitCode(settings.Bundle.CommandName) ?? 0);
        sink.Flush(isLast: true);
        new RunAnswer(code, threw).Send(link, context);
        return code;
    }

    /// <summary>For a run in the caller's own process: what a child is furnished with is set up in a scope around the block.</summary>
    internal static Collection<PSObject> RunHere(RunSettings settings)
    {
        // Names that no initialization sets.
        const string Furnish = """
            param($__run, $__with, $__named, $__in, $__variables, $__modules, $__init)
            $__session = $ExecutionContext.SessionState.PSVariable
            foreach ($__name in $__variables.Keys) { $__session.Set($__name, $__variables[$__name]); $__session.Set("global:$__name", $__variables[$__name]) }
            if ($__modules) { Microsoft.PowerShell.Core\Import-Module $__modules -DisableNameChecking }
            if ($__init) { . $__init }

            """;
        // The methods of the block's classes see no variables but global ones.
        const string TakeBack = """
            finally { foreach ($__name in $__variables.Keys) { $__session.Remove("global:$__name") } }
            """;
        var call = $"try {{ {(settings.Input is null ? string.Empty : "$__in | ")}& $__run @__with @__named }} {TakeBack}";
        return ScriptBlock.Create(Furnish + call).Invoke(
            (object?)Closed(settings.Bundle) ?? settings.Bundle.CommandName,
            settings.ArgumentList,
            settings.Parameters ?? new System.Collections.Hashtable(),
            settings.Input,
            settings.Bundle.Variables.ToDictionary(static value => UsingVariables.InChild(value.Key), static value => value.Value),
            settings.Bundle.Modules.Select(static module => module.Name).ToArray(),
            settings.Bundle.Initialization?.ToScriptBlock());
    }

    /// <summary>The block, or what is called by name, is the pipeline's one command: nothing of ours around it, in stack traces either.</summary>
    private void Build(PowerShell shell, RunSettings settings)
    {
        if (Block(settings.Bundle) is { } block)
        {
            engine.AddBlock(shell, block);
        }
        else
        {
            shell.AddCommand(settings.Bundle.CommandName!);
        }

        foreach (var argument in settings.ArgumentList)
        {
            shell.AddArgument(argument);
        }

        if (settings.Parameters is not null)
        {
            shell.AddParameters(settings.Parameters);
        }
    }

    private static ScriptBlock? Block(ScriptBundle bundle) =>
        bundle.TypeName is { } type ? ScriptBlock.Create(MakeAndRun(type)) : bundle.Block?.ToScriptBlock();

    /// <summary>The block, as the closure that it was: here it must not touch the caller's own variables.</summary>
    private static ScriptBlock? Closed(ScriptBundle bundle)
    {
        var block = Block(bundle);
        if (block is null || bundle.OwnVariables.Count == 0)
        {
            return block;
        }

        var module = new PSModuleInfo(linkToGlobal: true);
        foreach (var (name, value) in bundle.OwnVariables)
        {
            module.SessionState.PSVariable.Set(name, value);
        }

        return module.NewBoundScriptBlock(block);
    }

    /// <summary>
    /// A call that fails ends only its statement; without an object there is nothing to run, so it is thrown on. What the
    /// constructor threw is the exception within, with the constructor's own position.
    /// </summary>
    private static string MakeAndRun(string type) => $$"""
        try {
            $made = [{{type}}]::new.Invoke($args)
        } catch {
            throw ($_.Exception.InnerException -as [Management.Automation.RuntimeException]) ?? $_
        }
        $made.Run()
        """;
}
