using System.Management.Automation;
using System.Management.Automation.Language;

namespace ProcConcurrency.Scripts;

/// <summary>The variables of a module without a file: what <c>GetNewClosure</c> has closed over is kept in one, too.</summary>
internal static class ModuleVariables
{
    /// <summary>The module of a block, where a child can't import it; null for any other block.</summary>
    internal static PSModuleInfo? Of(ScriptBlock block) => block.Module is { } module && !File.Exists(module.Path) ? module : null;

    /// <summary>Those that a script names: of the module itself, not what it sees of the session's.</summary>
    internal static IEnumerable<PSVariable> NamedIn(PSModuleInfo module, Ast script)
    {
        foreach (var variable in script.FindAll(static node => node is VariableExpressionAst, searchNestedScriptBlocks: true).Cast<VariableExpressionAst>())
        {
            var path = variable.VariablePath;
            var bare = path.UserPath[(path.UserPath.IndexOf(':', StringComparison.Ordinal) + 1)..];
            if (path.IsVariable && !path.IsGlobal && module.SessionState.PSVariable.Get($"script:{bare}") is { } found && IsPlain(found))
            {
                yield return found;
            }
        }
    }

    /// <summary>Those that a block of such a module names, but for its parameters, which it sets itself; none for any other block.</summary>
    internal static IEnumerable<PSVariable> ClosedOver(ScriptBlock block)
    {
        if (Of(block) is not { } module)
        {
            return [];
        }

        var own = block.Ast.FindAll(static node => node is ParameterAst, searchNestedScriptBlocks: false).Cast<ParameterAst>()
            .Select(static parameter => parameter.Name.VariablePath.UserPath).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return NamedIn(module, block.Ast).Where(variable => !own.Contains(variable.Name));
    }

    // Not what the engine gives to every module.
    private static bool IsPlain(PSVariable variable) =>
        variable.GetType() == typeof(PSVariable) && !Companions.IsFixed(variable.Name)
        && variable.Name is not ("args" or "input" or "_" or "this" or "PSItem" or "MyInvocation" or "PSScriptRoot" or "PSCommandPath" or "PSBoundParameters" or "PSCmdlet");
}
