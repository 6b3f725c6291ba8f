using System.Management.Automation;
using System.Management.Automation.Language;

namespace ProcConcurrency.Scripts;

/// <summary>
/// Takes the commands that a block calls: the caller's own functions and aliases by their source; what a module has, by importing
/// that; what a module keeps to itself, out of that module; a module without a file, by its parts.
/// </summary>
internal sealed class CommandSources
{
    private const CommandTypes Taken = CommandTypes.Alias | CommandTypes.Function | CommandTypes.Filter | CommandTypes.Cmdlet;
    private const CommandTypes Programs = CommandTypes.Application | CommandTypes.ExternalScript;

    // In a scope of its own, for a session runs a script in its current one.
    private static readonly ScriptBlock s_find =
        ScriptBlock.Create(@"& { param($name, $types) Microsoft.PowerShell.Core\Get-Command -Name $name -CommandType $types -ErrorAction Ignore } @args");

    private static readonly ScriptBlock s_script =
        ScriptBlock.Create(@"param($name) Microsoft.PowerShell.Management\Get-Content -LiteralPath ""function:script:$name"" -ErrorAction Ignore");

    private static readonly ScriptBlock s_modules = ScriptBlock.Create("Microsoft.PowerShell.Core\\Get-Module");

    private readonly SessionState _caller;
    private readonly ScriptBundle _bundle;
    private readonly Action<Ast> _follow;
    private readonly bool _isElsewhere;
    private readonly HashSet<(object Where, string Name)> _seen = new(new ByPlaceAndName());
    private readonly Dictionary<PSModuleInfo, MemoryModule> _memory = [];
    private readonly HashSet<PSModuleInfo> _importedForTypes = [];

    // Where names are looked up at the moment: in a module while functions of one without a file or classes of one with a file are
    // followed, else where the block was made, and in the caller's session.
    private PSModuleInfo? _where;

    // Where the block was made whose names are followed.
    private SessionState _home;

    /// <param name="caller">The session that the cmdlet was called in.</param>
    /// <param name="bundle">Takes all but the functions.</param>
    /// <param name="follow">Takes along what a function's source names.</param>
    /// <param name="isElsewhere">Whether the block runs on another machine, which has modules of its own.</param>
    internal CommandSources(SessionState caller, ScriptBundle bundle, Action<Ast> follow, bool isElsewhere)
    {
        _caller = _home = caller;
        _bundle = bundle;
        _follow = follow;
        _isElsewhere = isElsewhere;
    }

    /// <summary>What names meant in the caller's session.</summary>
    internal CommandFindings Findings { get; } = new();

    /// <summary>Those of the caller's session.</summary>
    internal List<ScriptSource> Functions { get; } = [];

    /// <summary>What a name means where a block was made, or else in the session that the block was handed to; maybe a program, which isn't taken.</summary>
    internal static CommandInfo? Find(SessionState home, SessionState caller, string name) =>
        Loaded(home, caller, name)

        // As PowerShell does: a program comes before what a module has that isn't loaded. To look through all modules takes long, too.
        ?? Program(caller, name)
        ?? caller.InvokeCommand.GetCommand(name, Taken);

    /// <summary>Whether a name means still what it was found to; a program that has come where nothing was is no difference.</summary>
    internal static bool IsStill(SessionState home, SessionState caller, string name, CommandInfo? command) => command switch
    {
        ApplicationInfo or ExternalScriptInfo => Loaded(home, caller, name) is null && File.Exists(command.Source),

        // What isn't loaded by that name may be found without its "Get-".
        _ => ReferenceEquals(Loaded(home, caller, name) ?? caller.InvokeCommand.GetCommand(name, Taken), command),
    };

    /// <summary>What a name meant in the caller's session that was followed before: nothing is looked up, and no module loaded, once more.</summary>
    internal CommandInfo? Found(string name) => Findings.Found(name);

    /// <summary>Follows a block, which may be of another session than the caller's: a module has one of its own.</summary>
    /// <param name="home">Where the block was made.</param>
    /// <param name="block">Its tree.</param>
    internal void FollowBlock(SessionState home, Ast block)
    {
        _home = home;
        _follow(block);
        _home = _caller;
    }

    /// <summary>Takes what a name means, once.</summary>
    internal void Follow(string name)
    {
        if (_seen.Add((_where ?? (object)_home, name)) && Find(name) is { } command)
        {
            TakeFound(command);
        }
    }

    /// <summary>Follows the types of a script: where that is a module's file, their methods call what the module keeps to itself, too.</summary>
    /// <param name="module">The module of that file, or null.</param>
    /// <param name="definitions">The types.</param>
    internal void FollowTypes(PSModuleInfo? module, IReadOnlyList<TypeDefinitionAst> definitions)
    {
        foreach (var definition in definitions)
        {
            FollowIn(module, definition);
        }
    }

    /// <summary>The module whose file this is; null where none is loaded.</summary>
    internal PSModuleInfo? ModuleOf(string file) =>
        _caller.InvokeCommand.InvokeScript(_caller, s_modules).Select(static module => (PSModuleInfo)module.BaseObject).FirstOrDefault(module => module.Path == file);

    /// <summary>
    /// Imports the module that types are of, for its functions have no others; null where it can't be named, or another machine
    /// may not have it. Then the types go along as their text.
    /// </summary>
    internal string? ImportTypesOf(PSModuleInfo module)
    {
        var path = ModuleFiles.ImportPath(module);
        if (_isElsewhere || WildcardPattern.ContainsWildcardCharacters(path))
        {
            return null;
        }

        Import(path, string.Empty);
        _importedForTypes.Add(module);
        return path;
    }

    /// <summary>Takes a command that was found.</summary>
    internal void Take(CommandInfo command)
    {
        if (_seen.Add((_where ?? (object)_home, command.Name)))
        {
            TakeFound(command);
        }
    }

    /// <summary>The same of what has been loaded.</summary>
    private static CommandInfo? Loaded(SessionState home, SessionState caller, string name)
    {
        // A session looks names up where the engine is, which is in the caller's.
        var found = ReferenceEquals(home, caller)
            ? null
            : caller.InvokeCommand.InvokeScript(home, s_find, WildcardPattern.Escape(name), Taken).FirstOrDefault()?.BaseObject as CommandInfo;
        return found ?? caller.InvokeCommand.GetCommands(name, Taken, nameIsPattern: false).FirstOrDefault();
    }

    private static CommandInfo? Program(SessionState caller, string name)
    {
        try
        {
            return caller.InvokeCommand.GetCommands(name, Programs, nameIsPattern: false).FirstOrDefault();
        }
        catch (ProviderNotFoundException)
        {
            // It is an error where the line is run, if it is.
            return null;
        }
    }

    private CommandInfo? Find(string name)
    {
        if (_where is null)
        {
            var command = Find(_home, _caller, name);
            Findings.AddName(name, command);
            return command;
        }

        // A module's session looks names up where the engine is, not in the module.
        return Bare(_where.Invoke(s_find, WildcardPattern.Escape(name), Taken)) as CommandInfo;
    }

    private void TakeFound(CommandInfo command)
    {
        Findings.AddCommand(command);
        switch (command)
        {
            case AliasInfo { ReferencedCommand: { } target } alias when IsMock(target):
                if (Mocked(alias.Name) is { } mocked)
                {
                    TakeFound(mocked);
                }

                break;
            case AliasInfo alias:
                TakeAlias(alias);
                break;
            case FunctionInfo { Module: null } function:
                TakeFunction(function);
                break;
            case FunctionInfo { Module: { } module } function when File.Exists(module.Path):
                TakeModule(module, function, module.ExportedFunctions.ContainsKey(function.Name));
                break;
            case FunctionInfo { Module: { } module } function:
                TakeFromMemory(module, function);
                break;
            case CmdletInfo { ModuleName: "ProcConcurrency" }:
                TakeOwnModule(Prefix(command));
                break;
            case CmdletInfo { Module: { } module } when File.Exists(module.Path):
                TakeModule(module, command, isExported: true);
                break;
            case CmdletInfo { Module: not null }:
                throw Errors.CommandSourceNotFound(command.Name);
        }
    }

    // What Pester's Mock puts in a command's place asks for the running test, which is in this session alone. A child has the command itself.
    private static bool IsMock(CommandInfo command) => command is FunctionInfo && command.Name.StartsWith("PesterMock_", StringComparison.Ordinal);

    private CommandInfo? Mocked(string name) => _caller.InvokeCommand.GetCommand(name, Taken & ~CommandTypes.Alias);

    private void TakeAlias(AliasInfo alias)
    {
        if (alias.Module is { } module && File.Exists(module.Path) && module.ExportedAliases.ContainsKey(Unprefixed(alias)))
        {
            TakeModule(module, alias, isExported: true);
            return;
        }

        if (alias.Module is not null || alias.ModuleName.Length == 0)
        {
            _bundle.Aliases[alias.Name] = alias.Definition;
        }

        if (alias.ReferencedCommand is { } target)
        {
            Take(target);
        }
        else
        {
            // Its module has not been loaded yet; the look-up does that.
            Follow(alias.Definition);
        }
    }

    private void TakeFunction(FunctionInfo function)
    {
        var ast = function.ScriptBlock.Ast;

        // Whether run as a statement it makes the function that was found: "function global:name" does.
        var isItsOwn = ast is FunctionDefinitionAst definition
            && definition.Name[(definition.Name.IndexOf(':', StringComparison.Ordinal) + 1)..].Equals(function.Name, StringComparison.OrdinalIgnoreCase);
        Functions.Add(isItsOwn ? ScriptSource.From(ast, ast.Extent) : ScriptSource.Body(function) with { Function = function.Name });
        FollowIn(null, ast);
    }

    private void TakeModule(PSModuleInfo module, CommandInfo command, bool isExported)
    {
        var prefix = Prefix(command);
        if (isExported || command is not FunctionInfo function)
        {
            // Without a prefix, what is found by its name is found by itself.
            var isFound = IsFoundByName(module);
            if (prefix.Length > 0 || !isFound)
            {
                Import(isFound ? module.Name : ModuleFiles.ImportPath(module), prefix);
            }

            return;
        }

        if (!IsOfModule(module, function))
        {
            // One that stands within another function is made when that runs: an imported module has none.
            TakeFunction(function);
            return;
        }

        Import(ModuleFiles.ImportPath(module), string.Empty);
        if (_where == module && _importedForTypes.Contains(module))
        {
            // Its own types call it there. Borrowed, it would take the place of a command of that name that the block calls.
            return;
        }

        _bundle.ModuleFunctions.Add(new(module.Path, InnerName(function), function.Name));
    }

    private void TakeFromMemory(PSModuleInfo module, FunctionInfo function)
    {
        if (!_memory.TryGetValue(module, out var taken))
        {
            _bundle.MemoryModules.Add(_memory[module] = taken = new MemoryModule { Name = module.Name });
        }

        var name = InnerName(function);
        if (_where != module)
        {
            taken.OuterNames[function.Name] = name;
        }

        if (taken.Functions.Exists(known => known.Function!.Equals(name, StringComparison.OrdinalIgnoreCase)))
        {
            return;
        }

        taken.Functions.Add(ScriptSource.Body(function) with { Function = name });
        var ast = function.ScriptBlock.Ast;
        foreach (var variable in ModuleVariables.NamedIn(module, ast))
        {
            taken.Variables[variable.Name] = variable.Value;
        }

        FollowIn(module, ast);
    }

    private void FollowIn(PSModuleInfo? module, Ast ast)
    {
        var place = _where;
        _where = module;
        _follow(ast);
        _where = place;
        UsingVariables.Add(ast, _home, _caller, Found, _bundle.Variables);
    }

    private void TakeOwnModule(string prefix)
    {
        if (ModuleHome.Manifest is { } manifest)
        {
            Import(manifest, prefix);
        }
    }

    private void Import(string path, string prefix)
    {
        if (!_bundle.Modules.Exists(module => module.Name == path && module.Prefix == prefix))
        {
            _bundle.Modules.Add(new(path, prefix));
        }
    }

    // Of a module on the path a child may find another version, or one elsewhere, or none where its own path is another: it gets the
    // caller's. A path of this machine's says nothing to another one.
    private bool IsFoundByName(PSModuleInfo module) => _isElsewhere ? ModuleFiles.IsOnPath(module) : ModuleFiles.IsOfEngine(module);

    private static bool IsOfModule(PSModuleInfo module, FunctionInfo function) =>
        ReferenceEquals(Bare(module.Invoke(s_script, InnerName(function))), function.ScriptBlock);

    private static object? Bare(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;

    private static string Prefix(CommandInfo command) => EngineInternals.Commands.PrefixOf(command) ?? string.Empty;

    private static string InnerName(FunctionInfo function) =>
        Prefix(function).Length == 0 || function.ScriptBlock.Ast is not FunctionDefinitionAst definition ? function.Name : definition.Name;

    private static string Unprefixed(AliasInfo alias) => alias.Name[Prefix(alias).Length..];

    private sealed class ByPlaceAndName : IEqualityComparer<(object Where, string Name)>
    {
        public bool Equals((object Where, string Name) x, (object Where, string Name) y) =>
            ReferenceEquals(x.Where, y.Where) && x.Name.Equals(y.Name, StringComparison.OrdinalIgnoreCase);

        public int GetHashCode((object Where, string Name) key) => StringComparer.OrdinalIgnoreCase.GetHashCode(key.Name);
    }
}
