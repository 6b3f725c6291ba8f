using System.Globalization;
using System.Text.RegularExpressions;

namespace Microsoft.PowerShell.Commands;

/// <summary>One line that Select-String found, under the name the engine's format view knows.</summary>
public sealed class MatchInfo
{
    private const string FromPipeline = "InputStream";

    public bool IgnoreCase { get; internal set; }

    public long LineNumber { get; internal set; }

    public string Line { get; internal set; } = "";

    public string Filename => Path == FromPipeline ? FromPipeline : System.IO.Path.GetFileName(Path);

    public string Path { get; internal set; } = FromPipeline;

    public string Pattern { get; internal set; } = "";

    public Match[] Matches { get; internal set; } = [];

    /// <summary>The path as seen from a directory, where it lies below it.</summary>
    public string RelativePath(string directory)
    {
        var below = directory.TrimEnd('/', '\\') + System.IO.Path.DirectorySeparatorChar;
        return Path.StartsWith(below, StringComparison.Ordinal) ? Path[below.Length..] : Path;
    }

    /// <summary>The line, after its place when it is from a file.</summary>
    public override string ToString() => Place(Path);

    public string ToString(string directory) => Place(Path == FromPipeline ? Path : RelativePath(directory));

    /// <summary>As the format view wants it; matches are not marked.</summary>
    public string ToEmphasizedString(string directory) => ToString(directory);

    private string Place(string path) =>
        Path == FromPipeline ? Line : string.Create(CultureInfo.InvariantCulture, $"{path}:{LineNumber}:{Line}");
}
