using System.Management.Automation;

namespace ProcConcurrency;

/// <summary>Patterns for names: upper and lower case are the same, and the same letters in every culture.</summary>
internal static class NamePattern
{
    internal static WildcardPattern Of(string pattern) => WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);
}
