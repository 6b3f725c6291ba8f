using System.Management.Automation;
using System.Management.Automation.Language;
using System.Reflection;
using System.Runtime.Loader;

namespace ProcConcurrency.Scripts;

/// <summary>
/// Builds the bundle for a block: follows every command and every type that it names, and that those name, and takes
/// along the ones that are the caller's own. What a fresh child finds by itself is left to it.
/// </summary>
internal sealed class ScriptCollector
{
    private static readonly HashSet<string> s_loaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Add-Type", "Import-Module", "ipmo", "Invoke-Expression", "iex", "Invoke-Command", "icm",
    };

    private readonly SessionState _state;
    private readonly bool _isElsewhere;
    private readonly ScriptBundle _bundle;
    private readonly CommandSources _commands;
    private readonly TypeSources _types;
    private bool _isConstrained;

    // Whether what was taken may be something else the next time though the commands are the same.
    private bool _isOpen;

    // A type that a child can't have, unless what the block runs makes it there; and whether it runs anything that could.
    private Type? _unloadable;

    /// <summary>Whether something that is run could load a type, here or before.</summary>
    internal bool MayLoad { get; set; }

    /// <summary>
    /// By what to tell that all this would come out the same once more; null where that can't be told: for values of the caller's, types of
    /// its own, and names of types that there are not yet.
    /// </summary>
    internal CommandFindings? Findings => _isOpen || _types.Sources.Count > 0 || _unloadable is not null
        || _bundle is not { Variables.Count: 0, OwnVariables.Count: 0, MemoryModules.Count: 0 } ? null : _commands.Findings;

    /// <summary>The source of types.</summary>
    internal TypeSources Types => _types;

    /// <param name="state">The caller's.</param>
    /// <param name="isElsewhere">Whether the block runs on another machine.</param>
    internal ScriptCollector(SessionState state, bool isElsewhere = false)
    {
        _state = state;
        _isElsewhere = isElsewhere;
        _types = new TypeSources(() => _commands!);
        _bundle = new ScriptBundle { Types = _types };
        _commands = new CommandSources(state, _bundle, Follow, isElsewhere);
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

        _commands.Take(command);
        _bundle.CommandName = command is ApplicationInfo or ExternalScriptInfo ? command.Definition : command.Name;
        return this;
    }

    /// <summary>Takes a PowerShell class with a <c>Run</c> method as what is to be run.</summary>
    /// <exception cref="CallerException">It has no such method, or its source can't be found.</exception>
    internal ScriptCollector Type(Type type)
    {
        if (type.GetMethods(BindingFlags.Public | BindingFlags.Instance).All(static method => method.Name != "Run" || method.GetParameters().Length != 0))
        {
            throw Errors.TypeHasNoRun(type);
        }

        if (!_types.Add(type))
        {
            throw Errors.TypeSourceNotFound(type);
        }

        _bundle.TypeName = type.Name;
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

    /// <summary>Takes functions and variables along that the block does not name.</summary>
    internal void Take(IEnumerable<CommandInfo> functions, IReadOnlyDictionary<string, object?> variables)
    {
        foreach (var function in functions)
        {
            _commands.Take(function);
        }

        foreach (var (name, value) in variables)
        {
            _bundle.OwnVariables[name] = value;
        }
    }

    /// <summary>Takes modules to be imported first, by name or path.</summary>
    internal ScriptCollector Modules(IEnumerable<string>? names)
    {
        _bundle.Modules.AddRange((names ?? []).Select(static name => new ModuleImport(name, string.Empty)));
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
        MayLoad |= _bundle.Modules.Exists(static module => module.Name != ModuleHome.Manifest);
        if (_unloadable is not null && !MayLoad)
        {
            throw Errors.TypeSourceNotFound(_unloadable);
        }

        _bundle.Definitions.AddRange(_commands.Functions);
        return _bundle;
    }

    private ScriptSource Source(ScriptBlock block)
    {
        // A function that may do more than its caller may start a block of the caller's: that one keeps its own mode.
        _isConstrained |= EngineInternals.Blocks.IsConstrained(block);
        var home = EngineInternals.Blocks.HomeOf(block, _state);
        _commands.FollowBlock(home, block.Ast);
        foreach (var variable in ModuleVariables.ClosedOver(block))
        {
            _bundle.OwnVariables[variable.Name] = variable.Value;
        }

        var text = UsingVariables.Replace(block.Ast, home, _state, _commands.Found, _bundle.Variables);

        // A block's extent has its braces, a script file's or Create()'s has not; a function's body is its own statement.
        return block.Ast is ScriptBlockAst { Parent: not null } or FunctionDefinitionAst
            ? ScriptSource.Body(block.Ast, text)
            : ScriptSource.From(block.Ast, block.Ast.Extent, text);
    }

    private void Follow(Ast ast)
    {
        foreach (var node in ast.FindAll(static node => node is CommandAst or TypeExpressionAst or AttributeBaseAst or InvokeMemberExpressionAst, searchNestedScriptBlocks: true))
        {
            switch (node)
            {
                case CommandAst command:
                    Follow(command);
                    break;
                case TypeExpressionAst expression:
                    Follow(expression.TypeName.GetReflectionType());
                    break;
                case AttributeAst attribute:
                    Follow(attribute.TypeName.GetReflectionAttributeType());
                    break;
                case InvokeMemberExpressionAst { Member: StringConstantExpressionAst { Value: var member } }:
                    MayLoad |= member.StartsWith("Load", StringComparison.OrdinalIgnoreCase);
                    break;
                case TypeConstraintAst constraint:
                    Follow(constraint.TypeName.GetReflectionType());
                    break;
            }
        }
    }

    private void Follow(Type? type)
    {
        _isOpen |= type is null;
        if (type is not null)
        {
            _types.Add(type);
            TakeAssembly(type);
        }
    }

    private void TakeAssembly(Type type)
    {
        while (type.HasElementType)
        {
            type = type.GetElementType()!;
        }

        foreach (var argument in type.GenericTypeArguments)
        {
            TakeAssembly(argument);
        }

        var assembly = type.Assembly;
        if (assembly.IsDynamic || TypeAssemblies.IsEverywhere(assembly))
        {
            return;
        }

        var file = assembly.Location;
        if (file.Length > 0 && AssemblyLoadContext.GetLoadContext(assembly) != AssemblyLoadContext.Default)
        {
            // What a module keeps apart it brings along itself.
            return;
        }

        // One that Add-Type has compiled in memory has no file for a child to load. Another machine has its own modules, and not the caller's files.
        if (File.Exists(file) && (!_isElsewhere || TypeAssemblies.IsOfHost(file) || ModuleFiles.IsOnPath(file)))
        {
            _bundle.Assemblies.Add(file);
        }
        else
        {
            _unloadable ??= type;
        }
    }

    private void Follow(CommandAst command)
    {
        if (command.GetCommandName() is not { } name)
        {
            MayLoad = true;
            return;
        }

        MayLoad |= command.InvocationOperator == TokenKind.Dot || s_loaders.Contains(name);
        _commands.Follow(name);
        if (name.Equals("New-Object", StringComparison.OrdinalIgnoreCase))
        {
            foreach (var argument in command.CommandElements.Skip(1).OfType<StringConstantExpressionAst>())
            {
                // The parser knows what is a type's name: of a generic one, or an array, too. The next time it may be another's.
                _isOpen = true;
                var parsed = Parser.ParseInput($"[{argument.Value}]", out _, out var errors);
                if (errors.Length == 0)
                {
                    Follow(parsed);
                }
            }
        }
    }
}
