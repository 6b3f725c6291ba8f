using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using ProcConcurrency.Jobs;

namespace ProcConcurrency.Commands;

/// <summary>Completes the names of the session's child processes.</summary>
public sealed class ChildProcessNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var word = wordToComplete.Trim('\'', '"');
        foreach (var process in ChildProcessTable.Matching(word + "*"))
        {
            var text = process.Name.Contains(' ', StringComparison.Ordinal) ? $"'{process.Name}'" : process.Name;
            yield return new CompletionResult(text, process.Name, CompletionResultType.ParameterValue, $"{process.JobStateInfo.State}, process {process.ProcessId}");
        }
    }
}

/// <summary>Completes the names of the modules that can be imported.</summary>
public sealed class ModuleNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        CompletionCompleters.CompleteFilename(wordToComplete).Concat(Modules(wordToComplete));

    private static IEnumerable<CompletionResult> Modules(string word)
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        var names = shell.AddCommand("Get-Module").AddParameter("Name", word.Trim('\'', '"') + "*").AddParameter("ListAvailable").Invoke();
        return names.Select(static module => ((PSModuleInfo)module.BaseObject).Name).Distinct(StringComparer.OrdinalIgnoreCase)
            .Select(static name => new CompletionResult(name));
    }
}
