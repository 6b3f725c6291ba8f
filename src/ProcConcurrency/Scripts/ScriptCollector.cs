using System.Management.Automation;
using System.Management.Automation.Language;
using ProcConcurrency.Values;

namespace ProcConcurrency.Scripts;

/// <summary>
/// Builds the bundle for a block: follows every command that it names, and that those functions name, and takes along
/// the ones that are the caller's own. What a fresh child finds by itself is left to it.
/// </summary>
internal sealed class ScriptCollector
{
    private readonly SessionState _state;
    private readonly ScriptBundle _bundle = new();
    private readonly HashSet<string> _seen = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<ScriptSource> _functions = [];
    private readonly TypeSources _types = new();
    private bool _isConstrained;

    internal ScriptCollector(SessionState state)
    {
        _state = state;
    }

    /// <summary>Takes a block as what is to be run.</summary>
    internal ScriptCollector Block(ScriptBlock block)
    {
        _bundle.Block = Source(block);
        return this;
    }

    /// <summary>Takes a command's name as what is to be run: a function goes along as the block itself.</summary>
    /// <exception cref="CallerException">There is no such command.</exception>
    internal ScriptCollector Command(string name)
    {
        var command = _state.InvokeCommand.GetCommand(name, CommandTypes.All) ?? throw Errors.CommandNotFound(name);
        while (command is AliasInfo alias)
        {
            // Looked up where its module has not been loaded yet.
            command = alias.ResolvedCommand ?? _state.InvokeCommand.GetCommand(alias.Definition, CommandTypes.All) ?? throw Errors.CommandNotFound(name);
        }

        Follow(command.Name);
        _bundle.CommandName = command is ApplicationInfo or ExternalScriptInfo ? command.Definition : command.Name;
        return this;
    }

    /// <summary>Takes a PowerShell class with a <c>Run</c> method as what is to be run.</summary>
    /// <exception cref="CallerException">It has no such method, or its source can't be found.</exception>
    internal ScriptCollector Type(Type type)
    {
        if (type.GetMethods().All(static method => method.Name != "Run" || method.GetParameters().Length != 0))
        {
            throw Errors.TypeHasNoRun(type);
        }

        if (!_types.Add(type))
        {
            throw Errors.TypeSourceNotFound(type);
        }

        _bundle.TypeName = type.Name;
        foreach (var source in _types.Scripts.SelectMany(static types => types))
        {
            Follow(source);
        }

        return this;
    }

    /// <summary>Takes a block to be run first.</summary>
    internal ScriptCollector Initialization(ScriptBlock? block)
    {
        if (block is not null)
        {
            _bundle.Initialization = Source(block);
        }

        return this;
    }

    /// <summary>Takes modules to be imported first, by name or path.</summary>
    internal ScriptCollector Modules(IEnumerable<string>? names)
    {
        _bundle.Modules.AddRange(names ?? []);
        return this;
    }

    /// <exception cref="CallerException">The caller may run no script block, or not all commands.</exception>
    internal ScriptBundle Build()
    {
        if (CommandVisibility.IsRestricted(_state))
        {
            throw Errors.CommandsRestricted();
        }

        _bundle.LanguageMode = _state.LanguageMode switch
        {
            PSLanguageMode.FullLanguage when !_isConstrained => PSLanguageMode.FullLanguage,
            PSLanguageMode.FullLanguage or PSLanguageMode.ConstrainedLanguage => PSLanguageMode.ConstrainedLanguage,
            var other => throw Errors.LanguageModeRefused(other),
        };
        _bundle.Definitions.AddRange(_types.Scripts.Select(static types => ScriptSource.From(types)));
        _bundle.Definitions.AddRange(_functions);
        return _bundle;
    }

    private ScriptSource Source(ScriptBlock block)
    {
        // A function that may do more than its caller may start a block of the caller's: that one keeps its own mode.
        _isConstrained |= EngineInternals.Blocks.IsConstrained(block);
        Follow(block.Ast);
        var text = UsingVariables.Replace(block.Ast, _state, _bundle.Variables);

        // A block's extent has its braces, a script file's or Create()'s has not; a function's body is its own statement.
        var extent = block.Ast.Extent;
        return block.Ast is ScriptBlockAst { Parent: not null } or FunctionDefinitionAst
            ? Body(block.Ast, extent, text)
            : ScriptSource.From(block.Ast, extent, text);
    }

    private static ScriptSource Body(Ast ast, IScriptExtent extent, string text)
    {
        var body = ast is FunctionDefinitionAst function ? function.Body.Extent : extent;
        text = text.Substring(body.StartOffset - extent.StartOffset, body.EndOffset - body.StartOffset);
        return text.StartsWith('{') && text.EndsWith('}')
            ? ScriptSource.From(ast, body, text[1..^1]) with { Column = body.StartColumnNumber + 1 }
            : ScriptSource.From(ast, body, text);
    }

    private void Follow(Ast ast)
    {
        foreach (var node in ast.FindAll(static node => node is CommandAst or TypeExpressionAst or TypeConstraintAst, searchNestedScriptBlocks: true))
        {
            if (node is CommandAst command)
            {
                if (command.GetCommandName() is { } name)
                {
                    Follow(name);
                }
            }
            else
            {
                var typeName = node is TypeExpressionAst expression ? expression.TypeName : ((TypeConstraintAst)node).TypeName;
                if (typeName.GetReflectionType() is { } type)
                {
                    _types.Add(type);
                }
            }
        }
    }

    private void Follow(string name)
    {
        if (!_seen.Add(name) || _state.InvokeCommand.GetCommand(name, CommandTypes.Alias | CommandTypes.Function | CommandTypes.Cmdlet) is not { } command)
        {
            return;
        }

        switch (command)
        {
            case AliasInfo { ReferencedCommand: { } target } alias:
                if (alias.ModuleName.Length == 0)
                {
                    _bundle.Aliases[alias.Name] = alias.Definition;
                }

                Follow(target.Name);
                break;
            case FunctionInfo function when function.Module is null || !TakeModule(function.Module):
                TakeFunction(function);
                break;
            case CmdletInfo { ModuleName: "ProcConcurrency" }:
                TakeOwnModule();
                break;
            case CmdletInfo { Module: { } module }:
                TakeModule(module);
                break;
        }
    }

    private void TakeFunction(FunctionInfo function)
    {
        var ast = function.ScriptBlock.Ast;
        var extent = ast.Extent;
        _functions.Add(ast is FunctionDefinitionAst definition && definition.Name.Equals(function.Name, StringComparison.OrdinalIgnoreCase)
            ? ScriptSource.From(ast, extent)
            : new ScriptSource($"function {function.Name} {{{function.Definition}}}", null, 1, 1, string.Empty));
        Follow(ast);
    }

    /// <summary>Whether the child gets the command with its module: found there by itself, or imported by path.</summary>
    private bool TakeModule(PSModuleInfo module)
    {
        if (!File.Exists(module.Path))
        {
            return false; // Made in memory.
        }

        var paths = (Environment.GetEnvironmentVariable("PSModulePath") ?? string.Empty).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        if (!Array.Exists(paths, path => module.Path.StartsWith(path, StringComparison.OrdinalIgnoreCase)) && !_bundle.Modules.Contains(module.Path))
        {
            _bundle.Modules.Add(module.Path);
        }

        return true;
    }

    private void TakeOwnModule()
    {
        if (ModuleHome.Manifest is { } manifest && !_bundle.Modules.Contains(manifest))
        {
            _bundle.Modules.Add(manifest);
        }
    }
}
