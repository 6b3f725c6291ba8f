using System.Management.Automation.Language;
using System.Text.RegularExpressions;
using Xunit;

namespace ProcConcurrency.Units.Conventions;

/// <summary>The tables for who comes from elsewhere name cmdlets and parameters that there are.</summary>
public sealed partial class TableTests
{
    public static TheoryData<string, string> Rows => [.. Repository.Files(".md", "docs").Append("README.md").SelectMany(RowsOf)];

    private static readonly Lazy<Dictionary<string, HashSet<string>>> s_parameters = new(static () => Repository.Cmdlets.Keys.ToDictionary(
        static name => name,
        static name => Repository.Info(name).Parameters.Values
            .SelectMany(static parameter => parameter.Aliases.Append(parameter.Name)).ToHashSet(StringComparer.OrdinalIgnoreCase),
        StringComparer.OrdinalIgnoreCase));

    private static readonly Lazy<HashSet<string>> s_members = new(static () => new[] { Repository.Module, Repository.Runtime }
        .SelectMany(static assembly => assembly.GetExportedTypes()).SelectMany(static type => type.GetMembers()).Select(static member => member.Name).ToHashSet());

    [Fact]
    public void There_are_such_tables() => Assert.True(Rows.Count > 50);

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_row_says_what_is_so(string file, string here)
    {
        foreach (Match span in Code().Matches(here.Replace("\\|", "|", StringComparison.Ordinal)))
        {
            var code = span.Groups[1].Value.Replace("..", "1", StringComparison.Ordinal);
            if (code.StartsWith('-'))
            {
                // A parameter of several cmdlets, or the noun of one whose verb was said before.
                Assert.True(
                    Repository.Cmdlets.ContainsKey("New" + code)
                        || Parameters(Parse("X " + code)).All(static name => s_parameters.Value.Values.Any(names => names.Contains(name))),
                    $"{file}: {code}");
                continue;
            }

            // What an object has.
            foreach (Match member in Member().Matches(code))
            {
                Assert.True(s_members.Value.Contains(member.Groups[1].Value), $"{file}: {code}");
            }

            // What PowerShell itself has says nothing of cmdlets.
            foreach (var command in !OfModule().IsMatch(code) ? [] : Parse(code).FindAll(static node => node is CommandAst, searchNestedScriptBlocks: true).Cast<CommandAst>())
            {
                if (command.GetCommandName() is { } name && OfModule().IsMatch(name))
                {
                    Assert.True(s_parameters.Value.TryGetValue(name, out var known), $"{file}: {name}");
                    Assert.All(Parameters(command), parameter => Assert.Contains(parameter, known));
                }
            }
        }
    }

    /// <summary>The cells that say what is done here, of the tables that have such a column.</summary>
    private static IEnumerable<(string File, string Here)> RowsOf(string file)
    {
        var column = -1;
        var isHead = true;
        foreach (var line in Repository.Read(file).ReplaceLineEndings("\n").Split('\n'))
        {
            var cells = Bar().Split(line).Select(static cell => cell.Trim()).ToList();
            if (!line.StartsWith('|'))
            {
                isHead = true;
            }
            else if (isHead)
            {
                column = cells.FindIndex(static cell => cell is "here" or "`Invoke-ProcPool`");
                isHead = false;
            }
            else if (column >= 0 && !cells[column].StartsWith("--", StringComparison.Ordinal))
            {
                yield return (file, cells[column]);
            }
        }
    }

    private static ScriptBlockAst Parse(string code)
    {
        var ast = Parser.ParseInput(code, out _, out var errors);
        Assert.True(errors.Length == 0, $"{code}: {errors.FirstOrDefault()?.Message}");
        return ast;
    }

    private static IEnumerable<string> Parameters(Ast ast) => ast
        .FindAll(static node => node is CommandParameterAst, searchNestedScriptBlocks: false).Cast<CommandParameterAst>().Select(static parameter => parameter.ParameterName);

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex Bar();

    [GeneratedRegex(@"(?<=^|\))\.(\w+)")]
    private static partial Regex Member();

    [GeneratedRegex("-(Proc[A-Z]|ChildProcess)")]
    private static partial Regex OfModule();
}
