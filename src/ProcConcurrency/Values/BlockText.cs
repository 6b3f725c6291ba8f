using System.Management.Automation;
using ProcConcurrency.Scripts;

namespace ProcConcurrency.Values;

/// <summary>
/// Gives back to errors the words of the block's author: in a child, the line that an error shows has the plain variable of
/// <see cref="UsingVariables"/> where the author wrote <c>$using:name</c>; and an error of -InitializationScript says that it is one.
/// </summary>
internal static class BlockText
{
    // As the author wrote them, the longest first.
    private static string[] s_names = [];

    /// <summary>In a child: takes the names of the variables that the caller's blocks have.</summary>
    internal static void Know(IEnumerable<string> names)
    {
        // Not by Linq, of which each child would have to compile what sorts by a number.
        string[] known = [.. names];
        Array.Sort(known, static (one, other) => other.Length.CompareTo(one.Length));
        s_names = known;
    }

    /// <summary>A line as its author wrote it.</summary>
    internal static string Restore(string line)
    {
        line = UsingVariables.AsWritten(line);
        foreach (var there in s_names)
        {
            var here = UsingVariables.InChild(there);
            for (var at = 0; (at = line.IndexOf(here, at, StringComparison.OrdinalIgnoreCase)) >= 0; at += here.Length)
            {
                var end = at + here.Length;
                if (at > 0 && line[at - 1] is '$' or '@' or '{' && (end == line.Length || !(char.IsLetterOrDigit(line[end]) || line[end] == '_')))
                {
                    line = string.Concat(line.AsSpan(0, at), "using:", there.AsSpan("using:".Length), line.AsSpan(end));
                }
            }
        }

        return line;
    }

    /// <summary>Says of an error where it comes from: the caller gave several blocks.</summary>
    internal static void MarkInitialization(ErrorRecord error)
    {
        const string Where = "In -InitializationScript: ";
        var message = error.ErrorDetails?.Message ?? error.Exception.Message;
        if (!message.StartsWith(Where, StringComparison.Ordinal))
        {
            error.ErrorDetails = new ErrorDetails(Where + message) { RecommendedAction = error.ErrorDetails?.RecommendedAction ?? string.Empty };
        }
    }
}
