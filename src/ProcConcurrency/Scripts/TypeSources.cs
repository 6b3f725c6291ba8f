using System.Management.Automation.Language;
using System.Reflection;

namespace ProcConcurrency.Scripts;

/// <summary>
/// The source of classes written in PowerShell. The engine keeps a method's syntax tree with the class it emitted, but
/// tells nobody: it is read by reflection, from the static helper class beside each class, and a tree leads to its file's root.
/// </summary>
internal sealed class TypeSources
{
    private const string HelperSuffix = "_<staticHelpers>";
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

        if (!type.Assembly.IsDynamic || FindAst(type) is not { } ast)
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

    private static Ast? FindAst(Type type)
    {
        var helper = type.Assembly.GetType(type.FullName + HelperSuffix);
        const BindingFlags Any = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
        foreach (var field in helper?.GetFields(Any) ?? [])
        {
            if (field.IsStatic && field.GetValue(null) is { } wrapper
                && wrapper.GetType().GetField("_ast", Any)?.GetValue(wrapper) is Ast { Parent: not null } ast)
            {
                return ast;
            }
        }

        return null;
    }
}
