using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using ProcConcurrency.Commands.Binding;

namespace ProcConcurrency.Commands;

/// <summary>Values that an option sensibly has: completion for Set-ProcOption's parameters.</summary>
public sealed class ProcOptionCompleter : IArgumentCompleter
{
    private const string NoLimit = "no limit";

    private static readonly Dictionary<string, (string Word, string Meaning)[]> s_values = new(StringComparer.OrdinalIgnoreCase)
    {
        [nameof(SetProcOptionCommand.SpareProcessCount)] = [("0", "none is started ahead"), ("1", "one is started ahead"), ("2", "two are started ahead")],
        [nameof(SetProcOptionCommand.SpareIdleTimeout)] = [("30", "half a minute"), ("300", "five minutes"), ("-1", NoLimit)],
        [nameof(SetProcOptionCommand.PoolIdleTimeout)] = [("0", "they end at once"), ("60", "a minute"), ("600", "ten minutes"), ("-1", NoLimit)],
    };

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        s_values.GetValueOrDefault(parameterName, []).Complete(wordToComplete);
}
