using System.Management.Automation;
using System.Reflection;

namespace ProcConcurrency.Values;

/// <summary>What a wildcard pattern was made of, which it doesn't say publicly. Where an engine lacks it, patterns travel as property bags.</summary>
internal static class WildcardInternals
{
    private static readonly Func<WildcardPattern, string>? s_pattern = Getter<string>("Pattern");
    private static readonly Func<WildcardPattern, WildcardOptions>? s_options = Getter<WildcardOptions>("Options");

    public static string? PatternOf(WildcardPattern value) => s_options is null ? null : s_pattern?.Invoke(value);

    public static WildcardOptions OptionsOf(WildcardPattern value) => s_options?.Invoke(value) ?? WildcardOptions.None;

    private static Func<WildcardPattern, T>? Getter<T>(string name) =>
        typeof(WildcardPattern).GetProperty(name, BindingFlags.Instance | BindingFlags.NonPublic)?.GetMethod
            ?.CreateDelegate(typeof(Func<WildcardPattern, T>)) as Func<WildcardPattern, T>;
}
