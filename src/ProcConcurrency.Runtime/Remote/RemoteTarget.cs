using System.Globalization;

namespace ProcConcurrency.Runtime.Remote;

/// <summary>A host, and how ssh is to connect to it. Two that are equal share a connection.</summary>
/// <param name="Host">A name or address that ssh knows, an alias of its configuration included.</param>
public sealed record RemoteTarget(string Host)
{
    /// <summary>What this machine is called among hosts.</summary>
    public const string ThisMachine = "localhost";

    /// <summary>Whom to log in as; null for what ssh is configured to.</summary>
    public string? UserName { get; init; }

    /// <summary>Where sshd listens; null for what ssh is configured to.</summary>
    public int? Port { get; init; }

    /// <summary>A private key; null for those that ssh finds, and its agent.</summary>
    public string? KeyFilePath { get; init; }

    /// <summary>Further settings of ssh, as <c>Name=Value</c>, a line each.</summary>
    public string Options { get; init; } = string.Empty;

    /// <summary>
    /// The folder that paths in those settings are relative to; null where none of them may be. Connections of different folders are different.
    /// </summary>
    public string? Folder { get; init; }

    /// <summary>The PowerShell program on the host; null for <c>pwsh</c> on its PATH.</summary>
    public string? EnginePath { get; init; }

    /// <summary>How long it may take until the host's login shell begins with the command, and again until PowerShell answers.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What the user calls it.</summary>
    public string Name { get; init; } = Host;

    /// <summary>Whether a setting of ssh may name a file or a program in the current folder.</summary>
    /// <param name="name">Of ssh_config.</param>
    /// <param name="value">What it is set to.</param>
    public static bool MayBeRelative(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(value);
        string[] ofFiles = ["File", "Command", "Path", "Agent", "Provider", "Keys", "Location", "Include"];

        // A list, or a command, begins with one and may go on with others; "none" is no file's name.
        return Array.Exists(ofFiles, end => name.EndsWith(end, StringComparison.OrdinalIgnoreCase))
            && value.ToUpperInvariant() is not ("NONE" or "YES" or "NO")
            && !((Path.IsPathRooted(value) || value[0] is '~' or '%' or '$') && !value.Any(char.IsWhiteSpace));
    }

    /// <summary>Reads <c>host</c>, <c>user@host</c>, <c>host:port</c>, <c>[address]:port</c> and <c>ssh://user@host:port</c>.</summary>
    /// <exception cref="FormatException">It is none of them; the message says what is wrong.</exception>
    public static RemoteTarget Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        const string Scheme = "ssh://";
        var rest = text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? text[Scheme.Length..].TrimEnd('/') : text;
        string? user = null;
        int? port = null;
        if (rest.LastIndexOf('@') is >= 0 and var at)
        {
            user = rest[..at];
            rest = rest[(at + 1)..];
        }

        if (rest.StartsWith('[') && rest.IndexOf(']', StringComparison.Ordinal) is > 0 and var end)
        {
            port = rest.Length == end + 1 ? null : rest[end + 1] == ':' ? ParsePort(text, rest[(end + 2)..]) : throw Wrong(text);
            rest = rest[1..end];
        }
        else if (rest.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon && rest.LastIndexOf(':') == colon)
        {
            port = ParsePort(text, rest[(colon + 1)..]);
            rest = rest[..colon];
        }

        // What ssh would take for an option, or the far shell for more than a word, is no host.
        return rest.Length > 0 && user is not { Length: 0 } && IsPlain(rest) && IsPlain(user ?? "u")
            ? new RemoteTarget(rest) { UserName = user, Port = port, Name = text }
            : throw Wrong(text);
    }

    private static bool IsPlain(string word) => !word.StartsWith('-') && !word.Any(static character =>
        char.IsWhiteSpace(character) || char.IsControl(character) || "'\"`$\\;&|<>()[]{}/,".Contains(character, StringComparison.Ordinal));

    private static int ParsePort(string text, string digits) =>
        ushort.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0 ? port : throw Wrong(text);

    private static FormatException Wrong(string text) => new(
        $"'{text}' names no host. Give a name or an address that ssh knows, such as web1, admin@web1, web1:2222 or [fe80::1]:22.");
}
