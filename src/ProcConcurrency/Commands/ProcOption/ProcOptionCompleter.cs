using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ProcConcurrency.Commands;

/// <summary>Values that an option sensibly has: completion for Set-ProcOption's parameters.</summary>
public sealed class ProcOptionCompleter : IArgumentCompleter
{
    private static readonly Dictionary<string, string[]> s_values = new(StringComparer.OrdinalIgnoreCase)
    {
        [nameof(SetProcOptionCommand.SpareProcessCount)] = ["0", "1", "2"],
        [nameof(SetProcOptionCommand.SpareIdleTimeout)] = ["30", "300", "-1"],
        [nameof(SetProcOptionCommand.PoolIdleTimeout)] = ["0", "60", "600", "-1"],
    };

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        s_values.GetValueOrDefault(parameterName, [])
            .Where(value => value.StartsWith(wordToComplete, StringComparison.Ordinal))
            .Select(static value => new CompletionResult(value));
}
