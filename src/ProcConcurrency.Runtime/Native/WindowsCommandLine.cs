using System.Text;

namespace ProcConcurrency.Runtime.Native;

/// <summary>
/// Windows hands a program one text, which the program itself cuts into arguments. This writes a text that
/// CommandLineToArgvW and the C run-time's start-up code cut into the arguments that were meant:
/// <code>
/// a                 a                 nothing in it to quote
/// (empty)           ""
/// a b               "a b"
/// say "hi"          "say \"hi\""
/// a b\              "a b\\"           backslashes count double before a quote, and only there
/// c:\d\e            c:\d\e
/// </code>
/// </summary>
internal static class WindowsCommandLine
{
    // What separates arguments, and the quote itself.
    private const string NeedQuotes = " \t\n\v\"";

    /// <summary>The command line of a program with its arguments.</summary>
    internal static string Of(string fileName, IReadOnlyList<string> arguments)
    {
        // The first one has a rule of its own: it ends at the next quote, whatever stands before that. No path has a quote.
        var line = new StringBuilder().Append('"').Append(fileName).Append('"');
        foreach (var argument in arguments)
        {
            Append(line.Append(' '), argument);
        }

        return line.ToString();
    }

    private static void Append(StringBuilder line, string argument)
    {
        if (argument.Length > 0 && argument.AsSpan().IndexOfAny(NeedQuotes) < 0)
        {
            line.Append(argument);
            return;
        }

        line.Append('"');
        var backslashes = 0;
        foreach (var character in argument)
        {
            if (character == '\\')
            {
                backslashes++;
                continue;
            }

            // How many of them are written depends on what follows them.
            line.Append('\\', character == '"' ? (2 * backslashes) + 1 : backslashes).Append(character);
            backslashes = 0;
        }

        line.Append('\\', 2 * backslashes).Append('"');
    }
}
