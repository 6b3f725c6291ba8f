using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ProcConcurrency.Commands;

/// <summary>Completes the paths of files.</summary>
public sealed class FilePathCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        CompletionCompleters.CompleteFilename(wordToComplete);
}
