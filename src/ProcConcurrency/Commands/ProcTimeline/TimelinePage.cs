using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace ProcConcurrency.Commands;

/// <summary>
/// Makes the page of its parts in the folder Page, which are resources of this assembly: one file that needs nothing else. The
/// page's own policy lets it load nothing, and run no script but this one, whatever text is in the data.
/// </summary>
internal static class TimelinePage
{
    // In the order in which they need each other.
    private static readonly string[] s_scripts = ["data.js", "time.js", "lanes.js", "draw.js", "overview.js", "tip.js", "input.js", "page.js"];

    /// <summary>Writes the page.</summary>
    /// <param name="output">Where to; UTF-8 without a byte order mark.</param>
    /// <param name="title">Its title.</param>
    /// <param name="entries">The attempts, in any order.</param>
    /// <param name="canceled">Ends it early.</param>
    internal static void Write(Stream output, string title, IReadOnlyList<TimelineEntry> entries, CancellationToken canceled)
    {
        var style = Part("page.css");
        var script = string.Join('\n', s_scripts.Select(Part));

        // A mark is replaced where it stands in the page's source, never in what replaced another.
        foreach (var piece in Part("page.html").Split("{{", StringSplitOptions.None))
        {
            var end = piece.IndexOf("}}", StringComparison.Ordinal);
            switch (end < 0 ? string.Empty : piece[..end])
            {
                case "title": Text(WebUtility.HtmlEncode(title)); break;
                case "written": Text(DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)); break;
                case "styleHash": Text(Hash(style)); break;
                case "scriptHash": Text(Hash(script)); break;
                case "style": Text(style); break;
                case "script": Text(script); break;
                case "data": TimelineData.Write(output, entries, canceled); break;
            }

            Text(end < 0 ? piece : piece[(end + 2)..]);
        }

        void Text(string text) => output.Write(Encoding.UTF8.GetBytes(text));
    }

    private static string Hash(string text) => "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Part(string name)
    {
        using var stream = typeof(TimelinePage).Assembly.GetManifestResourceStream("Timeline/" + name)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);

        // A browser reads line ends as LF, and hashes what it has read.
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
