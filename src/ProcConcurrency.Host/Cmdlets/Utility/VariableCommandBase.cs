using System.Management.Automation;

namespace ProcConcurrency.Host.Cmdlets;

/// <summary>What the variable cmdlets share: finding variables by name or pattern, in one scope or all.</summary>
public abstract class VariableCommandBase : PSCmdlet
{
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Scope { get; set; }

    private protected object Session => EngineAccess.SessionOf(SessionState);

    private protected IEnumerable<PSVariable> Find(string name, string[]? include = null, string[]? exclude = null)
    {
        IEnumerable<PSVariable> found;
        var wild = WildcardPattern.ContainsWildcardCharacters(name);
        if (wild)
        {
            var pattern = WildcardPattern.Get(name, WildcardOptions.IgnoreCase);
            var all = Scope is null ? EngineAccess.Variables(Session) : EngineAccess.VariablesAt(Session, Scope);
            found = all.Values.Where(variable => pattern.IsMatch(variable.Name))
                .OrderBy(variable => variable.Name, StringComparer.OrdinalIgnoreCase);
        }
        else
        {
            var one = Scope is null ? SessionState.PSVariable.Get(name) : EngineAccess.VariableAt(Session, name, Scope);
            found = one is null ? [] : [one];
            if (one is null)
            {
                var failure = new ItemNotFoundException($"Cannot find a variable with the name '{name}'.");
                WriteError(new ErrorRecord(failure, "VariableNotFound", ErrorCategory.ObjectNotFound, name));
            }
        }

        return [.. found.Where(variable =>
            SessionState.IsVisible(MyInvocation.CommandOrigin, variable)
            && (include is null || Matches(include, variable.Name))
            && (exclude is null || !Matches(exclude, variable.Name)))];
    }

    private protected void Attempt(string name, Action action)
    {
        try
        {
            action();
        }
        catch (SessionStateException failure)
        {
            WriteError(new ErrorRecord(failure.ErrorRecord, failure));
        }
        catch (PSArgumentException failure)
        {
            WriteError(new ErrorRecord(failure, failure.ErrorRecord.FullyQualifiedErrorId, ErrorCategory.InvalidArgument, name));
        }
    }

    private static bool Matches(string[] patterns, string name) =>
        patterns.Any(pattern => WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase).IsMatch(name));
}
