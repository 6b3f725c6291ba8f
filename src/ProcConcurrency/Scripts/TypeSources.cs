using System.Management.Automation.Language;
using System.Reflection;
using ProcConcurrency.Values;

namespace ProcConcurrency.Scripts;

/// <summary>
/// The source of types written in PowerShell. The engine keeps a method's syntax tree with the class it emitted, but
/// tells nobody: it is read by reflection, from the static helper class beside each class, and a tree leads to its file's root.
/// Enums and classes without any code have no tree, and need none: <see cref="TypeText"/> writes them anew. Those of a module's file
/// come with the module.
/// </summary>
/// <param name="commands">Takes along what the definitions of a script name, and modules.</param>
internal sealed class TypeSources(Func<CommandSources> commands)
{
    // The engine makes one assembly for each script that defines types.
    private readonly HashSet<Assembly> _taken = [];

    private int _sent;

    /// <summary>The definitions to take along, in the order in which they need each other: for each script all that it has.</summary>
    internal List<ScriptSource> Sources { get; } = [];

    /// <summary>Takes a type with all that its script defines beside it, and the types that it is made of; false where it is none of PowerShell's.</summary>
    /// <exception cref="CallerException">It is, and has what can't be written again.</exception>
    internal bool Add(Type type)
    {
        while (type.HasElementType)
        {
            type = type.GetElementType()!;
        }

        foreach (var argument in type.GenericTypeArguments)
        {
            Add(argument);
        }

        if (!ScriptEnums.IsOfScript(type))
        {
            return false;
        }

        if (_taken.Add(type.Assembly))
        {
            Take(type.Assembly, type);
        }

        return true;
    }

    /// <summary>What is taken from now on is sent with the values that need it.</summary>
    internal void Seal() => _sent = Sources.Count;

    /// <summary>The text of definitions that values need, and that were not taken before <see cref="Seal"/>.</summary>
    internal string[] MissingFor(IEnumerable<Type> types)
    {
        foreach (var type in types)
        {
            Add(type);
        }

        return [.. Sources.Skip(_sent).Select(static source => source.Usings + source.Text)];
    }

    private void Take(Assembly assembly, Type wanted)
    {
        // Each function of a script may define a type of the same name: those go along that the wanted one can see.
        var types = assembly.GetTypes().Where(static type => !type.Name.EndsWith(EngineInternals.Types.HelperSuffix, StringComparison.Ordinal))
            .GroupBy(static type => type.Name).Select(same => same.MaxBy(type => Nearness(type, wanted))!).ToArray();
        foreach (var type in types.Where(static type => type.IsEnum))
        {
            ScriptEnums.Remember(type);
        }

        var module = EngineInternals.Types.FileOf(assembly) is { } file ? commands().ModuleOf(file) : null;

        // Others see only those that stand at its file's top level.
        var seen = module?.GetExportedTypeDefinitions() is { } exported ? types.Where(type => exported.ContainsKey(type.Name)).ToArray() : [];
        var ofModule = seen.Length > 0 && commands().ImportTypesOf(module!) is { } path ? ScriptSource.OfModule(path, seen) : null;
        if (types.Select(EngineInternals.Types.AstOf).FirstOrDefault(static ast => ast is not null) is not { } ast)
        {
            if (ofModule is not null)
            {
                Sources.Add(ofModule);
                return;
            }

            foreach (var part in types.SelectMany(TypeText.Parts))
            {
                Add(part);
            }

            Sources.Add(new ScriptSource(string.Join('\n', types.Select(TypeText.Of)), null, 1, 1, string.Empty));
            return;
        }

        while (ast.Parent is not null)
        {
            ast = ast.Parent;
        }

        var names = types.Select(static type => type.FullName).ToHashSet();
        var definitions = ast.FindAll(static node => node is TypeDefinitionAst, searchNestedScriptBlocks: true).Cast<TypeDefinitionAst>()
            .GroupBy(static definition => definition.Name)
            .Select(same => same.FirstOrDefault(definition => names.Contains(FullNameOf(definition))) ?? same.First()).ToArray();

        // First what they need: a base class of another script has to be there before.
        commands().FollowTypes(module, definitions);
        Sources.Add(ofModule ?? ScriptSource.From(definitions));
    }

    /// <summary>How far within the scopes around the wanted type another stands; -1 for one that stands elsewhere.</summary>
    private static int Nearness(Type type, Type wanted) => type.Namespace is not { } scope ? 0
        : $"{wanted.Namespace}.".StartsWith($"{scope}.", StringComparison.Ordinal) ? scope.Length : -1;

    /// <summary>The name that the engine gives a type: behind those of the functions and blocks that it stands in.</summary>
    private static string FullNameOf(TypeDefinitionAst definition)
    {
        var name = definition.Name;
        for (var ast = definition.Parent; ast.Parent is not null; ast = ast.Parent)
        {
            if (ast is ScriptBlockAst)
            {
                name = (ast.Parent is FunctionDefinitionAst function ? function.Name : $"<{ast.Extent.Text.GetHashCode():x}>") + '.' + name;
            }
        }

        return name;
    }
}
