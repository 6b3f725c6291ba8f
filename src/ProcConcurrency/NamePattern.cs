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

    /// <summary>Those that a word means, by <see cref="Choose"/>; what has no name is not meant.</summary>
    internal static List<T> Meant<T>(string word, IEnumerable<T> all, Func<T, string?> nameOf)
    {
        List<T> known = [.. all];
        var isMeant = Choose(word, known.Select(nameOf));
        return known.FindAll(item => nameOf(item) is { } name && isMeant(name));
    }

    internal static WildcardPattern Of(string pattern) => WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);
}
