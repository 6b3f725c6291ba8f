using System.Management.Automation;
using System.Management.Automation.Language;
using System.Text;

namespace ProcConcurrency.Scripts;

/// <summary>
/// Replaces <c>$using:name</c> in a block by a plain variable, whose name has a letter that looks like the colon, so that every column
/// stays where it was. What stands in a block for a further process keeps its <c>$using:</c>: it means the variables of this one.
/// </summary>
internal sealed class UsingVariables : AstVisitor2
{
    // A letter to PowerShell, which nobody types: no two names become the same.
    private const char Colon = '\u02D0';
    private const string Prefix = "using:";

    // May stand before a name, in the author's words.
    private const string Qualifier = "variable:";

    // A method of a class has no other plain variables than its own, so there a variable of the child is named as what it is.
    private const string Global = "global:";
    private static readonly string s_prefixInChild = InChild(Prefix);

    private readonly List<Found> _found = [];
    private readonly List<VariableExpressionAst> _fromParent = [];
    private readonly Func<string, CommandInfo?> _find;

    private UsingVariables(Func<string, CommandInfo?> find) => _find = find;

    /// <summary>Rewrites a block's text and adds what it uses to <paramref name="variables"/>.</summary>
    /// <param name="ast">The block.</param>
    /// <param name="home">Where the block was made: its variables' values are there,</param>
    /// <param name="state">or else in the session that it was handed to.</param>
    /// <param name="find">What a command's name means in the caller's session.</param>
    /// <param name="variables">Takes the values.</param>
    /// <exception cref="CallerException">A variable has not been set.</exception>
    internal static string Replace(Ast ast, SessionState home, SessionState state, Func<string, CommandInfo?> find, Dictionary<string, object?> variables)
    {
        var visitor = new UsingVariables(find);
        ast.Visit(visitor);
        TakeFromParent(visitor._fromParent, home, state, variables);
        var text = ast.Extent.Text;
        if (visitor._found.Count == 0)
        {
            return text;
        }

        // Each has another value for each input, which the block's command never sees: there is no one value to take along.
        var pipelineVariables = EngineInternals.Upstream.PipelineVariables(state).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var replaced = new StringBuilder(text.Length);
        var done = 0;
        foreach (var (variable, isInClass) in visitor._found.OrderBy(static found => found.Variable.Extent.StartOffset))
        {
            var name = variable.VariablePath.UserPath;
            if (pipelineVariables.Contains(name))
            {
                throw Errors.UsingPipelineVariable(name, variable.Extent);
            }

            variables[Prefix + name] = (Find(home, name) ?? Find(state, name) ?? throw Errors.UsingVariableNotFound(name, variable.Extent)).Value;

            // The inner expression's extent is that of the whole: $using:name, ${using:name} or @using:name.
            var start = text.IndexOf(Prefix, variable.Extent.StartOffset - ast.Extent.StartOffset, StringComparison.OrdinalIgnoreCase);
            var end = start + Prefix.Length + name.Length;
            replaced.Append(text, done, start - done).Append(isInClass ? Global : string.Empty).Append(InChild(text[start..end]));
            done = end;
        }

        return replaced.Append(text, done, text.Length - done).ToString();
    }

    /// <summary>
    /// Adds what functions and classes use that this process got, and passes on: they have the plain variables already, and keep them.
    /// </summary>
    internal static void Add(Ast ast, SessionState home, SessionState state, Func<string, CommandInfo?> find, Dictionary<string, object?> variables)
    {
        var visitor = new UsingVariables(find);
        ast.Visit(visitor);
        TakeFromParent(visitor._fromParent, home, state, variables, isOnlyFromParent: true);
    }

    /// <summary>The plain variable that <c>using:name</c> is in a child.</summary>
    internal static string InChild(string name) => name.Replace(':', Colon);

    /// <summary>A line with <c>using:name</c> where it has the plain variable that stands for that.</summary>
    internal static string AsWritten(string line) => line.Contains(Colon, StringComparison.Ordinal)
        ? line.Replace(Global + s_prefixInChild, s_prefixInChild, StringComparison.OrdinalIgnoreCase)
        : line;

    private static PSVariable? Find(SessionState state, string name)
    {
        // An item of a drive, such as env:, is taken for one that has no value where there is none.
        var bare = name.StartsWith(Qualifier, StringComparison.OrdinalIgnoreCase) ? name[Qualifier.Length..] : name;
        return new VariablePath(bare).IsDriveQualified ? new PSVariable(bare, state.PSVariable.GetValue(bare)) : state.PSVariable.Get(bare);
    }

    /// <summary>
    /// A block that this process got, and passes on from a variable, has the plain variables already: nobody could tell that it was for a
    /// further process. They mean this process's own variables as well, or what they stand for here where it has none of that name. In a
    /// function or class that this process got they stand for nothing else.
    /// </summary>
    private static void TakeFromParent(
        List<VariableExpressionAst> found, SessionState home, SessionState state, Dictionary<string, object?> variables, bool isOnlyFromParent = false)
    {
        foreach (var path in found.Select(static variable => variable.VariablePath.UserPath))
        {
            var inChild = path[path.IndexOf(s_prefixInChild, StringComparison.OrdinalIgnoreCase)..];
            var written = inChild.Replace(Colon, ':');
            var name = written[Prefix.Length..];
            var got = home.PSVariable.Get(inChild) ?? state.PSVariable.Get(inChild);
            if (((isOnlyFromParent ? got : null) ?? Find(home, name) ?? Find(state, name) ?? got) is { } variable)
            {
                // Where the block itself means another value by the same words, that one is for both.
                if (!isOnlyFromParent || !variables.ContainsKey(written))
                {
                    variables[written] = variable.Value;
                }
            }
        }
    }

    public override AstVisitAction VisitUsingExpression(UsingExpressionAst usingExpressionAst)
    {
        if (UsingExpressionAst.ExtractUsingVariable(usingExpressionAst) is { } variable)
        {
            _found.Add(new Found(variable, IsInClass(variable)));
        }

        return AstVisitAction.Continue;
    }

    public override AstVisitAction VisitVariableExpression(VariableExpressionAst variableExpressionAst)
    {
        var path = variableExpressionAst.VariablePath.UserPath;
        if (path.StartsWith(s_prefixInChild, StringComparison.OrdinalIgnoreCase) || path.StartsWith(Global + s_prefixInChild, StringComparison.OrdinalIgnoreCase))
        {
            _fromParent.Add(variableExpressionAst);
        }

        return AstVisitAction.Continue;
    }

    public override AstVisitAction VisitScriptBlockExpression(ScriptBlockExpressionAst scriptBlockExpressionAst) =>
        BlockDestination.IsElsewhere(scriptBlockExpressionAst, _find) ? AstVisitAction.SkipChildren : AstVisitAction.Continue;

    private static bool IsInClass(Ast node)
    {
        while (node is not (null or TypeDefinitionAst))
        {
            node = node.Parent;
        }

        return node is not null;
    }

    private sealed record Found(VariableExpressionAst Variable, bool IsInClass);
}
