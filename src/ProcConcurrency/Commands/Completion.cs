using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;
using ProcConcurrency.Jobs;
using ProcConcurrency.Pools;
using ProcConcurrency.Runtime.Hub;
using ProcConcurrency.Values;

namespace ProcConcurrency.Commands;

/// <summary>Completes the names of functions, cmdlets, scripts and programs, as at the prompt.</summary>
public sealed class CommandNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        CompletionCompleters.CompleteCommand(wordToComplete.Trim('\'', '"'));
}

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
            yield return new CompletionResult(Quoted.Name(process.Name), process.Name, CompletionResultType.ParameterValue, $"{process.JobStateInfo.State}, process {process.ProcessId}");
        }
    }
}

/// <summary>Completes the ids of the session's child processes: for -Id their jobs', otherwise the operating system's.</summary>
public sealed class ChildProcessIdCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        foreach (var process in ChildProcessTable.All)
        {
            var id = "Id".Equals(parameterName, StringComparison.OrdinalIgnoreCase) ? process.Id : process.ProcessId;
            if (id?.ToString(CultureInfo.InvariantCulture) is { } text && text.StartsWith(wordToComplete, StringComparison.Ordinal))
            {
                yield return new CompletionResult(text, text, CompletionResultType.ParameterValue, $"{process.Name}, {process.JobStateInfo.State}");
            }
        }
    }
}

/// <summary>Completes the names of the session's pools.</summary>
public sealed class ProcPoolNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        PoolTable.Matching(wordToComplete.Trim('\'', '"') + "*").Select(static pool => new CompletionResult(
            Quoted.Name(pool.Name), pool.Name, CompletionResultType.ParameterValue, $"{pool.State}, {pool.Running} running, {pool.Waiting} waiting"));
}

/// <summary>Completes the names of tasks.</summary>
public sealed class ProcTaskNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var word = wordToComplete.Trim('\'', '"');
        var pattern = NamePattern.Of(word + "*");
        var known = PoolTable.All.SelectMany(static pool => pool.Core.Known).ToList();
        var names = known.Where(task => pattern.IsMatch(task.Name)).Select(static task => new CompletionResult(
            Quoted.Name(task.Name), task.Name, CompletionResultType.ParameterValue, $"{task.Status}, pool {task.Pool}"));
        var ids = known.Where(task => word.Length > 0 && $"{task.Id}".StartsWith(word, StringComparison.Ordinal)).Select(static task => new CompletionResult(
            $"{task.Id}", $"{task.Id}", CompletionResultType.ParameterValue, $"{task.Name}, {task.Status}"));
        return names.Concat(ids);
    }
}

/// <summary>Completes the names of the session's shared objects, of the kinds that the parameter takes.</summary>
public sealed class ProcObjectNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var pattern = NamePattern.Of(wordToComplete.Trim('\'', '"') + "*");
        var bound = fakeBoundParameters["Manager"];
        var manager = (bound is PSObject bag ? bag.BaseObject : bound) as ProcManager;
        foreach (var info in Known(manager?.Port ?? SessionValues.Hub))
        {
            if (info.Name is { } name && pattern.IsMatch(name) && IsTaken(info.Kind, commandName, parameterName))
            {
                yield return new CompletionResult(Quoted.Name(name), name, CompletionResultType.ParameterValue, $"{info.Kind}, {info.Waiters} waiting");
            }
        }
    }

    /// <summary>None where the hub doesn't answer: nobody waits for a completion.</summary>
    private static IReadOnlyList<ProcObjectInfo> Known(HubPort port)
    {
        try
        {
            return ProcObjectInfo.List(port, TimeSpan.FromSeconds(1));
        }
        catch (Exception error) when (error is TimeoutException or ObjectGoneException)
        {
            return [];
        }
    }

    /// <summary>A parameter that is called after a kind takes that kind, and -Name what the command's noun says.</summary>
    private static bool IsTaken(HubObjectKind kind, string commandName, string parameterName)
    {
        var noun = commandName[(commandName.IndexOf('-', StringComparison.Ordinal) + 1)..];
        if (parameterName.Equals("Lock", StringComparison.OrdinalIgnoreCase) && noun.Equals("ProcLock", StringComparison.OrdinalIgnoreCase))
        {
            return kind is HubObjectKind.Lock or HubObjectKind.Semaphore or HubObjectKind.Condition;
        }

        var wanted = parameterName.ToUpperInvariant() is "NAME" or "INPUTOBJECT" ? noun["Proc".Length..] : parameterName;
        return wanted.Equals("Object", StringComparison.OrdinalIgnoreCase) || wanted.Equals($"{kind}", StringComparison.OrdinalIgnoreCase);
    }
}

/// <summary>Completes the names of the session's variables.</summary>
public sealed class VariableNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        foreach (var variable in shell.AddCommand("Microsoft.PowerShell.Utility\\Get-Variable").AddParameter("Name", wordToComplete.Trim('\'', '"') + "*").Invoke<PSVariable>())
        {
            var type = variable.Value?.GetType().Name ?? "null";
            yield return new CompletionResult(Quoted.Name(variable.Name), variable.Name, CompletionResultType.ParameterValue, $"[{type}] ${variable.Name}");
        }
    }
}

/// <summary>Completes the names of the session's functions.</summary>
public sealed class FunctionNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddCommand("Microsoft.PowerShell.Core\\Get-Command").AddParameter("Name", wordToComplete.Trim('\'', '"') + "*").AddParameter("CommandType", "Function")
            .AddParameter("ListImported");
        foreach (var function in shell.Invoke<FunctionInfo>())
        {
            var origin = function.ModuleName.Length > 0 ? $"of module {function.ModuleName}" : function.ScriptBlock.File is { Length: > 0 } file ? $"of {file}" : "of this session";
            yield return new CompletionResult(Quoted.Name(function.Name), function.Name, CompletionResultType.ParameterValue, origin);
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
        var names = shell.AddCommand("Microsoft.PowerShell.Core\\Get-Module").AddParameter("Name", word.Trim('\'', '"') + "*").AddParameter("ListAvailable").Invoke();
        return names.Select(static module => (PSModuleInfo)module.BaseObject).DistinctBy(static module => module.Name, StringComparer.OrdinalIgnoreCase)
            .Select(static module => new CompletionResult(Quoted.Name(module.Name), module.Name, CompletionResultType.ParameterValue, $"{module.Version}, {module.Path}"));
    }
}

/// <summary>A name as it stands in a command: in quotes, where it would mean something else without.</summary>
internal static class Quoted
{
    internal static string Name(string name) => name.All(static letter => char.IsLetterOrDigit(letter) || letter is '_' or '-' or '.' or '/' or '\\' or ':')
        ? name
        : $"'{CodeGeneration.EscapeSingleQuotedStringContent(name)}'";
}
