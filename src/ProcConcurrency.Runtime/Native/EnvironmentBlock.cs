using System.Collections;
using System.Text;

namespace ProcConcurrency.Runtime.Native;

/// <summary>
/// A new process's environment as Windows takes it: <c>name=value</c> texts, each ended by a NUL, sorted by name without
/// regard to case, and one more NUL at the end.
/// </summary>
internal static class EnvironmentBlock
{
    /// <summary>The block.</summary>
    /// <param name="current">The variables to begin with.</param>
    /// <param name="changes">What is different: a null value takes a variable away. Names are the same in any case.</param>
    internal static string Of(IDictionary current, IReadOnlyDictionary<string, string?> changes)
    {
        // Ordinal: the system sorts by character codes, not by any language's alphabet.
        var variables = new SortedDictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry entry in current)
        {
            variables[(string)entry.Key] = (string?)entry.Value ?? string.Empty;
        }

        foreach (var (name, value) in changes)
        {
            if (value is null)
            {
                variables.Remove(name);
            }
            else
            {
                variables[name] = value;
            }
        }

        var block = new StringBuilder();
        foreach (var (name, value) in variables)
        {
            block.Append(name).Append('=').Append(value).Append('\0');
        }

        // The end of an empty block is two NULs too.
        return block.Append(block.Length == 0 ? "\0\0" : "\0").ToString();
    }
}
