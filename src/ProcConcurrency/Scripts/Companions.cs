using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace ProcConcurrency.Scripts;

/// <summary>Variables and functions of the caller's that go along with a block, though it does not name them so that this could be seen.</summary>
internal sealed class Companions
{
    private const ScopedItemOptions Fixed = ScopedItemOptions.Constant | ScopedItemOptions.ReadOnly;

    // What every session has, or each scope: a pattern does not mean it.
    private static readonly HashSet<string> s_everywhere = new(
        InitialSessionState.CreateDefault2().Variables.Select(static variable => variable.Name).Concat(
        [
            "_", "args", "input", "this", "PSItem", "MyInvocation", "PSBoundParameters", "PSScriptRoot", "PSCommandPath", "PSCmdlet", "Error", "Matches",
            "LASTEXITCODE", "foreach", "switch", "StackTrace", "?", "^", "$", "PROFILE", "null", "true", "false", "PSDefaultParameterValues", "Event",
            "EventArgs", "EventSubscriber", "Sender",
        ]),
        StringComparer.OrdinalIgnoreCase);

    // What no session can set to a value of another's: the engine gives it to each.
    private static readonly HashSet<string> s_fixed = new(
        [
            "?", "EnabledExperimentalFeatures", "Error", "ExecutionContext", "false", "HOME", "Host", "IsCoreCLR", "IsLinux", "IsMacOS", "IsWindows", "null", "PID",
            "PSCulture", "PSEdition", "PSHOME", "PSStyle", "PSUICulture", "PSVersionTable", "ShellId", "true",
        ],
        StringComparer.OrdinalIgnoreCase);

    private static readonly HashSet<string> s_engineFunctions = new(
        InitialSessionState.CreateDefault2().Commands.OfType<SessionStateFunctionEntry>().Select(static function => function.Name), StringComparer.OrdinalIgnoreCase);

    /// <param name="state">The caller's.</param>
    /// <param name="variables">Names, patterns, or dictionaries of names and values.</param>
    /// <param name="functions">Names or patterns.</param>
    /// <exception cref="CallerException">There is no such variable or function, or the variable can't be another's.</exception>
    internal Companions(SessionState state, object?[]? variables, string[]? functions)
    {
        foreach (var given in variables ?? [])
        {
            Add(state, given is PSObject wrapped ? wrapped.BaseObject : given);
        }

        foreach (var name in functions ?? [])
        {
            Functions.AddRange(Find(state, name));
        }
    }

    internal Dictionary<string, object?> Variables { get; } = new(StringComparer.OrdinalIgnoreCase);

    internal List<CommandInfo> Functions { get; } = [];

    /// <summary>Whether the engine gives a variable of this name to each session.</summary>
    internal static bool IsFixed(string name) => s_fixed.Contains(name);

    private void Add(SessionState state, object? given)
    {
        if (given is IDictionary values)
        {
            foreach (DictionaryEntry entry in values)
            {
                Variables[Settable($"{entry.Key}")] = entry.Value;
            }

            return;
        }

        var name = $"{(given as PSVariable)?.Name ?? given}".TrimStart('$');
        if (WildcardPattern.ContainsWildcardCharacters(name))
        {
            var pattern = WildcardPattern.Get(name, WildcardOptions.IgnoreCase);
            foreach (var found in state.InvokeProvider.Item.Get("variable:*").Select(static item => item.BaseObject).OfType<PSVariable>())
            {
                if (pattern.IsMatch(found.Name) && (found.Options & (Fixed | ScopedItemOptions.AllScope)) == 0 && !s_everywhere.Contains(found.Name))
                {
                    Variables[found.Name] = found.Value;
                }
            }

            return;
        }

        // Of "script:name" the name: a worker has no such scope.
        var variable = (name.Length == 0 ? null : state.PSVariable.Get(name)) ?? throw Errors.VariableNotFound(name);
        Variables[Settable(variable.Name)] = (variable.Options & Fixed) == 0 ? variable.Value : throw Errors.VariableFixed(name);
    }

    // A name with a colon would be one of a drive's or a scope's.
    private static string Settable(string name) =>
        string.IsNullOrWhiteSpace(name) || name.Contains(':', StringComparison.Ordinal) ? throw Errors.VariableNotFound(name)
        : IsFixed(name) ? throw Errors.VariableFixed(name)
        : name;

    private static IEnumerable<CommandInfo> Find(SessionState state, string name)
    {
        const CommandTypes Taken = CommandTypes.Function | CommandTypes.Filter;
        return WildcardPattern.ContainsWildcardCharacters(name)
            ? state.InvokeCommand.GetCommands(name, Taken, nameIsPattern: true).Where(static command => command.ModuleName.Length == 0 && !s_engineFunctions.Contains(command.Name))
            : [state.InvokeCommand.GetCommand(name, Taken) ?? throw Errors.FunctionNotFound(name)];
    }
}
