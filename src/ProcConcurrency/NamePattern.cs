using System.Management.Automation;

namespace ProcConcurrency;

/// <summary>Patterns for names: upper and lower case are the same, and the same letters in every culture.</summary>
internal static class NamePattern
{
    /// <summary>
    /// What a word means among the names that there are: the name that is just so, though it may have wildcards in it; else those that it
    /// fits as a pattern, in which a backtick takes a wildcard for itself.
    /// </summary>
    internal static Predicate<string> Choose(string word, IEnumerable<string?> names) =>
        names.Contains(word, StringComparer.OrdinalIgnoreCase) ? name => name.Equals(word, StringComparison.OrdinalIgnoreCase) : Of(word).IsMatch;

    internal static WildcardPattern Of(string pattern) => WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);
}
