namespace ProcConcurrency.Host;

/// <summary>What the program was asked to do.</summary>
internal enum HostMode
{
    /// <summary>Run a script file.</summary>
    File,

    /// <summary>Run the text of a command.</summary>
    Command,

    /// <summary>Become a child of a session.</summary>
    Child,

    /// <summary>Print the version.</summary>
    Version,

    /// <summary>Print how to call it.</summary>
    Help,
}

/// <summary>The command line, read as pwsh reads its own, as far as this program goes.</summary>
/// <param name="Mode">What to do.</param>
/// <param name="Text">The file, the command, or the module's assembly.</param>
/// <param name="Arguments">What follows: the script's arguments, or the child's endpoint.</param>
internal sealed record CommandLine(HostMode Mode, string Text, IReadOnlyList<string> Arguments)
{
    internal const string Usage = """
        The embedded engine of ProcConcurrency: runs PowerShell scripts where no pwsh is installed.

          ProcConcurrency.Host [-File] script.ps1 [arguments]
          ProcConcurrency.Host -Command text        (- reads the text from standard input)
          ProcConcurrency.Host -Version | -Help
        """;

    // pwsh's switches that mean nothing here: there is no profile, no logo and no prompt.
    private static readonly HashSet<string> s_ignored = new(StringComparer.OrdinalIgnoreCase) { "NoLogo", "NoProfile", "NonInteractive", "nol", "nop", "noni" };

    /// <summary>Reads the arguments.</summary>
    /// <exception cref="ArgumentException">They make no sense; the message says why.</exception>
    internal static CommandLine Parse(IReadOnlyList<string> arguments)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (argument.Length < 2 || argument[0] != '-')
            {
                return new CommandLine(HostMode.File, argument, [.. arguments.Skip(i + 1)]);
            }

            var name = argument.TrimStart('-');
            if (s_ignored.Contains(name))
            {
                continue;
            }

            var rest = arguments.Skip(i + 1).ToList();
            if (Is(name, "File", "f"))
            {
                return rest.Count > 0
                    ? new CommandLine(HostMode.File, rest[0], [.. rest.Skip(1)])
                    : throw new ArgumentException("-File takes the path of a script.");
            }

            if (Is(name, "Command", "c"))
            {
                return rest.Count > 0
                    ? new CommandLine(HostMode.Command, string.Join(' ', rest), [])
                    : throw new ArgumentException("-Command takes the text of a command.");
            }

            if (Is(name, "Child", "Child"))
            {
                return rest.Count == 2
                    ? new CommandLine(HostMode.Child, rest[0], [rest[1]])
                    : throw new ArgumentException("-Child takes the module's assembly and a channel; it is for the module alone.");
            }

            return Is(name, "Version", "v") ? new CommandLine(HostMode.Version, string.Empty, [])
                : Is(name, "Help", "h") || name == "?" ? new CommandLine(HostMode.Help, string.Empty, [])
                : throw new ArgumentException($"'{argument}' is no option of this program.");
        }

        return new CommandLine(HostMode.Help, string.Empty, []);
    }

    private static bool Is(string name, string full, string brief) =>
        name.Equals(full, StringComparison.OrdinalIgnoreCase) || name.Equals(brief, StringComparison.OrdinalIgnoreCase);
}
