using System.Management.Automation.Language;

namespace ProcConcurrency.Scripts;

/// <summary>
/// The source of classes written in PowerShell. The engine keeps a method's syntax tree with the class it emitted, but
/// tells nobody: it is read by reflection, from the static helper class beside each class, and a tree leads to its file's root.
/// </summary>
internal sealed class TypeSources
{
    private readonly HashSet<Ast> _roots = [];

    /// <summary>The definitions to take along: for each script all that it has, as they were written.</summary>
    internal List<List<TypeDefinitionAst>> Scripts { get; } = [];

    /// <summary>Takes a class with all that its script defines beside it; false where it is none of PowerShell's or its source is gone.</summary>
    internal bool Add(Type type)
    {
        if (type.HasElementType)
        {
            return Add(type.GetElementType()!);
        }

        if (!type.Assembly.IsDynamic || EngineInternals.Types.AstOf(type) is not { } ast)
        {
            return false;
        }

        while (ast.Parent is not null)
        {
            ast = ast.Parent;
        }

        if (_roots.Add(ast))
        {
            // A base class of another script has to be there first.
            if (type.BaseType is { } baseType)
            {
                Add(baseType);
            }

            Scripts.Add([.. ast.FindAll(static node => node is TypeDefinitionAst, searchNestedScriptBlocks: true).Cast<TypeDefinitionAst>()]);
        }

        return true;
    }
}
