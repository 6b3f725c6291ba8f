using System.Management.Automation;
using System.Management.Automation.Runspaces;
using ProcConcurrency.Scripts;
using ProcConcurrency.Values;

namespace ProcConcurrency.Worker;

/// <summary>What is set up in the runspace before the block runs, and what ends with it.</summary>
internal sealed partial class WorkerEngine
{
    private const string Exiting = "PowerShell.Exiting";

    /// <summary>Whether a script wants to know of the process's end.</summary>
    internal bool HasExitHandlers => _runspace.Events.GetEventSubscribers(Exiting).Any();

    /// <summary>
    /// Sets up aliases, modules, types, functions, then the values, which may be of those types, and runs the initialization block. A
    /// step's <c>exit</c> is the last step.
    /// </summary>
    /// <param name="settings">What to set up.</param>
    /// <param name="sink">Takes what it writes.</param>
    /// <param name="forGood">Functions, aliases and values stay; without it, <see cref="Withdraw"/> takes them back.</param>
    /// <exception cref="RuntimeException">One of them failed.</exception>
    internal void Furnish(RunSettings settings, RecordSink sink, bool forGood = true)
    {
        var bundle = settings.Bundle;
        _isForGood = forGood;
        SetAliases(bundle.Aliases);
        foreach (var module in bundle.Modules)
        {
            Import(module, sink);
        }

        foreach (var assembly in bundle.Assemblies)
        {
            TypeAssemblies.Load(assembly);
        }

        foreach (var function in bundle.ModuleFunctions)
        {
            Borrow(function);
        }

        foreach (var definition in bundle.Definitions)
        {
            if (definition.Function is { } name)
            {
                SetFunction(name, definition.ToScriptBlock());
            }
            else
            {
                Define(definition, sink);
            }
        }

        settings.ReadValues();
        BlockText.Know(bundle.Variables.Keys);
        foreach (var (name, value) in bundle.Variables)
        {
            SetVariable(UsingVariables.InChild(name), value);
        }

        foreach (var (name, value) in bundle.OwnVariables)
        {
            SetOwnVariable(name, value);
        }

        foreach (var module in bundle.MemoryModules)
        {
            Make(module, sink);
        }

        if (bundle.Initialization is { } initialization)
        {
            Initialize(initialization, settings.InitializationArguments, sink);
        }
    }

    /// <summary>
    /// Lets a script's own handlers of the engine's end run, after the block, an <c>exit</c> included: while the runspace is open, for
    /// when it closes they can load no module any more.
    /// </summary>
    internal void RaiseExiting(RecordSink sink)
    {
        var handlers = _runspace.Events.GetEventSubscribers(Exiting).ToArray();
        if (handlers.Length == 0)
        {
            return;
        }

        Run(sink, static shell => shell
            .AddCommand("Microsoft.PowerShell.Utility\\New-Event").AddParameter("SourceIdentifier", Exiting).AddCommand("Microsoft.PowerShell.Core\\Out-Null"), null);
        foreach (var handler in handlers)
        {
            _runspace.Events.UnsubscribeEvent(handler);
        }
    }

    /// <summary>What of the runspace begins anew for each of a pool's items: as it is now.</summary>
    /// <param name="folder">Where items run; null where that is where this process was started.</param>
    internal FreshState Remember(string? folder = null) => new(_runspace.SessionStateProxy, folder);

    /// <summary>A block as a function, which is gone again.</summary>
    internal FunctionInfo AsFunction(ScriptBlock block)
    {
        const string Name = "<ItemBlock>";
        SetItem("function", Name, block);
        var function = (FunctionInfo)_runspace.SessionStateProxy.InvokeCommand.GetCommand(Name, CommandTypes.Function);
        _runspace.SessionStateProxy.InvokeProvider.Item.Remove([$"function:\\{Name}"], recurse: false, force: true, literalPath: true);
        return function;
    }

    private void SetAliases(Dictionary<string, string> aliases)
    {
        foreach (var (name, target) in aliases)
        {
            // One that the engine brings along is there already, and often can't be written.
            var commands = _runspace.SessionStateProxy.InvokeCommand;
            if (!string.Equals(commands.GetCommand(name, CommandTypes.Alias)?.Definition, target, StringComparison.OrdinalIgnoreCase))
            {
                SetAlias(name, target);
            }
        }
    }

    private void Import(ModuleImport module, RecordSink sink) => Invoke(sink, shell =>
    {
        // Of unapproved verbs the caller was warned by its own import.
        shell.AddCommand("Microsoft.PowerShell.Core\\Import-Module").AddParameter("Name", module.Name)
            .AddParameter("DisableNameChecking").AddParameter("ErrorAction", ActionPreference.Stop);
        if (module.Prefix.Length > 0)
        {
            shell.AddParameter("Prefix", module.Prefix);
        }
    });

    /// <summary>Makes a function that its module keeps to itself known outside, as what it is: it runs in its module.</summary>
    private void Borrow(ModuleFunction function)
    {
        const string Find = """
            param($path, $name)
            foreach ($module in Microsoft.PowerShell.Core\Get-Module) {
                if ($module.Path -eq $path) {
                    & $module { param($name) Microsoft.PowerShell.Core\Get-Command -Name $name -CommandType Function, Filter -ErrorAction Ignore } $name
                }
            }
            """;
        using var shell = PowerShell.Create();
        shell.Runspace = _runspace;
        shell.AddScript(Find, useLocalScope: true).AddArgument(function.Module).AddArgument(WildcardPattern.Escape(function.Name));
        if (shell.Invoke<FunctionInfo>().FirstOrDefault() is { } found)
        {
            SetFunction(function.OuterName, found.ScriptBlock);
        }
    }

    private void Make(MemoryModule source, RecordSink sink)
    {
        // The initialization's has the state that it gave it.
        var module = _modules.GetValueOrDefault(source.Name) ?? new PSModuleInfo(linkToGlobal: true);
        foreach (var (name, value) in source.Variables)
        {
            if (module.SessionState.PSVariable.Get($"script:{name}") is null)
            {
                module.SessionState.PSVariable.Set(name, value);
            }
        }

        if (_isForGood)
        {
            _modules[source.Name] = module;
        }

        var define = module.NewBoundScriptBlock(ScriptBlock.Create(Defining));
        foreach (var function in source.Functions)
        {
            var body = module.NewBoundScriptBlock(function.ToScriptBlock());
            Invoke(sink, shell => shell.AddScript("param($define, $name, $body) & $define $name $body", useLocalScope: true)
                .AddArgument(define).AddArgument(function.Function).AddArgument(body));
            foreach (var outer in source.OuterNames.Where(name => name.Value.Equals(function.Function, StringComparison.OrdinalIgnoreCase)))
            {
                SetFunction(outer.Key, body);
            }
        }
    }

    private void Initialize(ScriptSource initialization, object?[] arguments, RecordSink sink)
    {
        sink.IsInitializing = true;
        try
        {
            DotSource(initialization.ToScriptBlock(), sink, arguments);
        }
        catch (Exception error) when (error is RuntimeException or IContainsErrorRecord)
        {
            BlockText.MarkInitialization(((IContainsErrorRecord)error).ErrorRecord);
            throw;
        }
        finally
        {
            sink.IsInitializing = false;
        }
    }

    private void DotSource(ScriptBlock block, RecordSink sink, params object?[] arguments)
    {
        try
        {
            Invoke(sink, shell =>
            {
                shell.AddScript(DotSourcing, useLocalScope: false).AddArgument(block);
                Array.ForEach(arguments, argument => shell.AddArgument(argument));
            });
        }
        finally
        {
            _runspace.SessionStateProxy.PSVariable.Remove("global:__dotted");
        }
    }
}
