using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using ProcConcurrency.Commands.Binding;

namespace ProcConcurrency.Commands;

/// <summary>
/// Completes a parameter that has a few words, and says what each means. PowerShell completes a parameter of an enum by itself, without a
/// meaning, and asks no completer: such a parameter is text here, which <see cref="TakesAttribute{T}"/> makes one of the enum's names.
/// </summary>
/// <typeparam name="T">What the words stand for.</typeparam>
public sealed class ChoiceCompleter<T> : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Choices.Of(typeof(T)).Complete(wordToComplete);
}
