using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using ProcConcurrency.Runtime.Processes;

namespace ProcConcurrency.Commands;

/// <summary>Completes the program of a PowerShell: first those on PATH, by their names or paths, then files.</summary>
public sealed class EnginePathCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var word = wordToComplete.Trim('\'', '"');
        return EngineLocator.AllOnPath()
            .Where(path => path.StartsWith(word, StringComparison.OrdinalIgnoreCase) || Path.GetFileName(path).StartsWith(word, StringComparison.OrdinalIgnoreCase))
            .Select(static path => new CompletionResult(Quoted.Name(path), path, CompletionResultType.ParameterValue, "on PATH"))
            .Concat(CompletionCompleters.CompleteFilename(wordToComplete)).DistinctBy(static result => result.CompletionText);
    }
}
