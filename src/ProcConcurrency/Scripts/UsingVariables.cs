using System.Management.Automation;
using System.Management.Automation.Language;
using System.Text;

namespace ProcConcurrency.Scripts;

/// <summary>
/// Replaces <c>$using:name</c> in a block by the plain variable <c>$using_name</c>, which is as long, so that every
/// column stays where it was. What stands in a block for a further process keeps its <c>$using:</c>: it means the
/// variables of this one.
/// </summary>
internal sealed class UsingVariables : AstVisitor
{
    private const int PrefixLength = 6; // "using:"

    private static readonly HashSet<string> s_elsewhere = new(StringComparer.OrdinalIgnoreCase)
    {
        "Start-ChildProcess", "New-ChildProcess", "Invoke-ProcPool", "Submit-ProcTask",
        "Start-Job", "Start-ThreadJob", "Invoke-Command", "sajb", "icm",
    };

    private readonly List<VariableExpressionAst> _found = [];

    private UsingVariables()
    {
    }

    /// <summary>Rewrites a block's text and adds what it uses to <paramref name="variables"/>.</summary>
    /// <param name="ast">The block.</param>
    /// <param name="state">Where the variables' values are.</param>
    /// <param name="variables">Takes the values.</param>
    /// <exception cref="CallerException">A variable has not been set.</exception>
    internal static string Replace(Ast ast, SessionState state, Dictionary<string, object?> variables)
    {
        var visitor = new UsingVariables();
        ast.Visit(visitor);
        var text = ast.Extent.Text;
        if (visitor._found.Count == 0)
        {
            return text;
        }

        var pipelineVariables = UpstreamVariables(ast);
        var replaced = new StringBuilder(text);
        foreach (var variable in visitor._found)
        {
            var name = variable.VariablePath.UserPath;
            if (pipelineVariables.Contains(name))
            {
                throw Errors.UsingPipelineVariable(name, variable.Extent);
            }

            var value = variable.VariablePath.IsDriveQualified
                ? state.PSVariable.GetValue(name)
                : (state.PSVariable.Get(name) ?? throw Errors.UsingVariableNotFound(name, variable.Extent)).Value;

            // The inner expression's extent is that of the whole: $using:name, ${using:name} or @using:name.
            var start = text.IndexOf("using:", variable.Extent.StartOffset - ast.Extent.StartOffset, StringComparison.OrdinalIgnoreCase);
            for (var i = start; i < start + PrefixLength + name.Length; i++)
            {
                if (replaced[i] == ':')
                {
                    replaced[i] = '_';
                }
            }

            variables[$"using:{name}"] = value;
        }

        return replaced.ToString();
    }

    /// <summary>The plain variable that <c>using:name</c> is in a child.</summary>
    internal static string InChild(string name) => name.Replace(':', '_');

    /// <summary>
    /// What the steps before the block's own command have by -PipelineVariable. Each has another value for each input, which the
    /// block's command never sees: there is no one value to take along.
    /// </summary>
    private static HashSet<string> UpstreamVariables(Ast block)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var command = block.Parent?.Parent is CommandAst or CommandParameterAst ? block.Parent.Parent : null;
        if ((command as CommandAst ?? command?.Parent) is not { Parent: PipelineAst pipeline } own)
        {
            return names;
        }

        foreach (var step in pipeline.PipelineElements.TakeWhile(step => step != own).OfType<CommandAst>())
        {
            for (var i = 1; i < step.CommandElements.Count; i++)
            {
                if (step.CommandElements[i] is CommandParameterAst parameter && IsPipelineVariable(parameter.ParameterName)
                    && (parameter.Argument ?? step.CommandElements.ElementAtOrDefault(i + 1)) is StringConstantExpressionAst name)
                {
                    names.Add(name.Value);
                }
            }
        }

        return names;
    }

    private static bool IsPipelineVariable(string parameter) =>
        parameter.Equals("pv", StringComparison.OrdinalIgnoreCase)
        || (parameter.Length > 1 && "PipelineVariable".StartsWith(parameter, StringComparison.OrdinalIgnoreCase));

    public override AstVisitAction VisitUsingExpression(UsingExpressionAst usingExpressionAst)
    {
        if (UsingExpressionAst.ExtractUsingVariable(usingExpressionAst) is { } variable)
        {
            _found.Add(variable);
        }

        return AstVisitAction.Continue;
    }

    public override AstVisitAction VisitScriptBlockExpression(ScriptBlockExpressionAst scriptBlockExpressionAst) =>
        scriptBlockExpressionAst.Parent is CommandAst command && RunsElsewhere(command)
            ? AstVisitAction.SkipChildren
            : AstVisitAction.Continue;

    private static bool RunsElsewhere(CommandAst command) =>
        command.GetCommandName() is { } name
        && (s_elsewhere.Contains(name) || command.CommandElements.Any(static element =>
            element is CommandParameterAst parameter && "Parallel".StartsWith(parameter.ParameterName, StringComparison.OrdinalIgnoreCase)
            && parameter.ParameterName.Length >= 2));
}
