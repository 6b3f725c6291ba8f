using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ProcConcurrency.Commands;

/// <summary>Completes names of hosts that ssh knows: those of the user's ssh_config, and of known_hosts where they are readable.</summary>
public sealed class HostNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var word = wordToComplete.Trim('\'', '"');
        var folder = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".ssh");
        var (config, known) = (Path.Combine(folder, "config"), Path.Combine(folder, "known_hosts"));
        return Configured(config).Select(name => (Name: name, File: config)).Concat(Known(known).Select(name => (Name: name, File: known)))
            .Where(host => host.Name.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            .DistinctBy(static host => host.Name, StringComparer.OrdinalIgnoreCase).OrderBy(static host => host.Name, StringComparer.OrdinalIgnoreCase)
            .Select(static host => new CompletionResult(Quoted.Name(host.Name), host.Name, CompletionResultType.ParameterValue, $"in {host.File}"));
    }

    /// <summary>The names that stand behind Host in a file of settings, but patterns.</summary>
    internal static IEnumerable<string> Configured(string file) => Lines(file)
        .Select(static line => line.Split([' ', '\t', '='], StringSplitOptions.RemoveEmptyEntries))
        .Where(static words => words.Length > 1 && words[0].Equals("Host", StringComparison.OrdinalIgnoreCase))
        .SelectMany(static words => words.Skip(1)).Select(static name => name.Trim('"')).Where(static name => name.Length > 0 && name.AsSpan().IndexOfAny("*?!") < 0);

    /// <summary>The names at the beginnings of the lines, but those that are hashed.</summary>
    internal static IEnumerable<string> Known(string file) => Lines(file)
        .Where(static line => line[0] is not ('#' or '|' or '@'))
        .SelectMany(static line => line.Split([' ', '\t'], 2)[0].Split(','))
        .Select(static name => name.StartsWith('[') && name.EndsWith("]:22", StringComparison.Ordinal) ? name[1..^4] : name)
        .Where(static name => name.Length > 0 && name.AsSpan().IndexOfAny("*?!") < 0);

    private static IEnumerable<string> Lines(string file)
    {
        try
        {
            return [.. File.ReadLines(file).Select(static line => line.Trim()).Where(static line => line.Length > 0)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
