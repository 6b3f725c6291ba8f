using System.Text.RegularExpressions;

namespace ProcConcurrency.HelpBuilder;

/// <summary>One parameter of a syntax line: <c>[[-Name] &lt;Type&gt;]</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its value's type; null for a switch.</param>
/// <param name="IsRequired">Whether it has no brackets around it.</param>
internal sealed partial record SyntaxToken(string Name, string? Type, bool IsRequired)
{
    /// <summary>The parameters of a line, in its order.</summary>
    internal static IEnumerable<SyntaxToken> Of(string line)
    {
        foreach (Match match in Token().Matches(line))
        {
            var type = match.Groups["type"];
            var isSwitch = !type.Success;

            // [-Name] <T> is required, its name alone may be left out; [-Switch] and [[-Name] <T>] are optional.
            var isRequired = isSwitch ? !match.Value.StartsWith('[') : !match.Groups["optional"].Success;
            yield return new SyntaxToken(match.Groups["name"].Value, isSwitch ? null : type.Value, isRequired);
        }
    }

    [GeneratedRegex(@"(?<!\w)(?<optional>\[(?=\[-\w+\]\s<|-\w+\s<))?\[?-(?<name>\w+)\]?(\s<(?<type>[^>]+)>)?\]?")]
    private static partial Regex Token();
}
