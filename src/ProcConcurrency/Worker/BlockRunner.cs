using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Language;
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
            sink.Add(RecordStream.Error, ThrownError.RecordOf(error));
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
            param($__run, $__with, $__named, $__in, $__variables, $__modules, $__init, $__functions)
            foreach ($__name in $__variables.Keys) { $ExecutionContext.SessionState.PSVariable.Set($__name, $__variables[$__name]) }
            if ($__modules) { Microsoft.PowerShell.Core\Import-Module $__modules -DisableNameChecking }
            foreach ($__name in $__functions) { . $__name }
            if ($__init) { . $__init }

            """;
        var (block, initialization, functions) = Closed(settings.Bundle);
        var values = settings.Bundle.Variables.ToDictionary(static value => UsingVariables.InChild(value.Key), static value => value.Value);

        // The methods of the block's classes see no variables but global ones. Here those may be a block's that runs now, so they come back.
        var variables = (PSVariableIntrinsics)ScriptBlock.Create("$ExecutionContext.SessionState.PSVariable").Invoke()[0].BaseObject;
        var before = values.Keys.Select(name => variables.Get($"global:{name}")).OfType<PSVariable>()
            .ToDictionary(static variable => variable.Name, static variable => variable.Value, StringComparer.OrdinalIgnoreCase);
        try
        {
            foreach (var (name, value) in values)
            {
                variables.Set($"global:{name}", value);
            }

            return ScriptBlock.Create($"{Furnish}{(settings.Input is null ? string.Empty : "$__in | ")}& $__run @__with @__named").Invoke(
                (object?)block ?? settings.Bundle.CommandName,
                settings.ArgumentList,
                settings.Parameters ?? new System.Collections.Hashtable(),
                settings.Input,
                values,
                settings.Bundle.Modules.Select(static module => module.Name).ToArray(),
                initialization,
                functions);
        }
        finally
        {
            foreach (var name in values.Keys)
            {
                if (before.TryGetValue(name, out var value))
                {
                    variables.Set($"global:{name}", value);
                }
                else
                {
                    variables.Remove($"global:{name}");
                }
            }
        }
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
            engine.AddCommand(shell, settings.Bundle.CommandName!);
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

    /// <summary>The block and what runs first, as the closures that they were: here they must not touch the caller's own variables.</summary>
    private static (ScriptBlock? Block, ScriptBlock? Initialization, ScriptBlock[] Functions) Closed(ScriptBundle bundle)
    {
        const string Sees = "param($name) Microsoft.PowerShell.Management\\Test-Path -LiteralPath \"function:$($name -replace '^\\w+:')\"";
        var block = Block(bundle);
        var initialization = bundle.Initialization?.ToScriptBlock();
        if (bundle.OwnVariables.Count == 0)
        {
            return (block, initialization, []);
        }

        // One for both, so that the block finds what the other sets. Nothing of the script around them is seen from there: what they call is taken along.
        var module = new PSModuleInfo(linkToGlobal: true);
        foreach (var (name, value) in bundle.OwnVariables)
        {
            module.SessionState.PSVariable.Set(name, value);
        }

        var functions = new List<ScriptBlock>();
        foreach (var definition in bundle.Definitions)
        {
            var script = definition.ToScriptBlock();
            var name = definition.Function ?? ((FunctionDefinitionAst)script.Ast.Find(static node => node is FunctionDefinitionAst, searchNestedScriptBlocks: false)).Name;
            if (LanguagePrimitives.IsTrue(module.Invoke(ScriptBlock.Create(Sees), name)))
            {
                // A global one stays what it is, with the variables of its own script.
            }
            else if (definition.Function is null)
            {
                functions.Add(Bound(script)!);
            }
            else
            {
                module.Invoke(ScriptBlock.Create(WorkerEngine.Defining), name, Bound(script));
            }
        }

        return (Bound(block), Bound(initialization), [.. functions]);

        ScriptBlock? Bound(ScriptBlock? script) => script is null ? null : module.NewBoundScriptBlock(script);
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
