using System.Globalization;

namespace ProcConcurrency.Runtime.Native;

/// <summary>
/// How a child on Windows is told its end of the channel: <c>handles:IN,OUT</c>, the numbers of the two handles that it
/// inherits. They say nothing to any other process.
/// </summary>
internal static class WindowsEndpoint
{
    private const string Prefix = "handles:";

    internal static string Of(nint input, nint output) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{input},{output}");

    /// <summary>Reads it.</summary>
    /// <exception cref="ArgumentException">It is not such a text.</exception>
    internal static (nint Input, nint Output) Parse(string endpoint)
    {
        if (endpoint.StartsWith(Prefix, StringComparison.Ordinal)
            && endpoint[Prefix.Length..].Split(',') is [var first, var second]
            && nint.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var input)
            && nint.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out var output))
        {
            return (input, output);
        }

        throw new ArgumentException($"'{endpoint}' is not a channel that this system knows.", nameof(endpoint));
    }
}
